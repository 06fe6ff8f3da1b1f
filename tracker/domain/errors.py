"""One tree of errors.

::

    TrackerError
    ├── ConfigError          a setting is missing, unknown or malformed
    ├── UsageError           a command was asked for something that cannot be done
    ├── NamesError           a file of the names registry is malformed
    ├── PluginError          an entry point cannot be loaded
    ├── FetchError           a request could not be made or answered (carries an Outcome)
    ├── ParseError           bytes could not be read as the format they claim to be
    │   └── ParseRefused     they exceed a bound (depth, cells, size)
    ├── SourceError          a collector cannot go on with its source
    │   └── DumpError        a dump file is truncated, damaged or not a dump
    ├── ArchiveError
    │   ├── SnapshotMissing  the archive has no blob of that hash
    │   └── SnapshotDamaged  a blob's bytes do not match their hash
    ├── StorageError
    │   ├── DatabaseNewer    the schema is newer than this code
    │   ├── DatabaseOlder    the schema has to be migrated first
    │   └── DatabaseBusy     another process holds the database for writing
    └── DeliveryError        a channel did not accept a message

Every message says what happened, where, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.domain.outcomes import Outcome


class TrackerError(Exception):
    """What happened (`what`), where (`where`: source, document, file, line) and what to do (`hint`)."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" — {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class ConfigError(TrackerError):
    exit_code = 3


class UsageError(TrackerError):
    exit_code = 2


class NamesError(ConfigError):
    pass


class PluginError(ConfigError):
    pass


class FetchError(TrackerError):
    """A request that did not end in an accepted body. `outcome` is one of the closed list."""

    exit_code = 5

    def __init__(self, what: str, *, outcome: Outcome, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.outcome = outcome


class ParseError(TrackerError):
    exit_code = 5


class ParseRefused(ParseError):
    pass


class SourceError(TrackerError):
    exit_code = 5


class DumpError(SourceError):
    pass


class ArchiveError(TrackerError):
    exit_code = 4


class SnapshotMissing(ArchiveError):
    pass


class SnapshotDamaged(ArchiveError):
    pass


class StorageError(TrackerError):
    exit_code = 4


class DatabaseNewer(StorageError):
    pass


class DatabaseOlder(StorageError):
    pass


class DatabaseBusy(StorageError):
    pass


class DeliveryError(TrackerError):
    """`retry_after_seconds` is what the receiver asked for, if it did."""

    exit_code = 5

    def __init__(self, what: str, *, where: str = "", hint: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.retry_after_seconds = retry_after_seconds
