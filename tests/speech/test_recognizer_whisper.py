"""Whisper with the project's own small model: what the contract of all ears does not ask."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from appliance.faults import TheirFault
from appliance.speech.audio import SAMPLE_RATE, Samples, frames, pcm_of, samples_of
from appliance.speech.recognizer_whisper import NEXT_PARTIAL_SECONDS, WhisperRecognizer, load, worth_a_partial
from appliance.speech.whisper_guards import Objection, Written, objection
from appliance.speech.whisper_hints import hints
from appliance.speech.whisper_model import cut, window_seconds
from appliance.speech.whisper_text import as_heard
from tests.support.digit_caller import says_digits
from tests.support.engine_cases import MODELS, VOCABULARY

MODEL = MODELS / "whisper-digits"
NUMBERS = ["seven", "nine one", "two nine", "eight three", "four zero", "three three"]
"""The small model hears one or two digits, and none of this voice's sixes."""
TOLD = hints(VOCABULARY, "en")
HINT = TOLD.hint("ask_phone")
DEAR = 1000.0
"""Seconds that no partial is worth."""


@pytest.fixture(scope="module")
def whisper() -> WhisperRecognizer:
    return load(VOCABULARY, models=[MODEL])


def objected(written: Written) -> Objection | None:
    return objection(written, TOLD, as_heard(HINT))


def written(recognizer: WhisperRecognizer, samples: Samples) -> Written:
    """What the model writes of a sound that no detector of speech has judged before."""
    return recognizer.whisper.write(samples, HINT, lambda text: objected(text) is None)


# --- windows ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", NUMBERS)
def test_a_short_window_hears_what_thirty_seconds_hear(whisper: WhisperRecognizer, words: str) -> None:
    """The same digits, from the windows that fit, with little and with much silence after them, and from the full one."""
    short, full = whisper.whisper.in_windows(5, 10), whisper.whisper.in_windows(30)
    for after, windows in ((0.5, {5: 1}), (5.0, {5: 1, 10: 1})):
        sound = samples_of(says_digits(words, after=after))
        assert short.write(sound, HINT, lambda _: True).text == words
        assert short.spent.windows == windows
        assert full.write(sound, HINT, lambda _: True).text == words
    assert full.spent.windows == {30: 2}


def test_a_short_window_costs_a_fraction_of_thirty_seconds(whisper: WhisperRecognizer) -> None:
    """Less than half, processor time of the same model on the same sound; a real model saves more."""
    sound = samples_of(says_digits("nine two five"))
    costs = []
    for model in (whisper.whisper.in_windows(5), whisper.whisper.in_windows(30)):
        model.write(sound, HINT, lambda _: True)
        began = time.process_time()
        for _ in range(5):
            model.write(sound, HINT, lambda _: True)
        costs.append(time.process_time() - began)
    assert costs[0] < costs[1] / 2


@pytest.mark.parametrize(("seconds", "window"), [(0.0, 5), (4.4, 5), (4.6, 10), (9.6, 15), (14.6, 30), (29.9, 30)])
def test_a_window_holds_the_sound_and_silence_after_it(seconds: float, window: int) -> None:
    assert window_seconds(seconds) == window


def test_what_is_not_believed_is_decoded_in_the_full_window_before_it_is_dropped(whisper: WhisperRecognizer) -> None:
    model = whisper.whisper.in_windows(5)
    model.write(samples_of(says_digits("seven")), HINT, lambda _: False)
    assert model.spent.windows == {5: 1, 30: 1}
    model.write(samples_of(says_digits("seven")), HINT, lambda _: False, quick=True)
    assert model.spent.windows == {5: 2, 30: 1}


