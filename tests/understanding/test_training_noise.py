"""Noise for training is of the kind that recognisers make, keeps the labels, and is the same for the same seed."""

from __future__ import annotations

from random import Random

import pytest

from appliance.understanding.phrases import Example
from appliance.understanding.training.noise import noisy
from appliance.understanding.training.resegment import mishearings

REFILL = Example(
    "refill_prescription",
    ("please", "send", "my", "metformin", "to", "walgreens", "on", "wednesday"),
    ("O", "O", "O", "B-medication", "O", "B-pharmacy", "O", "B-date"),
)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("metformin", "met foreman"),
        ("appointment", "a point meant"),
        ("cancel", "council"),
        ("thursday", "thirsty"),
        ("tuesday", "choose day"),
        ("walgreens", "wall greens"),
        ("message", "massage"),
    ],
)
def test_words_are_cut_anew_into_common_words_that_sound_so(said: str, heard: str) -> None:
    assert heard in {" ".join(way.pieces) for way in mishearings(said)}


def test_each_piece_tells_at_which_sound_of_the_original_it_begins() -> None:
    way = next(way for way in mishearings("metformin") if way.pieces == ("met", "foreman"))
    assert way.begins == (0, 3)


def test_a_word_is_never_misheard_as_itself() -> None:
    assert all(way.pieces != ("tomorrow",) for way in mishearings("tomorrow"))


def test_noise_is_the_same_for_the_same_seed() -> None:
    assert [noisy(REFILL, Random(7)) for _ in range(3)] == [noisy(REFILL, Random(7))] * 3


def test_a_slot_cut_in_pieces_begins_once() -> None:
    """However the words are cut, a label follows each word, and no slot begins twice in a row of its own pieces."""
    rng = Random(3)
    for _ in range(2000):
        heard = noisy(REFILL, rng)
        assert len(heard.words) == len(heard.labels)
        assert heard.labels.count("B-medication") <= 1
        for before, label in zip(("O", *heard.labels), heard.labels, strict=False):
            assert not label.startswith("I-") or before[2:] == label[2:]


def test_some_of_the_noise_makes_other_words_of_the_same_sound() -> None:
    rng = Random(1)
    lines = {" ".join(noisy(REFILL, rng).words) for _ in range(3000)}
    assert any("foreman" in line or "forming" in line for line in lines)


def test_a_negation_is_never_misheard_as_its_opposite() -> None:
    refusal = Example("deny", ("i", "can't", "come", "on", "that", "day"), ("O",) * 6)
    rng = Random(2)
    for _ in range(2000):
        assert {"can't", "cant"} & set(noisy(refusal, rng).words)
