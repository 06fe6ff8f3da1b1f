"""Tell the service manager how things stand (the sd_notify protocol): one datagram to the socket it names."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from tracker.logs import get_log

_log = get_log(__name__)


class ServiceManager:
    """Silent where nobody listens (`NOTIFY_SOCKET` unset)."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")

    def tell(self, **words: str) -> None:
        """`tell(READY="1", STATUS="12 sources")`."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        text = "\n".join(f"{key}={value}" for key, value in words.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(text.encode(), address)
        except OSError as error:
            _log.warning("service manager not reached", why=error.strerror or "")
