"""Why a text that Whisper wrote is not believed. Whisper always writes something; these rules tell what nobody said.

Whisper's own two measures are its probability that nobody spoke and the mean log probability of what it wrote; the thresholds
0.6 and -1.0 are those of its authors (Radford et al. 2022, section 4.5). The others are about the text itself.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from appliance.speech.whisper_hints import Hints

Objection = Literal["nobody spoke", "a guess", "a loop", "too fast", "cut off", "a phantom", "its own hint"]

NOBODY, SURELY_NOBODY = 0.6, 0.95
LEAST_LOG_PROBABILITY = -1.0
DOUBTFUL_LOG_PROBABILITY = -0.5
MOST_COMPRESSED, COMPRESSIBLE_LETTERS = 2.4, 60
"""Of a text of so many letters or more, compression by more than 2.4 means that it repeats itself (openai-whisper)."""
LONGEST_ROUND, ROUNDS = 6, 5
"""The same one to six words so often in a row are a loop; "zero zero zero zero" in a telephone number is not."""
WORDS_A_SECOND, LETTERS_A_SECOND = 7.0, 32.0
"""Nobody speaks faster: quick speech has five words, some 25 letters, a second."""


@dataclass(frozen=True)
class Written:
    """What Whisper made of a sound of `seconds`: the words as heard (whisper_text) and how sure it was."""

    text: str
    seconds: float
    nobody: float
    """Its probability that nobody spoke."""
    log_probability: float
    """Mean natural logarithm of the probability of each token."""
    ended: bool = True
    """Whether it came to an end by itself, before the most tokens that were allowed."""

    @property
    def confidence(self) -> float:
        """Probability of the average token, 0 to 1."""
        return math.exp(self.log_probability)


def objection(written: Written, hints: Hints, hint: str) -> Objection | None:
    """Why the text is not believed, or None; `hint` is the hint that was given, as heard."""
    words = written.text.split()
    if written.nobody > SURELY_NOBODY or (written.nobody > NOBODY and written.log_probability < LEAST_LOG_PROBABILITY):
        return "nobody spoke"
    if not words:
        return None
    if loops(words):
        return "a loop"
    if not written.ended:
        return "cut off"
    if too_fast(words, written.seconds):
        return "too fast"
    if len(words) > 3 and written.text == hint:
        return "its own hint"
    if written.text in hints.phantoms or (written.text in hints.doubtful and _doubtful(written)):
        return "a phantom"
    return "a guess" if written.log_probability < LEAST_LOG_PROBABILITY else None


def loops(words: Sequence[str]) -> bool:
    """Whether the same words come round and round."""
    text = " ".join(words).encode()
    if len(text) >= COMPRESSIBLE_LETTERS and len(text) / len(zlib.compress(text)) > MOST_COMPRESSED:
        return True
    return any(
        all(words[at] == words[at + size] for at in range(start, start + size * (ROUNDS - 1)))
        for size in range(1, LONGEST_ROUND + 1)
        for start in range(len(words) - size * ROUNDS + 1)
    )


def too_fast(words: Sequence[str], seconds: float) -> bool:
    """Whether nobody could have said so much in the time; one or two words are never too fast."""
    return len(words) > 2 and (len(words) > WORDS_A_SECOND * seconds or sum(map(len, words)) > LETTERS_A_SECOND * seconds)


def _doubtful(written: Written) -> bool:
    return written.nobody > NOBODY / 2 or written.log_probability < DOUBTFUL_LOG_PROBABILITY
