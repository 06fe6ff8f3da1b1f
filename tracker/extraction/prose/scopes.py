"""What a comparison is about: its benchmarks, an unnamed set of them, or a cost, which is no score."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import Topic
from tracker.extraction.prose.figures import Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.scores import Stated
from tracker.extraction.prose.triggers import Trigger

Named = tuple[str, int]
"""A benchmark's words and its place (-1: in another sentence); "" for an unnamed set."""

UNNAMED: Named = ("", -1)
_COST_FIELDS = lexicon.words("speed latency throughput price pricing cost costs memory vram inference bandwidth")
_COSTLY_WORDS = lexicon.words("fast quick slow speed speeds fast-ish price priced cost costs")
_COST_SUBJECTS = _COST_FIELDS | lexicon.words("size sizes ratio filesize footprint")
_CHINESE_STATEMENT = lexicon.words("同时 并 且 还 而 也")
_CONCLUDING = lexicon.words("suggesting indicating implying marking underlining highlighting raising prompting leading")
_EVERY = lexicon.words("most all every nearly almost")


def about_cost(sentence: Sentence, trigger: Trigger, row: lists.Row) -> bool:
    """`beats X in speed`, `outperforming X's 1000 tokens/s`, `a speed that surpassed X`."""
    pieces = sentence.pieces
    if sentence.low(trigger.start - 1) in ("that", "which") and sentence.low(trigger.start - 2) in lexicon.COSTS:
        return True
    start = sentence.clause_start(trigger.start)
    if any(sentence.low(i) in _COST_SUBJECTS for i in range(start, min(start + 3, trigger.start))) and not sentence.of(
        Kind.MODEL, start, trigger.start
    ):
        return True
    if any(sentence.low(i) in ("tokens", "参数", "数据") for i in range(max(start, trigger.start - 3), trigger.start)):
        return True  # "trained on 1.4 T tokens, more than X"
    near = range(max(start, trigger.start - 3), trigger.start)
    if trigger.relation == "=" and any(sentence.low(i) in _COSTLY_WORDS for i in near):
        return True
    if row.members and pieces[row.members[-1]].possessive:
        after = [figure for figure in sentence.figures if figure.first == row.members[-1] + 1]
        if any(figure.use is Use.OTHER for figure in after):
            return True
    if sentence.low(row.end) in ("in", "on", "for"):
        said = {sentence.low(i).partition("-")[0] for i in range(row.end, min(row.end + 4, len(pieces)))}
        return not said.isdisjoint(_COST_FIELDS) and said.isdisjoint(("accuracy", "quality", "performance"))
    return False


def benchmarks_of(
    sentence: Sentence, topic: Topic, rights: Sequence[lists.Row], number: int, scores: Sequence[Stated]
) -> list[Named]:
    """The benchmarks of the comparison that the sentence's trigger `number` makes."""
    trigger, row = sentence.triggers[number], rights[number]
    stop = _stop(sentence, rights, number)
    own = [place for place in sentence.of(Kind.BENCHMARK, trigger.start, stop) if not _attributed(sentence, place)]
    own = [place for place in own if place == own[0] or not _is_venue(sentence, place)]
    if own:
        unnamed = _overall(sentence, trigger.end, own[0], _EVERY)
        return [*_named(sentence, own), *([UNNAMED] if unnamed else [])]
    fronted = _fronted(sentence, topic, trigger)
    if fronted:
        return fronted
    start = sentence.clause_start(trigger.start)
    before = sentence.of(Kind.BENCHMARK, start, trigger.start)
    if (
        _overall(sentence, trigger.start, stop, lexicon.OVERALL)
        or _in_scope(sentence, row.end, stop)
        or _unnamed_set(sentence, max([start, *before]), stop)
    ):
        return [UNNAMED]
    if number + 1 < len(rights) and _shares(sentence, rights, number):
        end = _stop(sentence, rights, number + 1)
        following = [
            place
            for place in sentence.of(Kind.BENCHMARK, sentence.triggers[number + 1].start, end)
            if not _attributed(sentence, place)
        ]
        if following:
            return _named(sentence, following)
    if before:
        return _named(sentence, lists.ending_at(sentence.pieces, before[-1], Kind.BENCHMARK))
    if topic.benchmark and sentence.points_to_benchmark(start, stop):
        return [(topic.benchmark, -1)]
    return _of_scores(scores, stop) or [UNNAMED]


def _is_venue(sentence: Sentence, place: int) -> bool:
    """`in A and B evaluations on the C leaderboard`: where A and B are shown."""
    return any(sentence.low(place + step) in ("leaderboard", "leaderboards") for step in (1, 2))


