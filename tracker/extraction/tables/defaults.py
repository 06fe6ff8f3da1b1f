"""Settings that are said around a table, gathered: what the nearest text says stands.

Captions, headings and short leads speak for the whole table; a sentence speaks for what its statements are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tracker.domain.claims import Variant
from tracker.extraction.tables.labels import Label
from tracker.extraction.tables.settings import NOTHING_SAID, Said, pair_in
from tracker.extraction.tables.statements import LEAD, Speaker, Statement, Who, key_of_label
from tracker.extraction.tables.surroundings import Surroundings, is_footnote
from tracker.names import BenchmarkName, Names


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is said around a table: in its headline, and anywhere around it by model variant and benchmark, and by all.

    `pair` are the counts that two numbers in one cell belong to ('in the format "zero-shot / 5-shot"').
    `supposed` is the variant that the paragraph over the table speaks of: true of its models unless their names differ.
    """

    headline: Said = NOTHING_SAID
    all: Said = NOTHING_SAID
    told: Mapping[tuple[Who, str], Said] = field(default_factory=dict)
    supposed: Variant | None = None
    pair: tuple[str | None, ...] = ()

    def of(self, variant: Variant | None, keys: Keys) -> Said:
        """What is said of a benchmark and of models of a variant, the narrowest first: a benchmark's own settings, then the
        headline's, those of the benchmark around, and those of everything. Where a document tells "chat" from "base" and
        marks only the base models, the others are the chat ones; where it speaks of one variant only, unmarked models are
        of that.
        """
        if not self.told:
            return self.all
        kinds = {who for who, _ in self.told if who}
        who: Who = variant or ("instruct" if "instruct" in kinds else "base")
        said = self._told(who, keys.own).over(self.headline)
        return said.over(self._told(who, (*keys.around, ""))).over(self.all)

    def _told(self, who: Who, keys: Iterable[str]) -> Said:
        said = NOTHING_SAID
        for key in keys:
            said = said.over(self.told.get((who, key), NOTHING_SAID)).over(self.told.get(("", key), NOTHING_SAID))
        return said

    def variant_of(self, keys: Keys) -> Variant | None:
        """The variant of the models whose scores on a benchmark are given."""
        return self._told("", (*keys.own, *keys.around)).variant


@dataclass(frozen=True, slots=True)
class Keys:
    """Under what the settings of a benchmark may be said: its own names, and those of the benchmark it is a part of."""

    own: tuple[str, ...]
    around: tuple[str, ...]


def keys_of(words: str, name: BenchmarkName | None, labels: Iterable[Label], context: str) -> Keys:
    """The keys of a benchmark that is named by labels of the table, by words around it (`context`), or by both."""
    known = name if name is not None and name.confidence >= 0.9 else None
    whole = known.id.casefold() if known else words.casefold()
    family = [known.family.casefold()] if known and known.subset and known.family else []
    own = [key_of_label(label) for label in labels if label.core]
    if context:
        return Keys(tuple(own), (whole, *family, context.casefold()))
    return Keys((whole, *own), tuple(family))


def defaults(
    around: Surroundings,
    titles: Iterable[str],
    names: Names,
    labels: Sequence[Label] = (),
    tasks: Mapping[str, Said] = MappingProxyType({}),
    about: str = "",
) -> Defaults:
    """Gather settings from the nearest text outwards. `labels` are those that name the table's benchmarks; `about` names
    the benchmark around it; `tasks` is what other tables of the page say about benchmarks.
    """
    speaker = Speaker(names, labels, about)
    found = Defaults()
    lead = [paragraph for paragraph in around.above[:1] if len(paragraph) <= LEAD]
    for heading in (*titles, around.caption, *lead, *reversed(around.headings[-2:])):
        if heading:
            found = replace(found, all=found.all.over(_without_own_variant(speaker.headline(heading), heading)))
            found = _merge(found, speaker.statements(heading, headline=True))
    found = replace(found, headline=found.all)
    near = (*around.above[:6], *around.below[:5])
    for paragraph in near:
        if not is_footnote(paragraph):
            found = _merge(found, speaker.statements(paragraph))
    for paragraph in around.intro:
        if paragraph not in near and not is_footnote(paragraph):
            farther = speaker.statements(paragraph)
            if found.headline.shots is not None:  # the headline is nearer
                farther = (statement for statement in farther if statement[2].shots is None)
            found = _merge(found, farther)
    for paragraph in around.above[:3]:
        found = _merge(found, speaker.variants(paragraph))
    pairs = (pair_in(text) for text in (around.caption, *around.above[:2]) if text)
    found = replace(found, supposed=speaker.supposed(around.above), pair=next((pair for pair in pairs if pair), ()))
    return _merge(found, (("", key, said) for key, said in tasks.items()))


def _without_own_variant(said: Said, heading: str) -> Said:
    """A heading of one word is a name ("tern-chat"): its parts say nothing of the models under it, as "Chat" would."""
    word = heading.strip()
    return replace(said, variant=None) if said.variant and not word.isalpha() and " " not in word else said


def _merge(found: Defaults, more: Iterable[Statement]) -> Defaults:
    everything, told = found.all, dict(found.told)
    free: list[Said] = []
    for who, benchmark, said in more:
        if not who and not benchmark:
            free.append(said)
        else:
            before = told.get((who, benchmark))
            told[who, benchmark] = said if before is None else before.over(said)
    shots = {said.shots for said in free if said.shots is not None}
    for said in free:
        everything = everything.over(said if len(shots) <= 1 else replace(said, shots=None))
    return replace(found, all=everything, told=told)
