"""What a recogniser writes when it hears the right sounds and finds the wrong words: "a point meant", "met foreman", "chews day".

The sounds of one or two words are cut anew into common words that sound nearly so. A piece may also be spelled as it sounds
("fizz ical"), as recognisers with word pieces do.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from appliance.understanding.mishearing.common_words import likelihood
from appliance.understanding.mishearing.sounds import CLASSES, VOWELS, dictionary_words, loss, pronunciations, substitution

_SHORT, _SHORT_FROM = 3, -10.5
"""Pieces of so few phones must be really common words, or every syllable would be one."""
_COMMON_FROM = -14.0
_PIECE = 0.35
"""What each further piece costs, against phones at 0 to 1."""
_UNLIKE = 1.6
"""What unlike sounds weigh against rare words."""
_RARITY = 0.07
"""What a unit of log-likelihood costs."""
_WORST_PIECE, _WORST_SHORT = 0.25, 0.12
"""Most that a piece may differ from what was said, a phone; short words must be homophones."""
_SPELLED = 1.5
_MOST_PHONES = 24
_BEAM = 14
_KEPT = 14
_SLURRED = (("tyL", "cL"), ("tL", "cL"), ("dyL", "jL"), ("tr", "cr"), ("dr", "jr"))
"""Sounds that run into one another: "chews day"."""

_SPELLINGS = "A=o E=a U=u O=aw Q=ow I=y H=e Z=ay J=i N=ee W=oh V=oy X=u L=oo c=ch x=th q=ng $=sh ^=th %=zh k=c"
_LETTERS = dict(entry.split("=") for entry in _SPELLINGS.split())


@dataclass(frozen=True)
class Heard:
    """One way to mishear: the pieces, the phone of the original at which each begins, and what it costs (lower is likelier)."""

    pieces: tuple[str, ...]
    begins: tuple[int, ...]
    cost: float


@cache
def _index() -> Mapping[str, Sequence[tuple[float, str, str]]]:
    """Common words by the classes of their phones: cost of rarity, word, phones."""
    index: dict[str, list[tuple[float, str, str]]] = {}
    for word in dictionary_words():
        rank = likelihood(word)
        if rank < _COMMON_FROM or not word.isalpha() or not set(word) & set("aeiouy"):
            continue
        for phones in pronunciations(word):
            if rank >= (_SHORT_FROM if len(phones) <= _SHORT else _COMMON_FROM) and (len(word) > 1 or word in "aiour"):
                index.setdefault(phones.translate(CLASSES), []).append((-rank * _RARITY, word, phones))
    return index


@lru_cache(maxsize=100_000)
def mishearings(words: str) -> tuple[Heard, ...]:
    """Up to 14 ways to mishear one or two lower-case words, likeliest first; none for long or silent ones."""
    phones = "".join(pronunciations(word)[0] for word in words.split())
    if not 2 <= len(phones) <= _MOST_PHONES:
        return ()
    slurred = phones
    for careful, fast in _SLURRED:
        slurred = slurred.replace(careful, fast)
    ways = _cut(phones) + (_cut(slurred) if len(slurred) == len(phones) and slurred != phones else [])
    ways.sort(key=lambda heard: heard.cost, reverse=True)
    different = {heard.pieces: heard for heard in ways if " ".join(heard.pieces).replace("'", "") != words.replace("'", "")}
    return tuple(sorted(different.values(), key=lambda heard: heard.cost)[:_KEPT])


def _cut(phones: str) -> list[Heard]:
    best: list[list[Heard]] = [[Heard((), (), 0.0)], *([] for _ in phones)]
    for end in range(1, len(phones) + 1):
        found = [
            Heard((*head.pieces, piece), (*head.begins, begin), head.cost + cost)
            for begin in range(end)
            for cost, piece in _pieces(phones[begin:end])
            for head in best[begin]
        ]
        best[end] = heapq.nsmallest(_BEAM, found, key=lambda heard: heard.cost)
    return best[-1]


@lru_cache(maxsize=200_000)
def _pieces(phones: str) -> tuple[tuple[float, str], ...]:
    """Words that a stretch of phones may be heard as, with their costs; one phone more or less is allowed in longer ones."""
    shape = phones.translate(CLASSES)
    worst = (_WORST_PIECE if len(phones) > _SHORT else _WORST_SHORT) * len(phones)
    found: dict[str, float] = {}
    candidates = [(rarity, word, own, phones, 0.0) for rarity, word, own in _index().get(shape, ())]
    if len(phones) > _SHORT:
        for at, phone in enumerate(phones):
            rest = phones[:at] + phones[at + 1 :]
            candidates += [
                (rarity, word, own, rest, loss(phone)) for rarity, word, own in _index().get(shape[:at] + shape[at + 1 :], ())
            ]
    for rarity, word, own, said, lost in candidates:
        unlike = lost + sum(map(substitution, said, own))
        if unlike <= worst:
            found[word] = min(found.get(word, 9.0), _UNLIKE * unlike + rarity)
    vowels = sum(phone in VOWELS for phone in phones)
    if vowels in (1, 2) and 3 <= len(phones) <= 5:
        found.setdefault("".join(_LETTERS.get(phone, phone) for phone in phones), _SPELLED)
    return tuple((cost + _PIECE, word) for word, cost in sorted(found.items(), key=lambda one: one[1])[:_BEAM])