def _attributed(sentence: Sentence, place: int) -> bool:
    """`… (Artificial Analysis)`: alone in brackets, a name says who measured."""
    return (
        sentence.low(place - 1) == "("
        and sentence.low(place + 1) == ")"
        and sentence.low(place - 2) not in lexicon.SET_NOUNS
    )


def _named(sentence: Sentence, places: Sequence[int]) -> list[Named]:
    return [(sentence.pieces[place].words, place) for place in places]


def _of_scores(scores: Sequence[Stated], stop: int) -> list[Named]:
    """The one benchmark of the scores beside the comparison; not that of a statement which only follows it at `stop`
    ("is better than X, scoring 82% on A").
    """
    benchmarks = {score.benchmark for score in scores if score.place < stop}
    return [(benchmarks.pop(), -1)] if len(benchmarks) == 1 else []


def _stop(sentence: Sentence, rights: Sequence[lists.Row], number: int) -> int:
    """Where the benchmarks of a comparison end at the latest: its clause's end, the next comparison, a new statement."""
    start = max(rights[number].end, sentence.triggers[number].end)
    end = sentence.clause_end(min(start, len(sentence.pieces) - 1))
    if number + 1 < len(sentence.triggers):
        end = min(end, sentence.triggers[number + 1].start)
    for here in range(start, end):
        if sentence.low(here) in _CHINESE_STATEMENT and sentence.low(here - 1) == ",":
            return here
        if sentence.low(here) in ("and", ",") and _begins_statement(sentence, here + 1):
            return here
    return end


def _begins_statement(sentence: Sentence, at: int) -> bool:
    """Whether a conjunct is a statement of its own ("and outstanding performance in …", "and wins by …")."""
    if sentence.low(at - 1) == "," and sentence.low(at) in _CONCLUDING:
        return True
    for here in range(at, min(at + 4, len(sentence.pieces))):
        word = sentence.low(here)
        if word in lexicon.ON or sentence.kind(here) is Kind.BENCHMARK or word in lexicon.LIST_INTRODUCERS:
            return False
        if word in lexicon.NEW_STATEMENT:
            return True
    return False


def _fronted(sentence: Sentence, topic: Topic, trigger: Trigger) -> list[Named]:
    """`On A, X beats Y`; `On this benchmark …`, which the text before has named."""
    start = 0 if sentence.low(0) in lexicon.ON else sentence.clause_start(trigger.start)
    if sentence.low(start) not in lexicon.ON:
        return []
    models = sentence.of(Kind.MODEL, start)
    end = models[0] if models else trigger.start
    named = sentence.of(Kind.BENCHMARK, start, end)
    if named:
        return _named(sentence, named)
    definite = sentence.low(start + 1) in ("this", "that", "the")
    if definite and sentence.low(start + 2) in lexicon.GENERIC_BENCHMARK and topic.benchmark:
        return [(topic.benchmark, -1)]
    return []


def _shares(sentence: Sentence, rights: Sequence[lists.Row], number: int) -> bool:
    """`comparable with A, and surpasses B on C`: the benchmark behind the second comparison is the first one's too."""
    first, second = sentence.triggers[number], sentence.triggers[number + 1]
    gap = second.start - rights[number].end
    return sentence.clauses[first.start] == sentence.clauses[second.start] and gap <= 5


def _unnamed_set(sentence: Sentence, start: int, stop: int) -> bool:
    """`across math-related benchmarks`, `in my own tests`."""
    for here in range(start, stop):
        if sentence.low(here) in lexicon.ON:
            near = {sentence.low(i) for i in range(here, min(here + 5, stop))}
            if near & lexicon.SET_PLURALS or (near & lexicon.OWNERS and near & lexicon.TRIALS):
                return True
    return False


def _overall(sentence: Sentence, start: int, stop: int, words: frozenset[str]) -> bool:
    """`across various benchmarks`, `in most tasks`."""
    for here in range(start, stop):
        if sentence.low(here) in words:
            near = {sentence.low(i) for i in range(here, min(here + 5, stop))}
            if near & lexicon.SET_NOUNS:
                return True
    return False


def _in_scope(sentence: Sentence, start: int, stop: int) -> bool:
    """`in coding`, `at maths`: a field, no benchmark."""
    for here in range(start, stop):
        if sentence.low(here) in lexicon.ON:
            near = {sentence.low(i) for i in range(here + 1, min(here + 4, stop))}
            if near & lexicon.SCOPES:
                return True
    return False