def test_a_long_sound_is_cut_where_it_is_quiet() -> None:
    """Nothing is lost, every piece fits the window, and the seam lies in the pause."""
    sound = np.random.default_rng(1).normal(0, 0.1, 50 * SAMPLE_RATE).astype(np.float32)
    sound[27 * SAMPLE_RATE : 28 * SAMPLE_RATE] = 0
    pieces = cut(sound)
    assert np.array_equal(np.concatenate(pieces), sound)
    assert [len(piece) <= 30 * SAMPLE_RATE for piece in pieces] == [True, True]
    assert 27 <= len(pieces[0]) / SAMPLE_RATE <= 28


def test_both_ends_of_a_long_utterance_are_heard(whisper: WhisperRecognizer) -> None:
    """More than thirty seconds, a digit at the beginning and one at the end."""
    pause = np.zeros(28 * SAMPLE_RATE, np.float32)
    sound = np.concatenate([samples_of(says_digits("nine")), pause, samples_of(says_digits("five"))])
    assert len(sound) > 30 * SAMPLE_RATE
    assert written(whisper, sound).text == "nine five"


# --- guards, without the detector of speech in front ------------------------------------------------------------------------


def test_digits_are_believed_without_a_detector(whisper: WhisperRecognizer) -> None:
    text = written(whisper, samples_of(says_digits("nine one")))
    assert objected(text) is None
    assert text.confidence > 0.5
    assert text.nobody < 0.5


