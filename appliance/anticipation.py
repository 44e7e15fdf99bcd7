"""What is worked out while the caller may still be speaking, so that the answer is ready when the silence has lasted long enough.

    draft of the words ──> how likely they are all ──────────────────> the ear's patience
                      └──> meaning ──> the reply it would lead to ──> its sentences rendered

Everything here only reads: a reply foreseen for words that go on is forgotten, and the acts it would take are not done.
"""

from __future__ import annotations

import logging
from typing import Protocol

from appliance.reception import Reception

log = logging.getLogger(__name__)


class Voice(Protocol):
    """Sentences as audio, kept for a while."""

    def audio(self, text: str, language: str) -> bytes:
        """16 kHz signed 16-bit mono PCM of a sentence."""


class Anticipation:
    """Listens for the ear of one call; may be asked from any thread."""

    def __init__(self, reception: Reception, voice: Voice) -> None:
        self._reception = reception
        self._voice = voice

    def done(self, text: str) -> float:
        """How likely the words are all that the caller has to say, 0 to 1."""
        return self._reception.done(text)

    def alarming(self, text: str) -> bool:
        """Whether a partial text speaks of danger."""
        return self._reception.alarming(text)

    def prepare(self, text: str) -> None:
        """Understand these words and render the answer to them. What fails here is only logged: the call itself will meet it."""
        try:
            for sentence in self._reception.foresee(self._reception.understand(text)).said:
                self._voice.audio(sentence.text, sentence.language)
        except Exception:
            log.exception("the answer could not be prepared")
