"""The content-addressed, append-only store of snapshots: the bytes that every claim is proven from."""

from tracker.archive.copying import CopiedSnapshots, copy_snapshots
from tracker.archive.folder import FolderArchive, open_archive

__all__ = ["CopiedSnapshots", "FolderArchive", "copy_snapshots", "open_archive"]
