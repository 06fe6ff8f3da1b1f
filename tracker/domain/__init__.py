"""The words of the product as types, and the rules that need nothing but them.

Standard library only: no I/O, no clock, no randomness. Everything here is immutable.
"""
