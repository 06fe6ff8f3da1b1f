"""One worker of the queue: fetch jobs, run each in a thread, give signs of life, and end after the jobs at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from sqlalchemy import make_url

from tracker.domain.errors import StorageError
from tracker.domain.jobs import Job
from tracker.storage.queue import TASK, job_of, queue_app, queue_errors

_POLL_SECONDS = 0.25
"""A host that becomes free does not announce it: workers ask that often, which costs the server a millisecond. A host gets
a request every couple of seconds at most, so that this holds nobody up."""


async def work(
    url: str,
    look: Callable[[Job], None],
    threads: Executor,
    *,
    stop: asyncio.Event,
    queues: Sequence[str],
    concurrency: int,
    patience: float,
    wait: bool = True,
) -> None:
    """Until `stop` is set, or without `wait` until nothing is left to fetch. `queues`: kinds of sources (none: all).

    `look` runs in `threads` and must not raise. Raises `StorageError` when the queue cannot be reached any more.
    """
    where = make_url(url).render_as_string(hide_password=True)
    app = queue_app(url, patience)

    @app.task(name=TASK)
    async def run(**values: object) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, look, job_of(values))

    with queue_errors(where):
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=list(queues) or None,  # type: ignore[arg-type]  # None is all of them, as its documentation says
                    concurrency=concurrency,
                    wait=wait,
                    fetch_job_polling_interval=_POLL_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=patience / 3,
                    stalled_worker_timeout=patience,
                )
            )
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if stop.is_set():
                working.cancel()  # it ends after the jobs at hand
                await asyncio.wait((working,))
            if not working.cancelled():
                working.result()
    if wait and not stop.is_set():
        raise StorageError("the queue of jobs was lost", where=where, hint="is the server up? start again")
