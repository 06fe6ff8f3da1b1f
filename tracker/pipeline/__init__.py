"""From an item to versions and changes: archive, parse, extract, decide, record.

::

    with assemble(settings, clock) as parts:
        report = parts.pipeline.run(source, parts.collector(source), Cause.LIVE)
"""

from tracker.pipeline.assembly import Assembly, assemble, collector_kit, open_collector, source_problem
from tracker.pipeline.ingest import Ingested, Pipeline
from tracker.pipeline.reader import Read, Reader
from tracker.pipeline.report import RunReport

__all__ = [
    "Assembly",
    "Ingested",
    "Pipeline",
    "Read",
    "Reader",
    "RunReport",
    "assemble",
    "collector_kit",
    "open_collector",
    "source_problem",
]
