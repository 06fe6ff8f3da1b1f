"""Prose: scores, comparisons and facts stated in running text (`docs/prose.md`)."""

from __future__ import annotations

from tracker.extraction.prose.reading import ProseReading, read_prose

__all__ = ["ProseReading", "read_prose"]