def tones(seconds: float = 3.0) -> Samples:
    """A chord that changes twice a second, as music on hold does."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    root = 220 * 2 ** (np.floor(at * 2) % 5 / 12)
    chord = np.stack([np.sin(2 * np.pi * root * step * at) for step in (1, 1.26, 1.5, 2)])
    sound: Samples = (0.08 * chord.sum(axis=0)).astype(np.float32)
    return sound


def test_digital_silence_is_nobody_without_a_detector(whisper: WhisperRecognizer) -> None:
    """The small model writes a digit even of nothing; its probability that nobody spoke tells."""
    assert objected(written(whisper, np.zeros(2 * SAMPLE_RATE, np.float32))) == "nobody spoke"


@pytest.mark.parametrize("level", [0.003, 0.01, 0.03, 0.1, 0.3])
def test_noise_is_nobody(whisper: WhisperRecognizer, level: float) -> None:
    """From faint to loud: the small model alone makes digits of it, and the detector of speech in front stops that."""
    noise = np.random.default_rng(4).normal(0, level, 3 * SAMPLE_RATE).astype(np.float32)
    hearing = whisper.hearing()
    hearing.expect("ask_phone")
    assert {hearing.feed(frame) for frame in frames(pcm_of(noise))} == {""}
    assert hearing.draft()() == ""
    assert hearing.finish() == ""
    hearing.close()


def test_music_is_no_words(whisper: WhisperRecognizer) -> None:
    """A caller on hold: tones are neither a partial nor a final text."""
    hearing = whisper.hearing()
    partials = {hearing.feed(frame) for frame in frames((tones() * 32767).astype("<i2").tobytes())}
    assert partials == {""}
    assert hearing.finish() == ""
    hearing.close()


def test_a_text_that_goes_round_is_a_loop(whisper: WhisperRecognizer) -> None:
    """In a short window the small model goes round and round on these digits: that is no partial, and for a final text the full
    window is asked, which does not. A digit said twice is no loop."""
    sound = samples_of(says_digits("seven four nine nine five"))
    short = whisper.whisper.in_windows(5)
    assert objected(short.write(sound, HINT, lambda text: objected(text) is None, quick=True)) == "a loop"
    assert short.spent.windows == {5: 1}
    final = short.write(sound, HINT, lambda text: objected(text) is None)
    assert short.spent.windows == {5: 2, 30: 1}
    assert objected(final) is None
    twice = written(whisper, samples_of(says_digits("five five")))
    assert (twice.text, objected(twice)) == ("five five", None)


# --- partials ---------------------------------------------------------------------------------------------------------------


def test_feeding_never_waits_for_a_decode(whisper: WhisperRecognizer) -> None:
    """While others have every turn at the model, frames are taken at once, without a partial; the final text comes all the same."""
    hearing = whisper.hearing()
    hearing.expect("ask_phone")
    with whisper.whisper.slot(None):
        partials = {hearing.feed(frame) for frame in frames(says_digits("nine one"))}
        assert partials == {""}
    assert hearing.finish() == "nine one"
    hearing.close()


def test_partials_stop_where_they_cost_too_much() -> None:
    """On a processor when the last one was dear, and anywhere when the utterance has outgrown the window."""
    assert worth_a_partial(2.0, 0.05, "cpu")
    assert not worth_a_partial(2.0, NEXT_PARTIAL_SECONDS, "cpu")
    assert worth_a_partial(2.0, NEXT_PARTIAL_SECONDS, "cuda")
    assert not worth_a_partial(31.0, 0.05, "cuda")


def test_partials_come_back_after_a_slow_moment(whisper: WhisperRecognizer) -> None:
    """A machine that was busy once is not without partials for the rest of the day."""
    whisper.last_partial_seconds = 2 * NEXT_PARTIAL_SECONDS
    asked = [whisper.partial(says_digits("seven"), "ask_phone") for _ in range(20)]
    assert asked[0] is None
    assert any(future is not None for future in asked)


def test_a_text_that_would_wait_too_long_is_given_up(whisper: WhisperRecognizer) -> None:
    with whisper.whisper.slot(None):
        assert whisper.hear(says_digits("seven"), "ask_phone", patience=0.01) is None
    assert whisper.hear(says_digits("seven"), "ask_phone", patience=5) is not None


def test_a_draft_is_not_decoded_again_at_the_end(whisper: WhisperRecognizer) -> None:
    """Silence after it changes nothing, so the final text is there at once; speech after it is heard with all that was before."""

    def say(sound: bytes) -> None:
        whisper.last_partial_seconds = DEAR  # no partial is decoded, so what is counted are final texts
        for frame in frames(sound):
            hearing.feed(frame)

    def decoded() -> int:
        return sum(whisper.whisper.spent.windows.values())

    hearing = whisper.hearing()
    hearing.expect("ask_phone")
    say(says_digits("nine"))
    assert hearing.draft()() == "nine"
    after_draft = decoded()
    say(bytes(30 * 640))
    assert hearing.finish() == "nine"
    assert decoded() == after_draft
    say(says_digits("nine", after=0))
    assert hearing.draft()() == "nine"
    after_draft = decoded()
    say(says_digits("one"))
    assert hearing.finish() == "nine one"
    assert decoded() > after_draft
    whisper.last_partial_seconds = 0.0
    hearing.close()


# --- loading ----------------------------------------------------------------------------------------------------------------


def run(program: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def test_nothing_of_whisper_is_imported_before_it_is_loaded() -> None:
    """The embedded profile starts half a second sooner."""
    program = (
        "import sys; from appliance.speech import recognizer_whisper; print({'faster_whisper', 'ctranslate2'} & set(sys.modules))"
    )
    assert run(program) == "set()"


def test_a_machine_without_a_graphics_card_is_told_so() -> None:
    """Where CUDA is asked for; also on a machine that has one, which here is hidden."""
    program = """
import sys
from pathlib import Path
from appliance.faults import TheirFault
from appliance.speech.engines import Vocabulary
from appliance.speech.recognizer_whisper import load
try:
    load(Vocabulary([], [], []), models=[Path(sys.argv[1])], device="cuda")
except TheirFault as fault:
    print(fault)
"""
    said = run(program, str(MODEL), CUDA_VISIBLE_DEVICES="")
    assert "no graphics card" in said
    assert "\n" not in said


def test_no_model_is_a_sentence() -> None:
    with pytest.raises(TheirFault, match="needs a model and none is named"):
        load(VOCABULARY)


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    for file in MODEL.iterdir():
        if file.name != name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(TheirFault, match=f"{name}: this file of the Whisper model is missing"):
        load(VOCABULARY, models=[tmp_path])
