"""Which of the agent's known prompts was just heard, when what was heard is a transcript with many mistakes.

A caller on the telephone has only audio. The prompts of the agent form a closed set, so the nearest one can be found even when
every fourth word is wrong. An agent's turn may be several prompts in a row ("Thanks, Daniel. What is your date of birth?");
the last one decides what the caller is expected to say, so a prompt is compared with the END of the transcript.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import LCSseq

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_VALUE_WORDS = 8
"""A date with weekday and time ("Friday, November twenty-seventh at nine thirty") is about this long."""
_LIST_WORDS = 24
"""A placeholder may also be a list of two or three of those."""
_VALUE_DISCOUNT = 0.8
"""Words that a placeholder may stand for count this much less as strangers; not free, so that a plain prompt wins a tie."""


@dataclass(frozen=True)
class Match:
    """The nearest prompt: its situation, its text with placeholders, and how near it is (0 nothing alike, 1 the same)."""

    situation: str
    prompt: str
    score: float


def words_of(text: str) -> list[str]:
    """The words of a text as a recogniser would write them: lower case, digits one by one ("911" = nine one one)."""
    found = _WORD.findall(text.replace("\u2019", "'").lower())
    return [_DIGITS[int(word)] if word.isdigit() else word for word in found]


@dataclass(frozen=True)
class _Prompt:
    situation: str
    text: str

    @cached_property
    def words(self) -> list[str]:
        return words_of(PLACEHOLDER.sub(" ", self.text))

    @cached_property
    def placeholders(self) -> int:
        return len(PLACEHOLDER.findall(self.text))


class PromptBook:
    """All the prompts of an agent by situation, with {placeholders} for the values that change."""

    def __init__(self, prompts: Mapping[str, Sequence[str]]) -> None:
        listed = (_Prompt(situation, text) for situation, texts in prompts.items() for text in texts)
        self._prompts = [prompt for prompt in listed if prompt.words]
        spread = Counter(word for prompt in self._prompts for word in set(prompt.words))
        self._weight = {word: 1 + math.log(len(self._prompts) / count) for word, count in spread.items()}

    def __bool__(self) -> bool:
        return bool(self._prompts)

    def sentences(self) -> Iterator[str]:
        """Every sentence of every prompt, placeholders kept: what a language model is made from."""
        for prompt in self._prompts:
            yield from (sentence for sentence in re.split(r"(?<=[.?!;:])\s+", prompt.text) if sentence.strip())

    def nearest(self, heard: str) -> Match | None:
        """The prompt that the end of `heard` is most like; None when nothing was heard or no prompt is known."""
        words = words_of(heard)
        if not words or not self._prompts:
            return None
        scored = ((self._likeness(prompt, words), prompt) for prompt in self._prompts)
        score, prompt = max(scored, key=lambda pair: pair[0])
        return Match(prompt.situation, prompt.text, score)

    def _likeness(self, prompt: _Prompt, heard: Sequence[str]) -> float:
        """The best agreement over ends of `heard` that are about as long as the prompt may be."""
        length, slack = len(prompt.words), prompt.placeholders * _VALUE_WORDS
        lengths = (length - length // 4, length, length + 1 + length // 4, length + slack, length + 3 * slack)
        sizes = {min(len(heard), size) for size in lengths if size}
        return max(self._agreement(prompt, heard[len(heard) - size :]) for size in sizes)

    def _agreement(self, prompt: _Prompt, end: Sequence[str]) -> float:
        """The share of words in common and in order (a Dice coefficient), rare words counting more, values almost free."""
        edits = LCSseq.opcodes(prompt.words, end)
        shared = sum(self._weigh(prompt.words[edit.src_start : edit.src_end]) for edit in edits if edit.tag == "equal")
        extra = self._weigh(end) - shared
        extra -= _VALUE_DISCOUNT * min(extra, prompt.placeholders * _LIST_WORDS)
        return 2 * shared / (self._weigh(prompt.words) + shared + extra)

    def _weigh(self, words: Sequence[str]) -> float:
        return sum(self._weight.get(word, 1.0) for word in words)
