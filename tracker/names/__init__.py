"""The names registry and resolution: words of sources → canonical models, benchmarks and metrics (`docs/names.md`)."""

from tracker.names.names import Names
from tracker.names.types import BenchmarkName, Mention, MetricName, ModelName, Settings

__all__ = ["BenchmarkName", "Mention", "MetricName", "ModelName", "Names", "Settings"]
