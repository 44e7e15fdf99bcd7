"""A final text worked out before the utterance is over, so that the end of it costs nothing when nothing more was said."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.speech.utterance import Utterance

AGAIN_FRAMES = 2
"""So many frames of speech after a draft, and the caller has gone on."""


class Draft:
    """The text of an utterance as it was; decoded once, by whoever asks first, while others who ask wait."""

    def __init__(self, decode: Callable[[], str], utterance: Utterance) -> None:
        self._decode = decode
        self._speech_frames = utterance.speech_frames
        self._lock = threading.Lock()
        self._text: str | None = None

    def __call__(self) -> str:
        """The text."""
        with self._lock:
            if self._text is None:
                self._text = self._decode()
            return self._text

    def holds_for(self, utterance: Utterance) -> bool:
        """Whether nothing but silence followed, so that the draft is the final text."""
        return utterance.speech_frames < self._speech_frames + AGAIN_FRAMES
