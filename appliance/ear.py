"""The ear of one call: from frames to utterances.

    frame ──> VAD ──> [pre-roll] ──> recogniser (partials) ──> endpointing ──> the whole utterance decoded once more ──> Utterance

Time is counted in frames, so it runs with the audio and needs no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from appliance.conversation.barge_in import BargeIn
from appliance.conversation.endpointing import patience_ms
from appliance.speech.engines import Hearing
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
DANGLING = frozenset({
    "a", "an", "and", "at", "for", "from", "in", "is", "it's", "my", "of", "on", "or", "the", "to", "uh", "um", "with",
    "doctor", "dr",
})  # fmt: skip
"""Words nobody ends on."""


@dataclass(frozen=True)
class Utterance:
    """What was heard: the final text ("" when nothing was understood) and how long the silence after it was, in ms."""

    text: str
    silence_ms: int


class Ear:
    """Hears one caller. `complete` says whether a partial text holds all that was asked for."""

    def __init__(self, vad: Vad, hearing: Hearing, complete: Callable[[str], bool]) -> None:
        self._vad = vad
        self._hearing = hearing
        self._complete_text = complete
        self._barge_in = BargeIn()
        self._recent: deque[tuple[bytes, bool]] = deque(maxlen=PRE_ROLL_FRAMES)
        self._asked: str | None = None
        self._listening = False
        self._partial = ""
        self._complete = False
        self._voiced_ms = self._silence_ms = self._length_ms = 0
        self.quiet_ms = 0
        """How long nobody has spoken: since the last voiced frame of the caller, or since `expect`."""

    def expect(self, situation: str | None) -> None:
        """A question was asked: start listening for its answer."""
        self._asked = situation
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
        self.quiet_ms = 0

    def close(self) -> None:
        """The call is over."""
        self._hearing.close()

    def _begin(self) -> None:
        self._listening = True
        self._partial, self._complete = "", False
        self._voiced_ms = self._silence_ms = self._length_ms = 0
        for frame, voiced in self._recent:
            self._take(frame, voiced)
        self._recent.clear()

    def _take(self, frame: bytes, voiced: bool) -> None:  # a frame and what the detector made of it
        partial = self._hearing.feed(frame)
        if partial != self._partial:
            self._partial, self._complete = partial, self._complete_text(partial)
        self._length_ms += FRAME_MS
        self._voiced_ms += FRAME_MS if voiced else 0
        self._silence_ms = 0 if voiced else self._silence_ms + FRAME_MS

    def _over(self) -> bool:
        unfinished = self._partial.split()[-1:] and self._partial.split()[-1] in DANGLING
        patience = patience_ms(self._asked, heard=bool(self._partial), complete=self._complete, unfinished=bool(unfinished))
        return self._silence_ms >= patience or self._length_ms >= LONGEST_MS

    def _finish(self) -> Utterance | None:
        self._listening = False
        text = self._hearing.finish()
        if not text and self._voiced_ms < SHORTEST_MS:
            return None
        return Utterance(text, self._silence_ms)
