"""A `Fetcher` with scripted answers, for the tests of other rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Fetched, Validators


class FakeFetcher:
    """Answers by address. Several answers to one address come in turn; the last one stays.

    An answer is a `Fetched`, or bytes for a plain 200. A body that equals the one named by the validators' hash comes
    back as `UNCHANGED`, as the real client has it. An address that was not scripted is a 404. `asked` records calls.
    """

    def __init__(self, answers: Mapping[str, Fetched | bytes | Sequence[Fetched | bytes]]) -> None:
        self._answers = {url: _script(said) for url, said in answers.items()}
        self.asked: list[tuple[str, Validators | None]] = []

    def answer(self, url: str, *answers: Fetched | bytes) -> None:
        """Script an address anew."""
        self._answers[url] = list(answers)

    def fetch(
        self,
        url: str,
        validators: Validators | None = None,
        *,
        accept: str = "*/*",  # noqa: ARG002  # the port's signature
        delay: float = 0.0,  # noqa: ARG002
    ) -> Fetched:
        self.asked.append((url, validators))
        script = self._answers.get(url)
        if not script:
            return Fetched(Outcome.GONE, url, status=404, detail="HTTP 404")
        said = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(said, Fetched):
            return said
        digest = sha256(said).hexdigest()
        fetched = Fetched(
            Outcome.CHANGED, url, status=200, body=said, media_type="text/html", validators=Validators(sha256=digest)
        )
        unchanged = validators is not None and validators.sha256 == digest
        return replace(fetched, outcome=Outcome.UNCHANGED) if unchanged else fetched


def _script(said: Fetched | bytes | Sequence[Fetched | bytes]) -> list[Fetched | bytes]:
    return [said] if isinstance(said, Fetched | bytes) else list(said)
