"""The ear of the cpu profile: vosk while the caller speaks, and Whisper for the final text where it pays.

    frame -> vosk -> partial text
    utterance -> vosk's final text -> does a second pass pay? -> Whisper, in a worker -> whose text stands (second_pass)
                                                   └── not there within TIME_LIMIT: vosk's text stands

A draft does the same as `finish`, so the second pass is over, most times, before the caller's silence has lasted long enough.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from appliance import speech
from appliance.faults import TheirFault
from appliance.speech.audio import SAMPLE_RATE
from appliance.speech.drafts import Draft
from appliance.speech.engines import Device, Hearing, Recognizer, Vocabulary
from appliance.speech.recognizer_whisper import WhisperRecognizer
from appliance.speech.second_pass import Heard, pays, settle
from appliance.speech.utterance import Utterance

log = logging.getLogger(__name__)

FIRST, SECOND = "vosk", "whisper"
TIME_LIMIT = 0.7
"""Seconds that a final text may come later for the second pass; beyond, callers notice."""
LEAST_TURN = 0.05
"""Seconds that a second pass waits for its turn while others decode; then the first pass's text stands."""


class TwoPassRecognizer:
    """Two recognisers as one. What the second pass is still busy with after the limit counts as a turn taken: nothing piles up."""

    def __init__(self, first: Recognizer, second: WhisperRecognizer, language: str, time_limit: float = TIME_LIMIT) -> None:
        self.first = first
        self._second = second
        self._language = language
        self._limit = time_limit
        self._workers = ThreadPoolExecutor(second.workers, "second-pass")

    def hearing(self) -> TwoPassHearing:
        """An ear for one call."""
        return TwoPassHearing(self)

    def decide(self, first: Heard, pcm: bytes, situation: str) -> str:
        """The final text, at most the limit later; "" when two recognisers disagree on a number that must be right."""
        expected = self._second.whisper.expected_seconds(len(pcm) / 2 / SAMPLE_RATE)
        if not pays(first, situation, expected, self._limit, self._language):
            return first.text
        text, why = settle(first, self._again(pcm, situation), situation, self._language)
        log.debug("second pass: %s", why)
        return text

    def _again(self, pcm: bytes, situation: str) -> Heard | None:
        answer: Future[Heard | None] = self._workers.submit(self._hear, pcm, situation)
        try:
            return answer.result(self._limit)
        except TimeoutError:
            answer.cancel()
            return None

    def _hear(self, pcm: bytes, situation: str) -> Heard | None:
        heard = self._second.hear(pcm, situation, patience=LEAST_TURN)
        if heard is None:
            return None
        written, objected = heard
        return None if objected else Heard(written.text, written.confidence)


class TwoPassHearing:
    """One caller's ear: the first pass's, and the audio kept for the second."""

    def __init__(self, recognizer: TwoPassRecognizer) -> None:
        self._recognizer = recognizer
        self._first: Hearing = recognizer.first.hearing()
        self._situation = ""
        self._utterance = Utterance()
        self._draft: Draft | None = None

    def expect(self, situation: str) -> None:
        """Both passes hear the next utterance as an answer to `situation`."""
        self._situation = situation
        self._draft = None
        self._first.expect(situation)

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the first pass's partial text."""
        self._utterance.take(frame)
        return self._first.feed(frame)

    def draft(self) -> Callable[[], str]:
        """Both passes over the utterance so far, by whoever calls what is returned; the same draft while nothing is said after."""
        if not self._utterance.spoken:
            return str
        if self._draft is None or not self._draft.holds_for(self._utterance):
            self._draft = self._drafted()
        return self._draft

    def finish(self) -> str:
        """The final text, the draft's if nothing was said after it; "" when nobody spoke, nothing was understood, or a number
        was heard in two ways."""
        text = self.draft()()
        self.abandon()
        return text

    def abandon(self) -> None:
        """Forget the utterance in progress."""
        self._first.abandon()
        self._utterance.clear()
        self._draft = None

    def close(self) -> None:
        """The call is over."""
        self._first.close()

    def _drafted(self) -> Draft:
        first, pcm, situation = self._first.draft(), self._utterance.pcm, self._situation

        def decide() -> str:
            text = first()
            # an engine whose texts come with a confidence offers it on what gave the text
            return self._recognizer.decide(Heard(text, getattr(first, "confidence", None)), pcm, situation)

        return Draft(decide, self._utterance)


def load(
    vocabulary: Vocabulary,
    *,
    language: str = "en",
    models: Sequence[Path] = (),
    device: Device = "cpu",
) -> TwoPassRecognizer:
    """Both recognisers: `models` are the folder of vosk's model and that of Whisper's; `device` is where Whisper computes.

    Raises TheirFault as they do, and when there are not two models.
    """
    if len(models) != 2:
        raise TheirFault(
            f"Hearing in two passes needs two models, and {len(models)} are named.",
            repair="Name the folder of a vosk model, then that of a Whisper model.",
        )
    first = speech.recognizer(FIRST)(vocabulary, language=language, models=models[:1])
    second = speech.recognizer(SECOND)(vocabulary, language=language, models=models[1:], device=device)
    assert isinstance(second, WhisperRecognizer)  # noqa: S101  # it is what that module loads
    return TwoPassRecognizer(first, second, language)
