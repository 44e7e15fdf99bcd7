"""Two recognisers as one, with the project's own small models: what the contract of all ears does not ask."""

from __future__ import annotations

import time

import pytest

from appliance.faults import TheirFault
from appliance.speech.audio import frames
from appliance.speech.engines import Hearing
from appliance.speech.recognizer_two_pass import TwoPassRecognizer, load
from appliance.speech.recognizer_whisper import WhisperRecognizer
from appliance.speech.recognizer_whisper import load as load_whisper
from appliance.speech.second_pass import Heard
from tests.support.digit_caller import says_digits
from tests.support.engine_cases import MODELS, VOCABULARY, caller_says, ear

WHISPER = MODELS / "whisper-digits"
PATIENT = 60.0
"""Seconds: a limit that a busy machine keeps too."""


@pytest.fixture(scope="module")
def second() -> WhisperRecognizer:
    return load_whisper(VOCABULARY, models=[WHISPER])


def both(second: WhisperRecognizer, time_limit: float = PATIENT) -> TwoPassRecognizer:
    """pocketsphinx first: it hears words, which the small Whisper does not, so it is seen whose text stands."""
    return TwoPassRecognizer(ear("sphinx"), second, "en", time_limit)


def heard(hearing: Hearing, situation: str, pcm: bytes) -> str:
    hearing.expect(situation)
    for frame in frames(pcm):
        hearing.feed(frame)
    return hearing.finish()


@pytest.mark.parametrize(
    ("first", "stands"),
    [
        ("nine", "nine one"),  # a digit too few: neither is a telephone number, and the second ear is the better one
        ("one two three four five six seven", "one two three four five six seven"),  # a number stands against two digits
    ],
)
def test_of_two_texts_the_one_stands_that_fits_the_question(second: WhisperRecognizer, first: str, stands: str) -> None:
    """The second text is what Whisper really heard of "nine one"."""
    assert both(second).decide(Heard(first), says_digits("nine one"), "ask_phone") == stands


def test_a_draft_is_not_decoded_again_at_the_end(second: WhisperRecognizer) -> None:
    """Silence after it changes nothing, so the second pass is over before the utterance is; speech after it is heard anew."""
    hearing = both(second).hearing()
    hearing.expect("ask_phone")
    for frame in frames(says_digits("two nine")):
        hearing.feed(frame)
    before = sum(second.whisper.spent.windows.values())
    drafted = hearing.draft()()
    decoded = sum(second.whisper.spent.windows.values())
    assert decoded > before
    for _ in range(30):
        hearing.feed(bytes(640))
    assert hearing.finish() == drafted
    assert sum(second.whisper.spent.windows.values()) == decoded
    for frame in frames(says_digits("two nine")):
        hearing.feed(frame)
    assert hearing.finish() == drafted
    assert sum(second.whisper.spent.windows.values()) > decoded
    hearing.close()


def test_a_short_yes_is_not_heard_twice(second: WhisperRecognizer) -> None:
    before = sum(second.whisper.spent.windows.values())
    assert heard(both(second).hearing(), "confirm_details", caller_says("yes")) == "yes"
    assert sum(second.whisper.spent.windows.values()) == before


def test_the_first_text_stands_when_the_second_is_late(second: WhisperRecognizer) -> None:
    """While others have every turn at Whisper, a caller's answer comes at once all the same, and nothing piles up."""
    recognizer = both(second, time_limit=0.3)
    with second.whisper.slot(None):
        began = time.monotonic()
        assert recognizer.decide(Heard("five five five"), says_digits("nine one"), "ask_phone") == "five five five"
        assert time.monotonic() - began < 5
    assert both(second).decide(Heard(""), says_digits("nine one"), "ask_phone") == "nine one"


def test_a_second_pass_that_was_slow_lately_is_not_waited_for(second: WhisperRecognizer) -> None:
    """It is not even begun; after a while it is tried again."""
    recognizer = both(second, time_limit=0.5)
    slow, second.whisper.spent.lately[5] = second.whisper.spent.lately.get(5, 0.1), 0.55
    before = sum(second.whisper.spent.windows.values())
    sound = says_digits("nine one")
    try:
        assert recognizer.decide(Heard("five five five"), sound, "ask_phone") == "five five five"
        assert sum(second.whisper.spent.windows.values()) == before
        for _ in range(20):
            recognizer.decide(Heard("five five five"), sound, "ask_phone")
        assert sum(second.whisper.spent.windows.values()) > before
    finally:
        second.whisper.spent.lately[5] = slow


def test_partials_are_those_of_the_first_pass(second: WhisperRecognizer) -> None:
    sound = caller_says("i need to cancel my appointment")
    alone, hearing = ear("sphinx").hearing(), both(second).hearing()
    alone.expect("greeting")
    hearing.expect("greeting")
    assert [hearing.feed(frame) for frame in frames(sound)] == [alone.feed(frame) for frame in frames(sound)]
    alone.close()
    hearing.close()


def test_two_passes_need_two_models() -> None:
    with pytest.raises(TheirFault, match="needs two models, and 1 are named"):
        load(VOCABULARY, models=[WHISPER])
