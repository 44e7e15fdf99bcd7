"""Which of the names on file was said, although the recogniser spelled it as it heard it.

Likeness is half that of the letters (Jaro-Winkler) and half that of the sounds (Jaro-Winkler of double metaphone codes): each alone
took more wrong names from a small directory than both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from metaphone import doublemetaphone
from rapidfuzz.distance import JaroWinkler

from appliance.languages import FOLDER
from appliance.languages.vocabulary import vocabulary
from appliance.understanding.values.lexer import fold

CLEAR = 0.92
"""From this likeness on a name was said."""
AHEAD = 0.04
"""So much the best must be ahead of the next to be the one."""
ONE_OF_TWO = 0.8
"""What only the first or only the last name is worth: never enough to be clear."""
_MOST_SPOKEN_WORDS = 12
_SHORTEST_SHARE = 0.75


def match(spoken: str, names: Sequence[str]) -> list[tuple[str, float]]:
    """The names with their likeness to what was spoken (0 to 1), best first; accents, titles and the order do not count."""
    words = _words(spoken)
    likeness = {name: _likeness(words, _words(name)) for name in names} if words else {}
    return sorted(likeness.items(), key=lambda one: -one[1])


def best(spoken: str, names: Sequence[str]) -> str | None:
    """The one name that was clearly said, perhaps with other words around it; None when none was, or two are too much alike."""
    ranked = match(spoken, names)
    if not ranked or ranked[0][1] < CLEAR:
        return None
    rivals = [likeness for name, likeness in ranked[1:] if _words(name) != _words(ranked[0][0])]
    return ranked[0][0] if not rivals or ranked[0][1] - rivals[0] >= AHEAD else None


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, without titles; a word known to stand for a name that is heard so becomes that name."""
    data, titles = vocabulary("en"), _titles()
    letters = "".join(character if character.isalpha() or character in "' " else " " for character in fold(text).replace("’", "'"))
    plain = " ".join(word.replace("'", "") for word in letters.replace("'s ", " ").split() if word not in titles)
    for name, heard in data["heard_as"].items():
        for sound in heard:
            plain = f" {plain} ".replace(f" {sound} ", f" {name} ").strip()
    return tuple(plain.split()[:_MOST_SPOKEN_WORDS])


@cache
def _titles() -> frozenset[str]:
    """The titles of every language: a señora may speak English."""
    return frozenset(title for path in FOLDER.glob("*/values.toml") for title in vocabulary(path.parent.name)["name"]["titles"])


def _likeness(spoken: tuple[str, ...], name: tuple[str, ...]) -> float:
    if not name:
        return 0.0
    orders = ("".join(name), "".join(reversed(name)))
    stretches = {"".join(words) for words in _stretches(spoken, len(name))}
    whole = max((_alike(words, order) for words in stretches for order in orders if _as_long(words, order)), default=0.0)
    parts = max(_alike(word, part) for word in spoken for part in name) if len(name) > 1 else 0.0
    return max(whole, ONE_OF_TWO * parts)


def _as_long(words: str, name: str) -> bool:
    """Whether both can be the same name: Jaro-Winkler alone would take a surname for the whole name that begins with it."""
    return min(len(words), len(name)) >= _SHORTEST_SHARE * max(len(words), len(name))


def _stretches(spoken: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    """What was spoken as a whole, and its stretches of a name's length, or one word more: recognisers cut names in two."""
    yield spoken
    for size in (length, length + 1):
        for start in range(len(spoken) - size + 1):
            yield spoken[start : start + size]


@lru_cache(maxsize=16384)
def _alike(one: str, other: str) -> float:
    letters = JaroWinkler.similarity(one, other)
    sounds = max(JaroWinkler.similarity(a, b) for a in _codes(one) for b in _codes(other))
    return (letters + sounds) / 2


@lru_cache(maxsize=16384)
def _codes(word: str) -> tuple[str, ...]:
    return tuple(code for code in doublemetaphone(word) if code) or ("",)
