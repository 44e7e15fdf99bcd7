"""The contract of every recogniser and synthesizer, kept by the genuine engines found in the folder."""

from __future__ import annotations

import importlib.util
import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from appliance import speech
from appliance.faults import TheirFault
from appliance.speech.audio import active_level, dbfs, frames, pcm_of, samples_of
from appliance.speech.engines import Recognizer, Synthesizer
from tests.support.engine_cases import EARS, VOCABULARY, VOICES, EarCase, caller_says, ear, voice

WITH_MODELS = [("recognizer", name) for name, case in EARS.items() if case.models] + [
    ("synthesizer", name) for name, case in VOICES.items() if case.models
]
FRAME_SECONDS = 0.02


@pytest.fixture(params=speech.names("recognizer"))
def name(request: pytest.FixtureRequest) -> str:
    """Every ear there is."""
    return str(request.param)


@pytest.fixture
def recognizer(name: str) -> Recognizer:
    """The ear, loaded."""
    return ear(name)


@pytest.fixture
def case(name: str) -> EarCase:
    """What that ear must hear."""
    return EARS[name]


@pytest.fixture(params=speech.names("synthesizer"))
def synthesizer(request: pytest.FixtureRequest) -> Synthesizer:
    """Every voice there is, loaded."""
    return voice(request.param)


def heard(recognizer: Recognizer, situation: str, pcm: bytes) -> str:
    hearing = recognizer.hearing()
    hearing.expect(situation)
    for frame in frames(pcm):
        hearing.feed(frame)
    text = hearing.finish()
    hearing.close()
    return text


def load(kind: str, name: str, models: tuple[Path, ...]) -> object:
    if kind == "recognizer":
        return speech.recognizer(name)(VOCABULARY, models=models)
    return speech.synthesizer(name)(VOICES[name].voice, models=models)


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


# --- voices -----------------------------------------------------------------------------------------------------------------


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


# --- ears -------------------------------------------------------------------------------------------------------------------


def test_a_recognizer_hears_what_was_asked_for(recognizer: Recognizer, case: EarCase) -> None:
    """Two callers' answers to the question, word for word."""
    for said in (case.one, case.other):
        assert heard(recognizer, case.situation, said.sound()) == said.text


@pytest.mark.parametrize("name", [name for name, case in EARS.items() if case.sentences])
@pytest.mark.parametrize("situation", ["greeting", "ask_name", "ask_dob", "ask_phone", "offer_slots", "confirm_details"])
def test_an_emergency_is_heard_whatever_was_asked(name: str, situation: str) -> None:
    assert "chest" in heard(ear(name), situation, caller_says("my chest hurts"))


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


def test_partials_come_while_the_caller_speaks(recognizer: Recognizer, case: EarCase) -> None:
    """The text so far is there before the end, and begins as the sentence does."""
    hearing = recognizer.hearing()
    hearing.expect(case.situation)
    spoken = list(frames(case.one.sound()))
    middle = len(spoken) * 2 // 3
    partials = [hearing.feed(frame) for frame in spoken[:middle]]
    if not any(partials):  # a worker that decodes them gets the time that these frames take in a call
        time.sleep(middle * FRAME_SECONDS)
    partials += [hearing.feed(frame) for frame in spoken[middle:]]
    hearing.close()
    assert partials[0] == ""
    assert case.one.text.split()[0] in " ".join(partials[:-20]).split()


def test_a_draft_is_the_final_text_of_what_was_heard_so_far(recognizer: Recognizer, case: EarCase) -> None:
    """Drafts decoded in another thread while more is fed say what `finish` would have said then, and change nothing."""
    spoken = list(frames(case.one.sound()))
    middle = len(spoken) // 2
    hearing = recognizer.hearing()
    hearing.expect(case.situation)
    with ThreadPoolExecutor(1) as elsewhere:
        for frame in spoken[:middle]:
            hearing.feed(frame)
        half = elsewhere.submit(hearing.draft())
        for frame in spoken[middle:]:
            hearing.feed(frame)
        whole = elsewhere.submit(hearing.draft())
        later = hearing.draft()
        assert hearing.finish() == whole.result() == elsewhere.submit(later).result() == case.one.text
        assert half.result() == heard(recognizer, case.situation, b"".join(spoken[:middle]))
    hearing.close()


