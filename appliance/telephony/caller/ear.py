"""When the agent speaks, when it stopped, and what it wanted: energy on the decoded audio, then the nearest prompt."""

from __future__ import annotations

from typing import Literal

import numpy as np

from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.caller.prompt_book import Match, PromptBook
from appliance.telephony.caller.prompt_ear import PromptEar

_SPEECH_RMS = 200.0
"""-44 dB below full scale: above comfort noise, below the quietest vowel of a synthesizer."""
_SENTENCE_PAUSE = 0.2
TURN_PAUSE = 0.5
"""Seconds of quiet after which the agent's turn is taken to be over; synthesizers pause for up to 0.3 s between sentences."""


class Ear:
    """Listens to one call. Times are those of the packets (Unix clock), so the caller's own lateness does not count.

    Feed it with `hear`, ask `pause` how long the agent has been quiet, and `take` the turn when that is long enough.
    """

    def __init__(self, book: PromptBook) -> None:
        self._book = book
        self._recogniser = PromptEar(book) if book else None
        self._sentences: list[str] = []
        self._in_sentence = False
        self._in_turn = False
        self.turn_began = 0.0
        self.last_speech = 0.0

    @property
    def in_turn(self) -> bool:
        """The agent has begun to speak and its turn has not been taken or dropped."""
        return self._in_turn

    def hear(self, samples: Samples, arrived: float) -> Literal["started"] | None:
        """One packet that arrived at `arrived`; "started" with the first sound of a turn."""
        loud = bool(len(samples)) and float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) > _SPEECH_RMS
        began = loud and not self._in_turn
        if began:
            self._in_turn, self.turn_began = True, arrived
        if loud:
            self._in_sentence = True
            self.last_speech = arrived + len(samples) / SAMPLE_RATE
        if self._in_sentence and self._recogniser:
            self._recogniser.hear(samples)
        self.pause(arrived)
        return "started" if began else None

    def pause(self, now: float) -> float:
        """Seconds since the agent's last sound; to be called even when no packets come, which is silence too."""
        quiet = now - self.last_speech
        if self._in_sentence and quiet >= _SENTENCE_PAUSE:
            self._in_sentence = False
            if self._recogniser:
                self._sentences.append(self._recogniser.finish())
        return quiet

    def so_far(self) -> tuple[str, Match | None]:
        """The words of the turn until now and the prompt they are nearest to."""
        running = self._recogniser.so_far() if self._recogniser and self._in_sentence else ""
        words = " ".join(part for part in (*self._sentences, running) if part)
        return words, self._book.nearest(words)

    def take(self) -> tuple[str, Match | None]:
        """End the turn: its words and the nearest prompt."""
        if self._in_sentence:
            self._in_sentence = False
            if self._recogniser:
                self._sentences.append(self._recogniser.finish())
        heard = self.so_far()
        self._sentences, self._in_turn = [], False
        return heard
