"""Puts words right by their sound: "doctor oh car for on chews day" is read as "doctor okafor on tuesday".

One to four neighbouring words are replaced by one word of the callers' language that sounds nearly the same, where the line is so
much likelier with it that a wrong hearing explains it best: a noisy channel, how likely the words times how likely the mishearing.
Plain, likely lines are left alone: no window without an unlikely word is even looked at.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from appliance.languages.vocabulary import vocabulary
from appliance.understanding.mishearing.caller_language import START, CallerLanguage, lexicon
from appliance.understanding.mishearing.common_words import UNKNOWN, contraction, likelihood
from appliance.understanding.mishearing.soundalikes import Soundalikes

_LONGEST = 4
"""Words a window has at most."""
_WRITTEN_AS_NAME = 9.0
"""What a capital letter within a line adds to the cost: a recogniser that writes capitals knew the word."""
_SURPRISE = 8.0
"""Windows less surprising than this (in log-likelihood) are as good as heard."""
_MOST_SURPRISING = 4.5
"""So surprising must one word of a window be, or the one after it."""
_BEAM = 4
_MOST_WORDS = 60
_TELLING_LENGTH = 4
"""Fewer words do not show their language: they may be a name."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PUNCTUATION = '.,;:!?"()…-'

_Windows = Mapping[int, Sequence[tuple[int, str, float]]]


@dataclass(frozen=True)
class Token:
    """A whitespace-separated piece of a text. `word` is its plain word, empty when it holds anything but one word."""

    text: str
    word: str
    ends: bool
    """Whether punctuation after it ends a phrase: no mishearing reaches over it."""


_Line = tuple[float, tuple[str, ...], str, str]
"""A way to read the beginning of a text: its cost, the written words, the last plain word and the one before it."""


def tokens(text: str) -> list[Token]:
    """The pieces of a text."""
    found = []
    for piece in text.split():
        bare = piece.strip(_PUNCTUATION)
        plain = contraction(bare.lower().replace("’", "'")) if _WORD.fullmatch(bare) and piece.startswith(bare) else ""
        found.append(Token(piece, plain, not piece.endswith(bare) or not plain))
    return found


class Mishearing:
    """Puts the words of one clinic's callers right. `names`: single lower-case words per slot (provider, patient_name, insurer)."""

    def __init__(self, language: str, names: Mapping[str, Iterable[str]]) -> None:
        own = {slot: frozenset(words) for slot, words in names.items()}
        self._language = CallerLanguage(language, own)
        listed = [name for known in lexicon(language).values() for name in known]
        self._soundalikes = Soundalikes(
            sorted({*self._language.ordinary, *self._language.names}),
            frozenset().union(*own.values()),
            {word for name in listed for word in name.split()},
            frozenset(name for name in listed if " " in name),
            _spellings(language),
            _numbers(language),
        )
        self.put_right("hello")  # what is read at the first use is read now, not while somebody waits

    def put_right(self, text: str) -> str:
        """The text with what was clearly misheard put right; the text itself when nothing was."""
        line = tokens(text)
        if len(line) > _MOST_WORDS or not _english(line):
            return text
        windows = self._windows(line)
        if not windows:
            return text
        best: list[list[_Line]] = [[(0.0, (), START, START)], *([] for _ in line)]
        for at, token in enumerate(line):
            for head in heapq.nsmallest(_BEAM, best[at]):
                best[at + 1].append(self._said(head, token.word, token.text, 0.0))
                for end, word, cost in windows.get(at, ()):
                    best[end].append(self._said(head, word, word + _after(line[end - 1].text), cost))
        words = min(best[-1])[1]
        return " ".join(words) if words != tuple(token.text for token in line) else text

    def _said(self, head: _Line, word: str, written: str, cost: float) -> _Line:
        so_far, words, before, long_before = head
        unlikely = -self._language.chance(word, before, long_before) if word else 0.0
        return so_far + cost + unlikely, (*words, written), word, before

    def _windows(self, line: Sequence[Token]) -> _Windows:
        """By where they begin: where a window ends, the word it may have been, and what it costs to think so."""
        surprise = []
        before = long_before = START
        for token in line:
            surprise.append(-self._language.chance(token.word, before, long_before) if token.word else 0.0)
            before, long_before = token.word, before
        found: dict[int, list[tuple[int, str, float]]] = {}
        for begin in range(len(line)):
            for end in range(begin + 1, min(begin + _LONGEST, len(line)) + 1):
                capitals = [token.word for token in line[max(begin, 1) : end] if token.text[:1].isupper()]
                if not line[end - 1].word or len(capitals) > 1 or any(likelihood(word) <= UNKNOWN for word in capitals):
                    break
                # a wrong word surprises, and so does the word after it
                around = surprise[begin : end + 1]
                if sum(around) >= _SURPRISE and max(around) >= _MOST_SURPRISING:
                    for word, cost in self._soundalikes.of(tuple(token.word for token in line[begin:end])):
                        found.setdefault(begin, []).append((end, word, cost + len(capitals) * _WRITTEN_AS_NAME))
                if line[end - 1].ends:
                    break
        return found


def _english(line: Sequence[Token]) -> bool:
    """Whether the words are of the language whose sounds are known here: callers also begin in another."""
    words = [token.word for token in line if token.word]
    foreign = sum(likelihood(word) <= UNKNOWN for word in words)
    return all(word.isascii() for word in words) and (len(words) < _TELLING_LENGTH or 2 * foreign <= len(words))


@cache
def _numbers(language: str) -> frozenset[str]:
    numbers = vocabulary(language)["numbers"]
    return frozenset([*numbers["cardinals"], *numbers["ordinals"], *numbers["zeros"], *numbers["large"]])


@cache
def _spellings(language: str) -> Mapping[str, str]:
    """Words of numbers and dates that general English lacks, as the values are usually written: "forteenth" as "fourteenth"."""
    words = vocabulary(language)
    usual = {value: word for word, value in reversed(words["numbers"]["ordinals"].items())}
    pairs = [(word, usual[value]) for word, value in words["numbers"]["ordinals"].items()]
    pairs += [(name, names[0]) for names in words["tables"]["weekday"].values() for name in names]
    return {word: right for word, right in pairs if word != right and likelihood(word) <= UNKNOWN}


def _after(text: str) -> str:
    """The punctuation at the end of a piece."""
    return text[len(text.rstrip(_PUNCTUATION)) :]
