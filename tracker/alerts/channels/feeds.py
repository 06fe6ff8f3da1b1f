"""Feed files: the last alerts as Atom or JSON Feed, for a web server or a feed reader to pick up."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from lxml import etree

from tracker.alerts.options import check_options, option_number, option_text
from tracker.alerts.words import address
from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"


class AtomChannel:
    """Keeps an Atom file (RFC 4287)."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        self._file = _FeedFile(settings, kit)

    def deliver(self, message: Message) -> None:
        self._file.update(lambda before, now: _add_to_atom(self._file, before, message, now))


class JsonFeedChannel:
    """Keeps a JSON Feed file (version 1.1)."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        self._file = _FeedFile(settings, kit)

    def deliver(self, message: Message) -> None:
        self._file.update(lambda before, now: _add_to_json(self._file, before, message, now))


class _FeedFile:
    """A file with the newest `keep` alerts first. It is replaced as a whole: a reader never sees half of it."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        check_options(settings, "file", "keep", "title")
        name = option_text(settings, "file", "")
        if not name:
            where = f"alerts.channels[{settings.name}].options"
            raise ConfigError("file: is missing", where=where, hint="the path of the feed file to write")
        self._path = Path(kit.home) / Path(name).expanduser()
        self._clock = kit.clock
        self.keep = option_number(settings, "keep", 200, least=1)
        self.title = option_text(settings, "title", "Benchmark score changes")
        self.identity = _identity(f"scoretrail channel {settings.name}")

    def update(self, add: Callable[[bytes, datetime], bytes | None]) -> None:
        """Replace the file by what `add` makes of it; `None`: the alert is there already."""
        try:
            before = self._path.read_bytes() if self._path.exists() else b""
            after = add(before, self._clock.now())
            if after is not None:
                _replace(self._path, after)
        except (etree.XMLSyntaxError, ValueError, KeyError, TypeError, AttributeError):
            raise DeliveryError("is no feed of ours", where=str(self._path), hint="move that file away") from None
        except OSError as error:
            raise DeliveryError(f"cannot be written: {error.strerror}", where=str(self._path), hint="") from None


def _add_to_atom(file: _FeedFile, before: bytes, message: Message, now: datetime) -> bytes | None:
    entries = []
    if before:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        entries = etree.fromstring(before, parser).findall(f"{{{_ATOM}}}entry")
    identity = _identity(message.id)
    if any(entry.findtext(f"{{{_ATOM}}}id") == identity for entry in entries):
        return None
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _text(feed, "id", file.identity)
    _text(feed, "title", file.title)
    _text(feed, "updated", now.isoformat())
    _text(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "Scoretrail")
    entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
    _text(entry, "id", identity)
    _text(entry, "title", message.subject)
    _text(entry, "updated", now.isoformat())
    if _link(message):
        etree.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=_link(message))
    _text(entry, "content", message.body).set("type", "text")
    feed.extend(entries[: file.keep - 1])
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _add_to_json(file: _FeedFile, before: bytes, message: Message, now: datetime) -> bytes | None:
    items: list[dict[str, Any]] = orjson.loads(before)["items"] if before else []
    identity = _identity(message.id)
    if any(item["id"] == identity for item in items):
        return None
    item = {
        "id": identity,
        "title": message.subject,
        "content_text": message.body,
        "date_published": now.isoformat(),
        **({"url": _link(message)} if _link(message) else {}),
    }
    feed = {"version": _JSON_FEED, "title": file.title, "items": [item, *items[: file.keep - 1]]}
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2)


def _text(parent: etree._Element, tag: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{tag}")
    element.text = text
    return element


def _link(message: Message) -> str:
    """A single alert links to its page; a digest has no page of its own."""
    return address(message.changes[0].url) if len(message.changes) == 1 else ""


def _identity(words: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, words).urn


def _replace(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # noqa: PTH101  # a feed is there to be read by others
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
