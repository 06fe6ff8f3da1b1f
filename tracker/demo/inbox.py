"""A webhook's receiving end: it keeps what it is sent and checks the signature as the Standard Webhooks text says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from typing import Any

from tracker.demo.serving import NOT_FOUND, Request, Response

SECRET = "whsec_" + base64.b64encode(b"the demo world's shared secret").decode()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One accepted message: its id, and the JSON that it carried."""

    id: str
    payload: dict[str, Any]


class Inbox:
    """`refused` counts messages whose signature did not hold."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deliveries: list[Delivery] = []
        self.refused = 0

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        with self._lock:
            return tuple(self._deliveries)

    def answer(self, request: Request) -> Response:
        if request.method != "POST" or request.path != "/hook":
            return NOT_FOUND
        with self._lock:
            if not signed(request):
                self.refused += 1
                return Response(b"bad signature", 401, "text/plain; charset=utf-8")
            self._deliveries.append(Delivery(request.headers["webhook-id"], json.loads(request.body)))
        return Response(b"", 204, "")


def signed(request: Request, secret: str = SECRET) -> bool:
    """Whether one of the signatures is the HMAC-SHA256 of `id.timestamp.body` under `secret`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = f"{request.headers.get('webhook-id', '')}.{request.headers.get('webhook-timestamp', '')}."
    expected = base64.b64encode(hmac.new(key, stamp.encode() + request.body, hashlib.sha256).digest()).decode()
    offered = request.headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{expected}", signature) for signature in offered)
