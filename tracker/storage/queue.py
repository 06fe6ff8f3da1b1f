"""The queue of looks that several machines share: what the clock puts into it, and how it stands.

The engine is Procrastinate. Within one job's life::

    put      waiting: one a source at most (`queueing_lock`)
    fetched  running on one worker: one a host at a time over all machines (`lock`)
    done     deleted, whatever came of the look: the schedule is what remembers
    stalled  its worker gave no sign of life: put back, or given up after `ATTEMPTS`
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, make_url, text

from tracker.domain.errors import StorageError
from tracker.domain.jobs import Job, QueueState, Rescued
from tracker.domain.sources import Source, Tier
from tracker.storage.engine import mapped_errors
from tracker.storage.queue_schema import QUEUE_SCHEMA
from tracker.storage.types import from_microseconds, to_microseconds

if TYPE_CHECKING:
    from procrastinate import App

TASK = "look"
ATTEMPTS = 3
"""Workers that may die over one job before it is the job that is to blame: it killed them (a page that takes all memory)."""
_BATCH = 500

_STATE = text(
    f"""
    WITH living AS (
        SELECT id FROM {QUEUE_SCHEMA}.procrastinate_workers WHERE last_heartbeat >= now() - CAST(:patience AS interval)
    )
    SELECT count(*) FILTER (WHERE status = 'todo') AS waiting,
           count(*) FILTER (WHERE status = 'doing' AND worker_id IN (SELECT id FROM living)) AS running,
           count(*) FILTER (WHERE status = 'doing') AS fetched,
           (SELECT count(*) FROM living) AS workers,
           (SELECT min(at) FROM {QUEUE_SCHEMA}.procrastinate_events AS event
              JOIN {QUEUE_SCHEMA}.procrastinate_jobs AS job ON job.id = event.job_id
             WHERE job.status = 'todo' AND event.type = 'deferred') AS oldest
      FROM {QUEUE_SCHEMA}.procrastinate_jobs WHERE status IN ('todo', 'doing')
    """  # noqa: S608  # constants
)
_KNOWN = text(
    f"SELECT queueing_lock, lock FROM {QUEUE_SCHEMA}.procrastinate_jobs WHERE status IN ('todo', 'doing')"  # noqa: S608
)
_EXISTS = text("SELECT to_regclass(:name)")


class Queue:
    """The daemon's `Queue` port. `patience`: seconds after which a worker that gave no sign of life counts as dead."""

    def __init__(self, url: str, patience: float) -> None:
        self._url = url
        self._patience = patience
        self._where = make_url(url).render_as_string(hide_password=True)
        self._engine = _engine(url)

    def close(self) -> None:
        self._engine.dispose()

    def known(self) -> dict[str, str]:
        """The lock of every source that waits in the queue or is being looked at, by the source's name."""
        with self._connected() as connection:
            return {row.queueing_lock: row.lock for row in connection.execute(_KNOWN)}

    def put(self, jobs: Sequence[Job]) -> int:
        """Queue looks; a source that is queued already stays as it is. Gives how many are new."""
        return sum(self._put(jobs[start : start + _BATCH]) for start in range(0, len(jobs), _BATCH))

    def state(self) -> QueueState:
        """How it stands; nothing is in a queue that was never made."""
        with self._connected() as connection:
            if connection.execute(_EXISTS, {"name": f"{QUEUE_SCHEMA}.procrastinate_jobs"}).scalar() is None:
                return QueueState()
            row = connection.execute(_STATE, {"patience": timedelta(seconds=self._patience)}).one()
        oldest = None if row.oldest is None else row.oldest.astimezone(UTC)
        return QueueState(row.waiting, row.running, row.fetched - row.running, row.workers, oldest)

    def rescue(self) -> Sequence[Rescued]:
        """Put the jobs of dead workers back. Only the one clock may do it: two at once could put a job back that another
        worker has just taken.
        """
        if not self.state().stalled:
            return ()
        with queue_errors(self._where):
            return asyncio.run(self._rescue())

    def _put(self, jobs: Sequence[Job]) -> int:
        from procrastinate import App, SyncPsycopgConnector
        from procrastinate.exceptions import AlreadyEnqueued

        app = App(connector=SyncPsycopgConnector())
        fresh = [
            app.configure_task(TASK, queue=job.source.kind, lock=job.lock, queueing_lock=job.source.name).make_new_job(
                **arguments(job)
            )
            for job in jobs
        ]
        with self._connected() as connection, queue_errors(self._where):
            driver = connection.connection.driver_connection
            try:
                return len(app.job_manager.batch_defer_jobs(fresh, connection=driver))
            except AlreadyEnqueued:  # and none of them was put
                if len(jobs) == 1:
                    return 0
        return sum(self._put([job]) for job in jobs)

    async def _rescue(self) -> Sequence[Rescued]:
        from procrastinate.exceptions import UniqueViolation
        from procrastinate.jobs import Status

        rescued = []
        async with queue_app(self._url, self._patience).open_async() as app:
            manager = app.job_manager
            for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=self._patience):
                attempts = stalled.attempts + 1
                given_up = attempts >= ATTEMPTS
                try:
                    if not given_up:
                        await manager.retry_job(stalled, retry_at=datetime.now(UTC))
                except UniqueViolation:  # another look at the source waits already: this one is not needed
                    await manager.finish_job(stalled, Status.FAILED, delete_job=True)
                    continue
                if given_up:
                    await manager.finish_job(stalled, Status.FAILED, delete_job=True)
                rescued.append(Rescued(job_of(stalled.task_kwargs), attempts, given_up))
            await manager.prune_stalled_workers(self._patience)
        return tuple(rescued)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        with mapped_errors(self._where), self._engine.connect() as connection:
            yield connection


