"""A small world on loopback that tells the story of July 2024, and the demo that tracks it.

Standard library only for the servers. The pages are our own writing; only the figures are facts. Tests collect from the
same world.
"""
