"""When an utterance begins and ends: a genuine detector of speech, a genuine recogniser, and audio that runs faster than time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
import pytest

from appliance.ear import FRAME_MS, Ear, Utterance
from appliance.speech.audio import active_level, frames, pcm_of, samples_of
from appliance.speech.hearings import Hearings
from appliance.speech.vad import Vad
from appliance.understanding.emergency import alarm
from appliance.understanding.endings import Endings
from tests.support.engine_cases import VOCABULARY, caller_says, ear

NOW = datetime(2026, 11, 23, 9)
QUIET = bytes(640)


class Attentive:
    """Judges words as a call does, and remembers what it was told to prepare for."""

    def __init__(self, asked: str) -> None:
        self.prepared: list[str] = []
        self._asked = asked
        self._endings = Endings("en", lambda: VOCABULARY.patient_names, VOCABULARY.provider_names)

    def done(self, text: str) -> float:
        return self._endings.done(text, self._asked, NOW)

    def alarming(self, text: str) -> bool:
        return alarm(text, "en") is not None

    def prepare(self, text: str) -> None:
        self.prepared.append(text)


@pytest.fixture(scope="module")
def workers() -> Iterator[ThreadPoolExecutor]:
    """One thread that drafts are worked out in, so that whoever waits for another piece of work waits for them too."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


class Line:
    """A caller's side: sound goes in, utterances come out, each with the moment (ms) it was over."""

    def __init__(self, asked: str, workers: ThreadPoolExecutor) -> None:
        self.listener = Attentive(asked)
        self.ear = Ear(Vad(), Hearings({"en": ear("sphinx")}, "en"), self.listener, workers)
        self.ear.expect(asked)
        self.heard: list[tuple[int, Utterance]] = []
        self._workers = workers
        self._ms = 0

    def hears(self, pcm: bytes) -> Line:
        for frame in frames(pcm):
            self._ms += FRAME_MS
            utterance = self.ear.hear(frame)
            self._workers.submit(int).result()  # in a call 20 ms pass here, in which drafts get on
            if utterance:
                self.heard.append((self._ms, utterance))
        return self

    @property
    def texts(self) -> list[str]:
        return [utterance.text for _, utterance in self.heard]


def spoken(text: str, voice: str = "rms") -> bytes:
    """The words without the silence around them."""
    pcm = caller_says(text, voice)
    loud = [number for number, frame in enumerate(frames(pcm)) if active_level(samples_of(frame)) > 0.003]
    return pcm[loud[0] * 640 : (loud[-1] + 1) * 640]


def silence(ms: int) -> bytes:
    return QUIET * (ms // FRAME_MS)


def test_the_awaited_value_ends_the_turn_sooner_than_other_words_do(workers: ThreadPoolExecutor) -> None:
    """The silence that was needed, by the frames."""
    name, request = (Line(asked, workers) for asked in ("ask_name", "greeting"))
    name.hears(silence(300) + spoken("daniel kowalski") + silence(1500))
    request.hears(silence(300) + spoken("i need to cancel my appointment") + silence(1500))
    assert name.texts == ["daniel kowalski"]
    assert request.texts == ["i need to cancel my appointment"]
    assert name.heard[0][1].silence_ms < request.heard[0][1].silence_ms


def test_a_pause_within_an_answer_does_not_end_it(workers: ThreadPoolExecutor) -> None:
    """What was drafted in the pause is dropped, and the whole is heard."""
    line = Line("ask_dob", workers)
    line.hears(silence(300) + spoken("july twenty second") + silence(700) + spoken("nineteen eighty five") + silence(1500))
    assert line.texts == ["july twenty second nineteen eighty five"]


def test_the_answer_is_prepared_before_the_turn_is_over(workers: ThreadPoolExecutor) -> None:
    """In the first silence, with the words that turn out to be all."""
    line = Line("confirm_details", workers)
    for frame in frames(silence(300) + spoken("yes") + silence(1000)):
        line.hears(frame)
        if line.listener.prepared:
            break
    assert line.heard == []
    assert line.hears(silence(1000)).texts == line.listener.prepared == ["yes"]


def test_danger_is_kept_from_a_partial_text(workers: ThreadPoolExecutor) -> None:
    """Said in the middle of something else, and never lost to what the whole sentence is taken for."""
    line = Line("ask_dob", workers)
    line.hears(silence(300) + spoken("my chest hurts") + silence(400) + spoken("can i speak to a human please") + silence(1500))
    assert any("chest" in (utterance.alarm or utterance.text) for _, utterance in line.heard)


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_is_no_utterance(workers: ThreadPoolExecutor, seed: int) -> None:
    """A cough and a hiss: nothing is said, and somebody who then speaks is heard."""
    dice = np.random.default_rng(seed)
    cough = pcm_of((dice.normal(0, 0.2, 3_200) * np.hanning(3_200)).astype(np.float32))
    hiss = pcm_of(dice.normal(0, 0.004, 16_000).astype(np.float32))
    line = Line("ask_name", workers).hears(silence(300) + cough + silence(500) + hiss + silence(1000))
    assert line.texts == []
    assert line.hears(spoken("margaret doyle") + silence(1500)).texts == ["margaret doyle"]


def test_what_was_forgotten_is_not_heard(workers: ThreadPoolExecutor) -> None:
    """A key was pressed in the middle of a word."""
    line = Line("ask_name", workers).hears(silence(300) + spoken("margaret doyle"))
    line.ear.forget()
    assert line.hears(silence(1500)).texts == []
    assert line.hears(spoken("daniel kowalski") + silence(1500)).texts == ["daniel kowalski"]


def test_a_voice_over_the_agent_interrupts_it_and_is_heard_from_its_beginning(workers: ThreadPoolExecutor) -> None:
    line = Line("ask_name", workers)
    pcm = silence(300) + spoken("daniel kowalski")
    sound = list(frames(pcm))
    interrupted = next(number for number, frame in enumerate(sound) if line.ear.interrupts(frame))
    assert interrupted * FRAME_MS < 300 + 240
    line.hears(b"".join(sound[interrupted + 1 :]) + silence(1500))
    assert line.texts == ["daniel kowalski"]
