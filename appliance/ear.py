"""The ear of one call: from frames to utterances.

    frame ──> VAD ──> [pre-roll] ──> recogniser ──> partial text ──> alarm?
                └── a short silence ──> draft: final text, how likely it is all, and the answer got ready, in another thread
                └── a silence as long as the draft asks for ──> Utterance
                └── voice again ──> the draft is dropped

Time is counted in frames, so it runs with the audio and needs no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Protocol

from appliance.conversation.barge_in import BargeIn
from appliance.conversation.endpointing import DRAFT_MS, patience_ms
from appliance.speech.hearings import Hearings
from appliance.speech.vad import Vad

FRAME_MS = 20
VOICED = 0.5
"""Silero's own threshold."""
PRE_ROLL_FRAMES = 20
"""400 ms of audio before the detector was sure go to the recogniser too, or soft beginnings are lost."""
ONSET_FRAMES = 3
"""Voiced frames among the last five that begin an utterance."""
SHORTEST_MS = 120
"""Less voice than this, with no word in it, was a noise."""
LONGEST_MS = 30_000
"""Nobody needs longer for an answer; a radio does."""
STABLE_MS = 300
"""A partial text that stood so long was not one of the recogniser's passing guesses."""


class Listener(Protocol):
    """What the ear asks about what it hears; both may be asked from another thread than the call's, and change nothing."""

    def done(self, text: str) -> float:
        """How likely the words are all that the caller has to say, 0 to 1."""

    def alarming(self, text: str) -> bool:
        """Whether a partial text speaks of danger."""

    def prepare(self, text: str) -> None:
        """What the answer to these words needs may be got ready, in case nothing follows them."""


@dataclass(frozen=True)
class Utterance:
    """What was heard: the final text ("" when nothing was understood), and how long the silence after it was, in ms."""

    text: str
    silence_ms: int
    alarm: str = ""
    """A partial text that spoke of danger, for it may not be in the final one."""


@dataclass(frozen=True)
class Draft:
    """The final text if nothing follows, and how likely that is."""

    text: str
    done: float


class Ear:
    """Hears one caller; drafts are worked out by `workers`."""

    def __init__(self, vad: Vad, hearing: Hearings, listener: Listener, workers: Executor) -> None:
        self._vad = vad
        self._hearing = hearing
        self._listener = listener
        self._workers = workers
        self._barge_in = BargeIn()
        self._recent: deque[tuple[bytes, bool]] = deque(maxlen=PRE_ROLL_FRAMES)
        self._listening = self._over_us = False
        self._draft: Future[Draft] | None = None
        self._partial = self._alarm = ""
        self._voiced_ms = self._silence_ms = self._length_ms = self._partial_ms = 0
        self.quiet_ms = 0
        """How long nobody has spoken: since the last voiced frame of the caller, or since `expect`."""

    def speak_language(self, code: str) -> None:
        """From now on the caller is heard in this language."""
        self._hearing.speak_language(code)

    def expect(self, situation: str | None) -> None:
        """A question was asked: start listening for its answer."""
        self._hearing.expect(situation or "")
        self.quiet_ms = 0

    def interrupts(self, frame: bytes) -> bool:
        """While the agent talks: hear a frame; True once the caller has started to talk over it."""
        probability = self._vad.feed(frame)
        self._recent.append((frame, probability >= VOICED))
        if not self._barge_in.hear(probability):
            return False
        self._barge_in.reset()
        self._begin()
        self._over_us = True
        return True

    def hear(self, frame: bytes) -> Utterance | None:
        """While the caller has the floor: hear a frame; an utterance once it is over."""
        voiced = self._vad.feed(frame) >= VOICED
        self.quiet_ms = 0 if voiced else self.quiet_ms + FRAME_MS
        if not self._listening:
            self._recent.append((frame, voiced))
            if sum(v for _, v in list(self._recent)[-5:]) >= ONSET_FRAMES:
                self._begin()
            return None
        self._take(frame, voiced)
        return self._finish() if self._over() else None

    @property
    def hears_somebody(self) -> bool:
        """Whether an utterance is under way."""
        return self._listening

    def forget(self) -> None:
        """Drop what has been heard of the utterance under way, if any."""
        self._hearing.abandon()
        self._recent.clear()
        self._listening = False
        self._draft = None
        self.quiet_ms = 0

    def close(self) -> None:
        """The call is over."""
        self._hearing.close()

    def _begin(self) -> None:
        self._listening = True
        self._draft = None
        self._over_us = False
        self._partial = self._alarm = ""
        self._voiced_ms = self._silence_ms = self._length_ms = self._partial_ms = 0
        for frame, voiced in self._recent:
            self._take(frame, voiced)
        self._recent.clear()

    def _take(self, frame: bytes, voiced: bool) -> None:  # a frame and what the detector made of it
        partial = self._hearing.feed(frame)
        self._partial_ms = self._partial_ms + FRAME_MS if partial == self._partial else 0
        self._partial = partial
        if self._partial_ms == STABLE_MS and partial and self._listener.alarming(partial):
            self._alarm = partial
        self._length_ms += FRAME_MS
        self._voiced_ms += FRAME_MS if voiced else 0
        self._silence_ms = 0 if voiced else self._silence_ms + FRAME_MS
        if voiced:
            self._draft = None
        elif self._draft is None and self._silence_ms >= DRAFT_MS and self._voiced_ms:
            self._draft = self._workers.submit(self._worked_out, self._hearing.draft(), partial)

    def _worked_out(self, decode: Callable[[], str], partial: str) -> Draft:
        text = decode()
        if not text:
            return Draft("", 0.0)
        self._workers.submit(self._listener.prepare, text)
        done = self._listener.done(text)
        # a final pass makes whole sentences of what breaks off: "i would like to" becomes "i would like that"
        return Draft(text, done if done == 1 else min(done, self._listener.done(partial)))

    def _over(self) -> bool:
        if self._length_ms >= LONGEST_MS:
            return True
        if self._draft is None or not self._draft.done():
            return False
        draft = self._draft.result()
        return self._silence_ms >= patience_ms(draft.done, heard=bool(draft.text), over_us=self._over_us)

    def _finish(self) -> Utterance | None:
        self._listening = False
        text = self._hearing.finish()
        if not text and not self._alarm and self._voiced_ms < SHORTEST_MS:
            return None
        return Utterance(text, self._silence_ms, self._alarm)
