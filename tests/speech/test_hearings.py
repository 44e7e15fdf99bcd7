"""One caller's ears for the languages of a call, with two genuine recognisers standing for two languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.speech.audio import frames
from appliance.speech.hearings import Hearings
from tests.support.engine_cases import EARS, ear


@pytest.fixture
def hearings() -> Iterator[Hearings]:
    found = Hearings({"en": ear("sphinx"), "es": ear("vosk")}, "en")
    yield found
    found.close()


def feed(hearings: Hearings, pcm: bytes) -> list[str]:
    return [hearings.feed(frame) for frame in frames(pcm)]


def test_each_language_is_heard_by_its_own_recogniser(hearings: Hearings) -> None:
    """To and fro: names by the one, digits by the other."""
    names, numbers = EARS["sphinx"], EARS["vosk"]
    for _ in range(2):
        hearings.speak_language("en")
        hearings.expect(names.situation)
        assert any(feed(hearings, names.one.sound()))
        assert hearings.finish() == names.one.text
        hearings.speak_language("es")
        hearings.expect(numbers.situation)
        feed(hearings, numbers.one.sound())
        assert hearings.draft()() == numbers.one.text
        assert hearings.finish() == numbers.one.text


def test_what_was_asked_counts_in_the_new_language_too(hearings: Hearings) -> None:
    hearings.expect(EARS["sphinx"].situation)
    hearings.speak_language("es")
    hearings.speak_language("en")
    feed(hearings, EARS["sphinx"].other.sound())
    assert hearings.finish() == EARS["sphinx"].other.text


def test_an_utterance_in_progress_is_forgotten_by_a_change_and_kept_by_none(hearings: Hearings) -> None:
    numbers = EARS["vosk"]
    hearings.speak_language("es")
    hearings.expect(numbers.situation)
    spoken = list(frames(numbers.other.sound()))
    for frame in spoken:
        hearings.feed(frame)
    hearings.speak_language("es")
    assert hearings.finish() == numbers.other.text
    for frame in spoken:
        hearings.feed(frame)
    hearings.speak_language("en")
    assert hearings.finish() == ""
    hearings.speak_language("es")
    assert hearings.finish() == ""
    hearings.abandon()


def test_a_language_without_a_recogniser_is_refused_and_the_call_goes_on(hearings: Hearings) -> None:
    with pytest.raises(KeyError):
        hearings.speak_language("fr")
    feed(hearings, EARS["sphinx"].one.sound())
    assert hearings.finish() == EARS["sphinx"].one.text
