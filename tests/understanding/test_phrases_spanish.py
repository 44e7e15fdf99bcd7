"""The example phrases of Spanish, and the values that fill their placeholders."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from appliance.understanding import INTENTS
from appliance.understanding.phrases import fill, load_phrases, parse_phrase
from appliance.understanding.training.corpus import LABELS, SITUATIONS
from appliance.understanding.training.spoken import SLOT_OF, fitted, sample_values, value

PHRASES = load_phrases("es")


def test_every_intent_has_phrases_none_is_there_twice_and_none_means_two_things() -> None:
    counts = Counter(phrase.intent for phrase in PHRASES)
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= 65
    assert max(Counter((phrase.text, phrase.asked) for phrase in PHRASES).values()) == 1


def test_phrases_are_written_as_a_recogniser_writes_and_name_situations_that_exist() -> None:
    for phrase in PHRASES:
        plain = phrase.text.replace("{", "").replace("}", "").replace("_", "")
        assert plain == plain.lower(), phrase.text
        assert not any(letter.isdigit() or letter in '.,;:!?¿¡"()[]|' for letter in plain), phrase.text
        assert set(phrase.asked) <= set(SITUATIONS)


def test_filled_phrases_have_a_label_for_each_word() -> None:
    rng = Random(5)
    for phrase in PHRASES:
        example = fill(phrase, rng)
        assert len(example.words) == len(example.labels)
        for before, label in zip(("O", *example.labels), example.labels, strict=False):
            assert label in LABELS
            assert not label.startswith("I-") or before[2:] == label[2:]


def test_there_are_spanish_values_for_what_english_has() -> None:
    assert sample_values("es").keys() == sample_values("en").keys()
    for placeholder in SLOT_OF:
        assert len({value(placeholder, Random(seed), "es") for seed in range(200)}) >= 3, placeholder


@pytest.mark.parametrize(
    ("before", "expected"), [("a", "l "), ("de", "l "), ("para", "el "), ("", "el "), ("el", ""), ("del", ""), ("mi", "")]
)
def test_an_article_is_said_before_the_slot_joined_or_left_out(before: str, expected: str) -> None:
    leads = {
        fitted("holiday", before, Random(seed), "es")
        for seed in range(300)
        if value("holiday", Random(seed), "es").startswith("el ")
    }
    assert {lead for lead, _ in leads} == {expected}
    assert not any(words.startswith("el ") for _, words in leads)


def test_a_contraction_is_outside_the_slot() -> None:
    phrase = replace(parse_phrase("leave_message", "dígale a {provider} que sí"), language="es")
    said = {tuple(fill(phrase, Random(seed)).words[:2]) for seed in range(200)}
    assert ("dígale", "al") in said
    assert ("dígale", "a") in said
    for seed in range(200):
        example = fill(phrase, Random(seed))
        assert example.labels[1] == "O"
        assert ("a", "el") not in zip(example.words, example.words[1:], strict=False)
