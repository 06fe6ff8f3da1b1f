"""The terminal: alerts on standard output."""

from __future__ import annotations

import sys

from tracker.alerts.options import check_options
from tracker.config import ChannelSettings
from tracker.domain.errors import DeliveryError
from tracker.domain.ports import ChannelKit, Message


class TerminalChannel:
    """Writes the subject as a heading and the body indented."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        check_options(settings)
        self._clock = kit.clock

    def deliver(self, message: Message) -> None:
        heading = f"{self._clock.now():%Y-%m-%d %H:%M} {message.subject}"
        lines = "".join(f"    {line}\n" if line else "\n" for line in message.body.splitlines())
        try:
            sys.stdout.write(f"{heading}\n{lines}\n")
            sys.stdout.flush()
        except OSError as error:
            raise DeliveryError(f"standard output is closed: {error.strerror}", where="terminal") from None
