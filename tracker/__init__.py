"""Scoretrail: a tracker of reported LLM benchmark scores."""