def test_what_is_said_after_a_draft_is_in_the_final_text(recognizer: Recognizer, case: EarCase) -> None:
    """A draft that was decoded in a pause is not the end of a caller who goes on."""
    spoken = list(frames(case.one.sound()))
    hearing = recognizer.hearing()
    hearing.expect(case.situation)
    for frame in spoken[: len(spoken) // 2]:
        hearing.feed(frame)
    assert hearing.draft()() != case.one.text
    for frame in spoken[len(spoken) // 2 :]:
        hearing.feed(frame)
    assert hearing.finish() == case.one.text
    hearing.close()


def test_a_draft_of_a_noise_is_no_words(recognizer: Recognizer) -> None:
    hearing = recognizer.hearing()
    assert hearing.draft()() == ""
    for _ in range(50):
        hearing.feed(bytes(640))
    assert hearing.draft()() == ""
    hearing.close()


def test_an_abandoned_utterance_leaves_no_trace(recognizer: Recognizer, case: EarCase) -> None:
    """What was heard before is in neither the partials nor the final text of the next utterance."""
    hearing = recognizer.hearing()
    hearing.expect(case.situation)
    for frame in frames(case.other.sound()):
        hearing.feed(frame)
    hearing.abandon()
    assert hearing.finish() == ""
    assert hearing.draft()() == ""
    for frame in frames(case.one.sound()):
        hearing.feed(frame)
    assert hearing.finish() == case.one.text
    hearing.close()
    hearing.close()


def test_two_callers_do_not_hear_one_another(recognizer: Recognizer, case: EarCase) -> None:
    """Two utterances heard frame by frame in turns."""
    one, other = recognizer.hearing(), recognizer.hearing()
    one.expect(case.situation)
    other.expect(case.situation)
    first, second = list(frames(case.one.sound())), list(frames(case.other.sound()))
    for turn in range(max(len(first), len(second))):
        for hearing, said in ((one, first), (other, second)):
            hearing.feed(said[turn] if turn < len(said) else bytes(640))
    assert (one.finish(), other.finish()) == (case.one.text, case.other.text)
    one.close()
    other.close()


def test_more_callers_than_prepared_are_heard_too(recognizer: Recognizer) -> None:
    """Nine ears at once, and nine again after they are closed."""
    for _ in range(2):
        ears = [recognizer.hearing() for _ in range(9)]
        for hearing in ears:
            assert hearing.feed(bytes(640)) == ""
        for hearing in ears:
            hearing.close()


def test_a_language_that_its_models_do_not_know_is_refused(name: str, case: EarCase) -> None:
    """In one sentence, before a caller finds out. An engine for every language hears the one that was asked for."""
    if case.unheard_language is None:
        assert speech.recognizer(name)(VOCABULARY, language="es", models=case.models)
        return
    with pytest.raises(TheirFault, match=repr(case.unheard_language)):
        speech.recognizer(name)(VOCABULARY, language=case.unheard_language, models=case.models)


# --- models that cannot be used -------------------------------------------------------------------------------------------


def absent(model: Path) -> None:
    shutil.rmtree(model) if model.is_dir() else model.unlink()


def cut_off(model: Path) -> None:
    path = largest(model)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(model: Path) -> None:
    largest(model).write_bytes(b"")


def of_random_bytes(model: Path) -> None:
    path = largest(model)
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def largest(model: Path) -> Path:
    return (
        max((path for path in model.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        if model.is_dir()
        else model
    )


@pytest.mark.parametrize("damage", [absent, cut_off, emptied, of_random_bytes])
@pytest.mark.parametrize(("kind", "name"), WITH_MODELS)
def test_a_broken_model_is_one_sentence(tmp_path: Path, kind: str, name: str, damage: Callable[[Path], None]) -> None:
    """A model that is missing, cut off, empty or something else is named with the repair, and this process goes on."""
    intact = EARS[name].models if kind == "recognizer" else VOICES[name].models
    copies = tuple(tmp_path / model.name for model in intact)
    for model, copy in zip(intact, copies, strict=True):
        if model.is_dir():
            shutil.copytree(model, copy)
            continue
        for beside in model.parent.glob(f"{model.name}*"):  # settings that lie beside a model's file and begin with its name
            shutil.copy(beside, tmp_path)
    damage(copies[0])
    with pytest.raises(TheirFault) as fault:
        load(kind, name, copies)
    assert str(copies[0]) in fault.value.sentence
    assert "\n" not in str(fault.value)
    assert fault.value.repair
