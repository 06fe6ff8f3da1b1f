"""Put the parts together from settings: what the daemon, the demo and every command stand on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tracker import plugins
from tracker.archive import FolderArchive, open_archive
from tracker.config import Settings
from tracker.domain.errors import PluginError
from tracker.domain.ports import Clock, Collector, CollectorKit, Fetcher
from tracker.domain.sources import Source
from tracker.extraction import EXTRACTOR, extract
from tracker.http import PoliteClient
from tracker.names import Names
from tracker.parsers import could_hold_table, parse
from tracker.pipeline.ingest import Pipeline
from tracker.pipeline.reader import Reader, is_bulk
from tracker.storage import Announce, Database, open_database

Announcer = Callable[[Database, Names], Announce]
"""Given the open database and names, says what turns changes into alerts."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything opened for one configuration; leaving the context closes it."""

    settings: Settings
    clock: Clock
    database: Database
    archive: FolderArchive
    names: Names
    fetcher: PoliteClient
    pipeline: Pipeline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.fetcher.close()
        self.database.close()

    def collector(self, source: Source) -> Collector:
        """A fresh collector of the source's kind. Raises `PluginError` for a kind that nobody registered."""
        return open_collector(source, collector_kit(self.settings, self.fetcher, self.clock))


def collector_kit(settings: Settings, fetcher: Fetcher, clock: Clock) -> CollectorKit:
    return CollectorKit(
        fetcher=fetcher,
        clock=clock,
        cache=str(settings.cache),
        credentials=_credentials(settings),
        user_agent=settings.http.user_agent,
    )


def open_collector(source: Source, kit: CollectorKit) -> Collector:
    """Raises `PluginError` for a kind that nobody registered."""
    collector: Collector = plugins.load(plugins.COLLECTORS, source.kind)(kit)
    return collector


def assemble(settings: Settings, clock: Clock, announcer: Announcer | None = None) -> Assembly:
    """Open database, archive, names and network. Raises `ConfigError`, `StorageError` or `ArchiveError`."""
    names = Names.load(settings.names)
    archive = open_archive(settings.archive)
    database = open_database(settings.database)
    with ExitStack() as undo:
        undo.callback(database.close)
        database.refresh_names(names, clock.now())
        announce = announcer(database, names) if announcer else None
        pipeline = Pipeline(database, archive, names, reader(names), clock, announce)
        fetcher = PoliteClient(settings.http, clock, pace=database.pace(clock))
        assembly = Assembly(settings, clock, database, archive, names, fetcher, pipeline)
        undo.pop_all()
    return assembly


def reader(names: Names) -> Reader:
    """The built-in way from bytes to findings."""

    def could_hold(body: bytes, media_type: str, context: str) -> bool:
        if not is_bulk(media_type) or could_hold_table(body):
            return True
        return names.could_mention(body) or (bool(context) and names.could_mention(context))

    return Reader(
        parse=parse,
        extract=lambda page, context: extract(page, names, context=context),
        extractor=f"{EXTRACTOR} names/{names.version[:12]}",
        could_hold=could_hold,
    )


def source_problem(source: Source) -> str | None:
    """Why a source cannot be read, in plain words; `None` when it can. A missing credential that has a way round it
    (Reddit's public feed) is no problem.
    """
    if source.kind not in plugins.names(plugins.COLLECTORS):
        return f"no collector of kind {source.kind!r} is installed"
    try:
        plugins.load(plugins.COLLECTORS, source.kind)
    except PluginError as error:
        return str(error)
    return None


def _credentials(settings: Settings) -> dict[str, str]:
    reddit = settings.reddit
    found = {"reddit_oauth_url": reddit.oauth_url, "reddit_url": reddit.reddit_url}
    if reddit.complete and reddit.client_id and reddit.client_secret:
        found["reddit_client_id"] = reddit.client_id
        found["reddit_client_secret"] = reddit.client_secret.get_secret_value()
    return found