def arguments(job: Job) -> dict[str, Any]:
    """A job as JSON. It holds the whole source, so that workers need no list of sources of their own."""
    source = job.source
    return {
        "source": {
            "name": source.name,
            "kind": source.kind,
            "address": source.address,
            "tier": source.tier.value,
            "organisation": source.organisation,
            "interval_seconds": source.interval_seconds,
            "options": dict(source.options),
        },
        "lock": job.lock,
        "due_at": None if job.due_at is None else to_microseconds(job.due_at),
    }


def job_of(values: dict[str, Any]) -> Job:
    """The job that `arguments` wrote."""
    source = dict(values["source"])
    options = {
        name: tuple(value) if isinstance(value, list) else value for name, value in source.pop("options").items()
    }
    due = values["due_at"]
    return Job(
        Source(**{**source, "tier": Tier(source["tier"])}, options=options),
        values["lock"],
        None if due is None else from_microseconds(due),
    )


def queue_app(url: str, patience: float) -> App:
    """An asynchronous Procrastinate on a database, which waits for a lost server so many seconds. Its connections see the
    queue's schema and nothing else.
    """
    from procrastinate import App, PsycopgConnector

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(
        conninfo=address, kwargs={"options": _SEARCH_PATH}, min_size=1, max_size=4, timeout=patience
    )
    return App(connector=connector)


@contextmanager
def queue_errors(where: str) -> Iterator[None]:
    """Procrastinate's and its driver's errors as ours."""
    import psycopg
    from procrastinate.exceptions import ConnectorException

    try:
        yield
    except (ConnectorException, psycopg.Error) as error:
        raise StorageError(
            f"the queue of jobs cannot be reached: {error.__cause__ or error}", where=where, hint="is the server up?"
        ) from error


_SEARCH_PATH = f"-c search_path={QUEUE_SCHEMA}"


def _engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_size=1,
        pool_pre_ping=True,
        connect_args={"options": _SEARCH_PATH, "application_name": "scoretrail queue"},
    )
