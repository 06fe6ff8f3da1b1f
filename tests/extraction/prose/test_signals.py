"""What a sentence's words rule out, no rule finds in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.extraction.prose import facts, guessed_benchmarks, guessed_models, lexicon
from tracker.extraction.prose.antecedents import Topic
from tracker.extraction.prose.guessed_benchmarks import with_benchmarks
from tracker.extraction.prose.guessed_models import with_models
from tracker.extraction.prose.models import joined
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import cut
from tracker.extraction.prose.relations import rows
from tracker.extraction.prose.signals import Signals

HEADS = sorted({" ".join(row.head) for some in rows().values() for row in some})
PARTICLES = sorted({" ".join(p) for some in rows().values() for row in some for p in row.particles})
TALK = sorted(lexicon.SCORE_VERBS | lexicon.DETERMINERS | lexicon.CHINESE_WORDS | {"on", "in", "and"})
GUESSED = sorted(guessed_benchmarks.TELLING | guessed_models.TELLING | lexicon.PRONOUNS | lexicon.MODEL_NOUNS)
FACTS = sorted(facts.TELLING | lexicon.MONTHS)
NAMES = ["FooBar", "Vireo-X", "ZetaEval", "Frontend", "Code", "Kestrel's", "NurQA", "Alpha Arena", "7B", "85", "9.5%"]
MARKS = [",", ".", ":", "(", ")", "-", "—", "'", "’s", "\u2011", "+", ">", "/", "@"]
WORDS = st.sampled_from([HEADS, PARTICLES, TALK, GUESSED, FACTS, NAMES, NAMES, MARKS]).flatmap(st.sampled_from)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", "", "x"])), min_size=1, max_size=12).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
TOPIC = Topic(models=("Vireo-X 7B",), benchmarks=("ZetaEval",), title_models=("Vireo-X 7B",), near=True)


@given(TEXTS)
def test_a_sentence_without_signals_states_nothing(text: str) -> None:
    signals = Signals(text, ())
    span = (0, len(text))
    told = signals.may_name(span)
    assert with_benchmarks(cut(text, ()), told=told) == with_benchmarks(cut(text, ()))
    if signals.states(span):
        return
    pieces = cut(text, ())
    sentence = Sentence(text, 0, len(text), joined(with_models(with_benchmarks(pieces)), TOPIC.model))
    assert not sentence.triggers
    assert not sentence.figures
    assert not facts.facts(sentence, TOPIC)
    if not told:
        assert sentence.pieces == pieces


def test_a_comparing_word_counts_as_a_whole() -> None:
    text = "Interfaces with qualities of a party"
    signals = Signals(text, ())
    assert (0, len(text)) in signals  # "ace", "par", "with"
    assert not signals.states((0, len(text)))
    for text in ("it is on par with it", "it outperforms it", "it is better than it", "Vireo-X 超过 it", "won by 7"):
        assert Signals(text, ()).states((0, len(text)))
