"""Language models are proper probabilities, remember what they learnt, and leave nothing impossible."""

import itertools

import pytest

from appliance.speech.language_model import BEGIN, END, Trigrams, mix, train

DATES = ["july second", "july second nineteen eighty", "march third"]
TALK = ["my chest hurts", "i want a person", "my name is july"]
WORDS = {word for line in DATES + TALK for word in line.split()} | {"unheard"}


@pytest.mark.parametrize("model", [train(DATES, WORDS), train(TALK, WORDS), mix(train(DATES, WORDS), train(TALK, WORDS), 0.75)])
def test_probabilities_after_every_context_add_up_to_one(model: Trigrams) -> None:
    """For no words, one word and two words before, seen or not."""
    contexts = [(), (BEGIN,), *itertools.product(WORDS), *itertools.product({BEGIN, *WORDS}, WORDS)]
    for context in contexts:
        total = sum(model.chance((*context, word)) for word in {*WORDS, END})
        assert total == pytest.approx(1, abs=1e-6), context


def test_what_was_learnt_is_likelier_than_what_was_not() -> None:
    model = train(DATES, WORDS)
    assert model.chance(("july", "second")) > 10 * model.chance(("july", "unheard"))
    assert model.chance(("unheard",)) > 0


def test_a_mixture_lies_between_its_parts() -> None:
    """Three quarters of one and a quarter of the other, for n-grams that either has seen."""
    dates, talk = train(DATES, WORDS), train(TALK, WORDS)
    mixed = mix(dates, talk, 0.75)
    for gram in [("july", "second"), ("chest", "hurts"), (BEGIN, "my", "chest"), ("person",)]:
        assert mixed.chance(gram) == pytest.approx(0.75 * dates.chance(gram) + 0.25 * talk.chance(gram))


def test_the_arpa_file_counts_what_it_lists() -> None:
    """The header's numbers are those of the sections, and each n-gram but the longest has a weight for falling back."""
    text = train(DATES, WORDS).arpa()
    header, *sections = text.split("-grams:\n")
    for order, section in enumerate(sections, 1):
        lines = [line for line in section.splitlines() if line and not line.startswith("\\")]
        assert f"ngram {order}={len(lines)}" in header
        assert {len(line.split()) for line in lines} == {order + (2 if order < 3 else 1)}
    assert text.endswith("\\end\\\n")
