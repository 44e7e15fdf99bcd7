"""Cuts what a recogniser or a keyboard produced into words, without losing where the speaker paused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

# The signs / : - . count as words only between digits (12/14, 9:30, 413-555-0190); elsewhere they are punctuation.
_WORD = re.compile(
    r"""(?P<ordinal>\d+(?:st|nd|rd|th)\b) | (?P<number>\d+) | (?P<sign>(?<=\d)[/:.\-](?=\d))
      | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*) | (?P<pause>[,;!?…—–()] | \.(?=\s|\.|$) | \s-\s)""",
    re.VERBOSE | re.IGNORECASE,
)
_APOSTROPHES = re.compile(r"(?<=\w)[\"’´`](?=\w)")


@dataclass(frozen=True)
class Token:
    """One word. `text` is folded (lower case, no accents, no possessive 's); `raw` is as written; `pause` says one came before it;
    `hyphen` that it hangs on the word before it."""

    text: str
    raw: str
    pause: bool = False
    hyphen: bool = False


Tokens = tuple[Token, ...]


def fold(text: str) -> str:
    """Lower case without accents, so that a recogniser's spelling and the vocabulary's meet."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def lex(text: str) -> Tokens:
    """The words of a text, in order."""
    tokens: list[Token] = []
    pause = False
    plain = _APOSTROPHES.sub("'", unicodedata.normalize("NFC", text))
    for match in _WORD.finditer(plain):
        if match.lastgroup == "pause":
            pause = True
            continue
        raw = match.group()
        folded = fold(raw)
        hyphen = plain[match.start() - 1 : match.start()] == "-" and not plain[match.start() - 2 : match.start() - 1].isspace()
        tokens.append(Token(folded.removesuffix("'s") or folded, raw, pause and bool(tokens), hyphen and bool(tokens)))
        pause = False
    return tuple(tokens)


@lru_cache(maxsize=4096)
def words(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase from the vocabulary."""
    return tuple(token.text for token in lex(phrase))


@dataclass(frozen=True)
class Phrases:
    """Phrases of one or more words, each with a meaning, found longest first."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    @staticmethod
    def of(meanings: Mapping[str, str]) -> Phrases:
        """From phrase -> meaning."""
        by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, meaning in meanings.items():
            parts = words(phrase) or (phrase,)  # a sign such as "/" is a word only between digits
            by_first.setdefault(parts[0], []).append((parts, meaning))
        return Phrases({first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()})

    def at(self, tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
        """The meaning of the longest phrase that begins at `start`, and where it ends."""
        for parts, meaning in self.by_first.get(tokens[start].text, ()):
            end = start + len(parts)
            if tuple(token.text for token in tokens[start:end]) == parts:
                return meaning, end
        return None


def rewrite(tokens: Tokens, phrases: Phrases) -> Tokens:
    """Replace each phrase by the words of its meaning ("" drops it); a pause before a dropped phrase moves to the next word."""
    result: list[Token] = []
    position, pause = 0, False
    while position < len(tokens):
        found = phrases.at(tokens, position)
        meaning, end = found if found else (None, position + 1)
        pause = pause or tokens[position].pause
        new = [tokens[position]] if meaning is None else [Token(word, word) for word in words(meaning)]
        for index, token in enumerate(new):
            result.append(replace(token, pause=pause and index == 0 and bool(result)))
        pause = pause and not new
        position = end
    return tuple(result)
