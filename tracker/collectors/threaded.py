"""Runs a generator in a thread of its own and hands its values over through a queue."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 32


class _End:
    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def in_thread(produce: Callable[[], Iterator[T]], name: str) -> Iterator[T]:
    """What `produce()` yields, made in another thread, a few values ahead. An error there is raised here.

    Closing this iterator ends the thread at its next value.
    """
    values: queue.Queue[T | _End] = queue.Queue(maxsize=_AHEAD)
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(produce, values, stop), name=name, daemon=True)
    thread.start()
    try:
        while True:
            value = values.get()
            if isinstance(value, _End):
                if value.error is not None:
                    raise value.error
                return
            yield value
    finally:
        stop.set()
        thread.join()


def _work(produce: Callable[[], Iterator[T]], values: queue.Queue[T | _End], stop: threading.Event) -> None:
    end = _End()
    try:
        for value in produce():
            if not _put(values, value, stop):
                break
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised where the values are awaited
        end = _End(error)
    _put(values, end, stop)


def _put(values: queue.Queue[T | _End], value: T | _End, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            values.put(value, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
