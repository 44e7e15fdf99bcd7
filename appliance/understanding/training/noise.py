"""What a telephone, a recogniser and a hesitant caller do to a line: fillers, lost words, words heard as others or in pieces."""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Mapping
from math import exp
from pathlib import Path
from random import Random

from appliance.understanding.mishearing.sounds import pronunciations
from appliance.understanding.phrases import OUTSIDE, Example
from appliance.understanding.training.resegment import mishearings

_HEARD = tomllib.loads((Path(__file__).parents[2] / "languages" / "en" / "sounds_like.toml").read_text(encoding="utf-8"))
_SOUNDS_LIKE: Mapping[str, str] = _HEARD["sounds_like"]
_LETTERS = str.maketrans("bpdtgkszmnfvaoi", "pbtdkgzsnmvfeue")
"""Letters that are easily taken for one another."""
SHORT_ANSWERS = frozenset(
    {"affirm", "deny", "greeting", "goodbye_thanks", "silence_noise", "repeat", "ai_disclosure", "change_language"}
)
"""Intents whose meaning an opener such as "hi" or a closer such as "thanks" would change."""
_PROTECTED = frozenset({"no", "not", "don't", "yes", "can't", "won't", "dont", "cant", "wont", "cannot", "never"})
"""Words that turn the meaning: neither lost nor heard as others."""
_RATES = (0.0, 0.0, 0.0, 0.08, 0.16, 0.28)
_NO_APOSTROPHES = 0.15
"""Share of utterances from a recogniser that writes none."""
_TWO_WORDS = 0.2
"""Share of resegmented words that are cut anew together with the next word."""
_BY_SOUND = 0.5
"""Share of the words that are misheard which become other words of nearly the same sound."""
_SHARPNESS = 1.5
"""How fast mishearings become rarer with their cost."""

_Labelled = list[tuple[str, str]]


def noisy(example: Example, rng: Random) -> Example:
    """The example as it might arrive: half of the time untouched, else with fillers, openers, and a few words misheard."""
    words, labels = list(example.words), list(example.labels)
    if example.intent not in SHORT_ANSWERS:
        if rng.random() < 0.18:
            opener = rng.choice(_HEARD["openers"]).split()
            words, labels = opener + words, [OUTSIDE] * len(opener) + labels
        if rng.random() < 0.08:
            closer = rng.choice(_HEARD["closers"]).split()
            words, labels = words + closer, labels + [OUTSIDE] * len(closer)
    rate = rng.choice(_RATES)
    out: _Labelled = []
    rest = deque(zip(words, labels, strict=True))
    while rest:
        word, label = rest.popleft()
        if rng.random() >= rate:
            out.append((word, label))
            continue
        heard = _by_sound(word, label, rest, rng) if rng.random() < _BY_SOUND else None
        out += heard or _misheard(word, label, len(words), rng)
    if rng.random() < _NO_APOSTROPHES:
        out = [(word.replace("'", ""), label) for word, label in out if word != "'"]
    if not out:
        return example
    return Example(example.intent, tuple(word for word, _ in out), tuple(_well_begun([label for _, label in out])))


def _by_sound(word: str, label: str, rest: deque[tuple[str, str]], rng: Random) -> _Labelled | None:
    """The word, at times with the next one (then taken from `rest`), as words that sound nearly so; None when there are none."""
    if word in _PROTECTED or not word.replace("'", "").isalpha():
        return None
    following, its_label = rest[0] if rest else ("", "")
    together = following.replace("'", "").isalpha() and following not in _PROTECTED and rng.random() < _TWO_WORDS
    ways = mishearings(f"{word} {following}" if together else word)
    if not ways:
        return None
    heard = rng.choices(ways, [exp(-_SHARPNESS * (way.cost - ways[0].cost)) for way in ways])[0]
    if not together:
        return [(piece, label if number == 0 else _inside(label)) for number, piece in enumerate(heard.pieces)]
    rest.popleft()
    border = len(pronunciations(word)[0])
    ends = (*heard.begins[1:], border + len(pronunciations(following)[0]))
    out: _Labelled = []
    used: set[bool] = set()
    for piece, begin, end in zip(heard.pieces, heard.begins, ends, strict=True):
        second = begin + end > 2 * border  # a piece belongs to the word that holds its middle
        own = its_label if second else label
        out.append((piece, _inside(own) if second in used else own))
        used.add(second)
    return out


def _inside(label: str) -> str:
    return label.replace("B-", "I-")


def _misheard(word: str, label: str, length: int, rng: Random) -> _Labelled:
    inside = _inside(label)
    if word in _SOUNDS_LIKE and rng.random() < 0.65:
        heard = rng.choice(_SOUNDS_LIKE[word].split()).split("_")
        return [(heard[0], label), *((piece, inside) for piece in heard[1:])]
    chance = rng.random()
    if chance < 0.25 and length > 3 and word not in _PROTECTED and label == OUTSIDE:
        return []
    if chance < 0.45:
        return [
            *((filler, OUTSIDE if label.startswith("B-") else inside) for filler in rng.choice(_HEARD["fillers"]).split()),
            (word, label),
        ]
    if chance < 0.55 and length > 2:
        return [(word, label), (word, inside)]
    if word in _PROTECTED:
        return [(word, label)]
    if len(word) > 5 and chance < 0.8:
        cuts = sorted(rng.sample(range(2, len(word) - 1), 2 if len(word) > 8 and chance < 0.65 else 1))
        pieces = [word[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(word)], strict=True)]
        heard = [piece.translate(_LETTERS) if rng.random() < 0.2 else piece for piece in pieces]
        return [(heard[0], label), *((piece, inside) for piece in heard[1:])]
    if len(word) > 3:
        place = rng.randrange(1, len(word))
        return [(word[:place] + word[place:].translate(_LETTERS) if chance < 0.9 else word[:place] + word[place + 1 :], label)]
    return [(word, label)]


def _well_begun(labels: list[str]) -> list[str]:
    """Spans begin with B: one may have lost its first word."""
    return [
        "B-" + label[2:] if label.startswith("I-") and (at == 0 or labels[at - 1][2:] != label[2:]) else label
        for at, label in enumerate(labels)
    ]
