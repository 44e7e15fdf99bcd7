"""A Whisper model in CTranslate2's format, as faster-whisper opens it, decoding windows no longer than the utterance needs.

faster-whisper always encodes 30 seconds, and most of what a caller says is over in three: a window of 5 seconds costs a tenth of
one of 30. So the encoder is called directly with the shortest of a few windows that holds the sound and some silence after it, as
Whisper was trained on; its position vectors do not depend on the window. A text that is not believed is decoded once more in
the full window before it is dropped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from appliance.speech.audio import SAMPLE_RATE, Samples, block_levels
from appliance.speech.whisper_guards import Written
from appliance.speech.whisper_text import as_heard

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL_SECONDS = 30
WINDOWS = (5, 10, 15, FULL_SECONDS)
"""Seconds that are encoded."""
SILENCE_SECONDS = 0.5
"""At least so much silence follows the sound in a short window, or the last word is taken for unfinished."""
SEAM_SECONDS = 5
"""What is longer than the full window is cut where it is quietest in the last seconds of it."""
TOKENS_BESIDE, TOKENS_A_SECOND = 12, 14
"""The most tokens a text may have."""
FORGETTING = 0.95
LONGEST_PROMPT = 223
"""Tokens of a hint; Whisper keeps half of its memory for what was said before."""


class Ctranslate2(Protocol):
    """What is used of `faster_whisper.WhisperModel`, which has no types of its own."""

    model: Any
    hf_tokenizer: Any
    feature_extractor: Any
    max_length: int


@dataclass
class Spent:
    """What decoding has cost since the engine was loaded, by the length of the window in seconds."""

    windows: dict[int, int] = field(default_factory=dict)
    """How many were decoded."""
    lately: dict[int, float] = field(default_factory=dict)
    """Seconds that one takes, the latest counting most."""

    def note(self, window: int, seconds: float) -> None:
        """One more was decoded."""
        self.windows[window] = self.windows.get(window, 0) + 1
        self.lately[window] = 0.7 * self.lately.get(window, seconds) + 0.3 * seconds


class Whisper:
    """One model that all calls share; so many decode at once, and others wait."""

    def __init__(self, opened: Ctranslate2, tokenizer: Any, *, at_once: int, beams: int, windows: Sequence[int] = WINDOWS) -> None:
        from ctranslate2 import StorageView  # only where Whisper is used: it takes half a second

        self._storage = StorageView.from_array
        self._opened = opened
        self._model = opened.model
        self._analyse = opened.feature_extractor
        self._tokenizer = tokenizer
        self._longest = opened.max_length
        self._beams = beams
        self._windows = tuple(windows)
        self._at_once = at_once
        self._slots = threading.BoundedSemaphore(at_once)
        self._counting = threading.Lock()
        self.spent = Spent()

    def in_windows(self, *windows: int) -> Whisper:
        """The same model with other windows (seconds), counted by itself: to compare what they cost and hear."""
        return Whisper(self._opened, self._tokenizer, at_once=self._at_once, beams=self._beams, windows=windows)

    @contextmanager
    def slot(self, patience: float | None) -> Iterator[bool]:
        """A turn at decoding: True with it, False when none came within `patience` seconds; None waits for ever."""
        free = self._slots.acquire(timeout=patience)
        try:
            yield free
        finally:
            if free:
                self._slots.release()

    def expected_seconds(self, sound_seconds: float) -> float:
        """How long a text of such a sound will take, by what such texts took lately; 0.0 before the first.

        Each time it is asked it answers a little less, so that one slow moment does not end decoding for good.
        """
        window = window_seconds(sound_seconds, self._windows)
        with self._counting:
            expected = self.spent.lately.get(window, 0.0)
            if expected:
                self.spent.lately[window] = expected * FORGETTING
        return expected

    def write(self, samples: Samples, hint: str, believed: Callable[[Written], bool], *, quick: bool = False) -> Written:
        """The text of a sound of any length, the model's best guess at every step (temperature 0), never with timestamps.

        `quick` is for a text that will be replaced: one beam, and no second try in the full window.
        """
        pieces = [self._piece(piece, hint, believed, quick=quick) for piece in cut(samples)]
        if len(pieces) == 1:
            return pieces[0]
        kept = [piece for piece in pieces if believed(piece)] or pieces[:1]
        return Written(
            " ".join(piece.text for piece in kept if piece.text),
            len(samples) / SAMPLE_RATE,
            min(piece.nobody for piece in kept),
            float(np.mean([piece.log_probability for piece in kept])),
            all(piece.ended for piece in kept),
        )

    def _piece(self, samples: Samples, hint: str, believed: Callable[[Written], bool], *, quick: bool) -> Written:
        window = window_seconds(len(samples) / SAMPLE_RATE, self._windows)
        written = self._decode(samples, window, hint, 1 if quick else self._beams)
        if quick or window == FULL_SECONDS or believed(written):
            return written
        return self._decode(samples, FULL_SECONDS, hint, self._beams)

    def _decode(self, samples: Samples, window: int, hint: str, beams: int) -> Written:
        began = time.monotonic()
        seconds = len(samples) / SAMPLE_RATE
        features = self._analyse(np.pad(samples, (0, max(0, window * SAMPLE_RATE - len(samples)))), padding=0)
        encoded = self._model.encode(self._storage(np.ascontiguousarray(features[None], np.float32)))
        prompt = self._prompt(hint)
        most = min(self._longest // 2, self._longest - len(prompt), TOKENS_BESIDE + int(TOKENS_A_SECOND * seconds))
        # the engine takes the hint for a part of the text, and allows the text half of this at most
        length = max(2 * most, len(prompt) + most)
        result = self._model.generate(
            encoded, [prompt], beam_size=beams, max_length=length, return_scores=True, return_no_speech_prob=True
        )[0]
        tokens = result.sequences_ids[0]
        with self._counting:
            self.spent.note(window, time.monotonic() - began)
        return Written(
            as_heard(self._tokenizer.decode(tokens)),
            seconds,
            float(result.no_speech_prob),
            # scores are means over the tokens; the end of the text, which has a probability too, is not among them
            float(result.scores[0]) * len(tokens) / (len(tokens) + 1),
            len(tokens) < most,
        )

    def _prompt(self, hint: str) -> list[int]:
        before = self._tokenizer.encode(f" {hint}")[-LONGEST_PROMPT:] if hint else []
        return [
            *([self._tokenizer.sot_prev, *before] if before else []),
            *self._tokenizer.sot_sequence,
            self._tokenizer.no_timestamps,
        ]


def window_seconds(seconds: float, windows: Sequence[int] = WINDOWS) -> int:
    """The shortest window that holds a sound of `seconds` and the silence after it, or the full one."""
    return next((window for window in sorted(windows) if seconds + SILENCE_SECONDS <= window), FULL_SECONDS)


def cut(samples: Samples) -> list[Samples]:
    """The sound in pieces that fit the full window, cut where it is quietest."""
    pieces = []
    while len(samples) > FULL_SECONDS * SAMPLE_RATE:
        seam = (FULL_SECONDS - SEAM_SECONDS) * SAMPLE_RATE
        levels = block_levels(samples[seam : FULL_SECONDS * SAMPLE_RATE], SAMPLE_RATE // 5)
        seam += int(levels.argmin()) * (SAMPLE_RATE // 5) + SAMPLE_RATE // 10
        pieces.append(samples[:seam])
        samples = samples[seam:]
    return [*pieces, samples]
