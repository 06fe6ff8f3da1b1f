"""The content-addressed, append-only store of snapshots: the bytes that every claim is proven from."""

from tracker.archive.folder import FolderArchive, open_archive

__all__ = ["FolderArchive", "open_archive"]
