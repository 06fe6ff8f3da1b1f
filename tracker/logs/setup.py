"""Standard-library logging, one line an event: `time level event key=value …`, or a JSON object."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

_SECRET = re.compile(r"(?i)(secret|token|password|authorization|api[_-]?key|signature)")
_USERINFO = re.compile(r"(?<=://)[^/\s@]{1,200}@")
_QUERY_SECRET = re.compile(r"(?i)([?&](?:[^=&\s]{0,40})(?:token|secret|key|sig|password)[^=&\s]{0,40}=)[^&\s]{1,500}")


def redact(text: str) -> str:
    """Take credentials out of URLs inside `text`."""
    return _QUERY_SECRET.sub(r"\1…", _USERINFO.sub("…@", text))


class Log:
    """A logger with bound fields: `log.bind(source="feed-a").info("polled", outcome="changed")`."""

    def __init__(self, logger: logging.Logger, fields: dict[str, object] | None = None) -> None:
        self._logger = logger
        self._fields = fields or {}

    def bind(self, **fields: object) -> Log:
        return Log(self._logger, {**self._fields, **fields})

    def debug(self, event: str, **fields: object) -> None:
        self._emit(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        self._emit(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._emit(logging.WARNING, event, fields)

    def error(self, event: str, *, error: BaseException | None = None, **fields: object) -> None:
        self._emit(logging.ERROR, event, fields, error)

    def _emit(self, level: int, event: str, fields: dict[str, object], error: BaseException | None = None) -> None:
        if self._logger.isEnabledFor(level):
            bound = {**self._fields, **fields}
            self._logger.log(level, event, extra={"fields": bound}, exc_info=error)


def get_log(name: str) -> Log:
    return Log(logging.getLogger(name))


class _Formatter(logging.Formatter):
    def __init__(self, form: Literal["text", "json"]) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {}
        for name, value in getattr(record, "fields", {}).items():
            fields[name] = "…" if _SECRET.search(name) else _plain(value)
        if record.exc_info:
            fields["trace"] = redact(self.formatException(record.exc_info))
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = redact(record.getMessage())
        if self._form == "json":
            entry = {"time": time, "level": record.levelname.lower(), "logger": record.name, "event": event, **fields}
            return json.dumps(entry, ensure_ascii=False, default=str)
        pairs = "".join(f" {name}={_quoted(value)}" for name, value in fields.items())
        return f"{time} {record.levelname.lower():7} {event}{pairs}"


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float) or value is None else redact(str(value))


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r"[\s\"=]", text) or not text else text


def configure(level: str = "INFO", form: Literal["text", "json"] = "text", stream: TextIO | None = None) -> None:
    """Send the tracker's own events to `stream` (standard error). Libraries stay quiet: httpx logs URLs with secrets."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tracker").setLevel(level)
    for noisy in ("httpx", "httpcore", "prawcore", "praw", "apscheduler", "apprise"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
