"""The contract of every recogniser and synthesizer, kept by the genuine engines found in the folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance import speech
from appliance.faults import TheirFault
from appliance.speech.audio import active_level, dbfs, frames, pcm_of, samples_of
from appliance.speech.engines import Recognizer, Synthesizer, Vocabulary

Caller = Callable[[str], bytes]


@pytest.fixture(scope="module", params=speech.names("recognizer"))
def recognizer(request: pytest.FixtureRequest, vocabulary: Vocabulary) -> Recognizer:
    """Every ear there is, loaded."""
    load: Callable[[Vocabulary], Recognizer] = speech.recognizer(request.param)
    return load(vocabulary)


@pytest.fixture(scope="module", params=speech.names("synthesizer"))
def synthesizer(request: pytest.FixtureRequest) -> Synthesizer:
    """Every voice there is, loaded."""
    load: Callable[[], Synthesizer] = speech.synthesizer(request.param)
    return load()


def heard(recognizer: Recognizer, situation: str, pcm: bytes) -> str:
    hearing = recognizer.hearing()
    hearing.expect(situation)
    for frame in frames(pcm):
        hearing.feed(frame)
    text = hearing.finish()
    hearing.close()
    return text


def test_both_kinds_have_an_engine_and_every_file_is_one() -> None:
    """The embedded profile's engines are found, and a file of another name is no engine."""
    assert "sphinx" in speech.names("recognizer")
    assert "espeak" in speech.names("synthesizer")
    for path in Path(speech.__file__).parent.glob("*zer_*.py"):
        assert importlib.util.find_spec(f"appliance.speech.{path.stem}")


@pytest.mark.parametrize(("find", "there_is"), [(speech.recognizer, "sphinx"), (speech.synthesizer, "espeak")])
def test_an_unknown_engine_is_answered_with_those_there_are(find: Callable[[str], object], there_is: str) -> None:
    with pytest.raises(TheirFault, match=f"called 'parrot'.*{there_is}"):
        find("parrot")


def test_a_synthesizer_speaks_whole_samples_at_a_telephone_level(synthesizer: Synthesizer) -> None:
    """Chunks of any length in whole samples, long enough for the words, neither faint nor clipped."""
    chunks = list(synthesizer.speak("Good morning. How may I help you?"))
    samples = samples_of(b"".join(chunks))
    assert all(len(chunk) % 2 == 0 for chunk in chunks)
    assert 1 < len(samples) / 16_000 < 5
    assert -24 < dbfs(active_level(samples)) < -16
    assert np.abs(samples).max() < 0.75


def test_a_synthesizer_says_what_distinguishes_its_voice(synthesizer: Synthesizer) -> None:
    assert synthesizer.voice


def test_a_recognizer_hears_what_was_asked_for(recognizer: Recognizer, caller: Caller) -> None:
    """An answer to the question."""
    assert heard(recognizer, "ask_name", caller("daniel kowalski")) == "daniel kowalski"


@pytest.mark.parametrize("situation", ["greeting", "ask_name", "ask_dob", "ask_phone", "offer_slots", "confirm_details"])
def test_an_emergency_is_heard_whatever_was_asked(recognizer: Recognizer, caller: Caller, situation: str) -> None:
    assert "chest" in heard(recognizer, situation, caller("my chest hurts"))


def sounds() -> Iterator[tuple[str, bytes]]:
    dice = np.random.default_rng(7)
    seconds = np.arange(32_000) / 16_000
    cough = dice.normal(0, 0.25, 32_000) * np.exp(-((seconds - 0.5) ** 2) / 0.004)
    yield "nothing", b""
    yield "silence", bytes(64_000)
    yield "white noise", pcm_of(dice.normal(0, 0.05, 32_000).astype(np.float32))
    yield "cough", pcm_of(cough.astype(np.float32))
    yield "hum", pcm_of((0.2 * np.sin(2 * np.pi * 60 * seconds)).astype(np.float32))


@pytest.mark.parametrize(("sound", "pcm"), list(sounds()), ids=[name for name, _ in sounds()])
@pytest.mark.parametrize("situation", ["greeting", "confirm_details", "ask_phone"])
def test_a_noise_is_no_words(recognizer: Recognizer, sound: str, pcm: bytes, situation: str) -> None:
    """Nothing is made up from silence, noise, a cough or mains hum."""
    assert heard(recognizer, situation, pcm) == "", sound


def test_partials_come_while_the_caller_speaks(recognizer: Recognizer, caller: Caller) -> None:
    """The text so far is there before the end, and has words of the sentence."""
    hearing = recognizer.hearing()
    hearing.expect("greeting")
    partials = [hearing.feed(frame) for frame in frames(caller("i need to cancel my appointment"))]
    hearing.close()
    assert partials[0] == ""
    assert any("cancel" in partial for partial in partials[:-20])


def test_an_abandoned_utterance_leaves_no_trace(recognizer: Recognizer, caller: Caller) -> None:
    """What was heard before is in neither the partials nor the final text of the next utterance."""
    hearing = recognizer.hearing()
    hearing.expect("ask_name")
    for frame in frames(caller("margaret doyle")):
        hearing.feed(frame)
    hearing.abandon()
    assert hearing.finish() == ""
    for frame in frames(caller("daniel kowalski")):
        hearing.feed(frame)
    assert hearing.finish() == "daniel kowalski"
    hearing.close()
    hearing.close()


def test_two_callers_do_not_hear_one_another(recognizer: Recognizer, caller: Caller) -> None:
    """Two utterances heard frame by frame in turns."""
    one, other = recognizer.hearing(), recognizer.hearing()
    one.expect("ask_name")
    other.expect("ask_name")
    for frame, quiet in zip(frames(caller("daniel kowalski")), frames(caller("margaret doyle")), strict=False):
        one.feed(frame)
        other.feed(quiet)
    assert (one.finish(), other.finish()) == ("daniel kowalski", "margaret doyle")
    one.close()
    other.close()


def test_more_callers_than_prepared_are_heard_too(recognizer: Recognizer) -> None:
    """Nine ears at once, and nine again after they are closed."""
    for _ in range(2):
        ears = [recognizer.hearing() for _ in range(9)]
        for ear in ears:
            assert ear.feed(bytes(640)) == ""
        for ear in ears:
            ear.close()
