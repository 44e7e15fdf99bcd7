"""What a telephone, a recogniser and a hesitant caller do to a line: fillers, lost words, words heard as others or in pieces."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from random import Random

from appliance.understanding.phrases import OUTSIDE, Example

_HEARD = tomllib.loads((Path(__file__).parents[2] / "languages" / "en" / "sounds_like.toml").read_text(encoding="utf-8"))
_SOUNDS_LIKE: Mapping[str, str] = _HEARD["sounds_like"]
_LETTERS = str.maketrans("bpdtgkszmnfvaoi", "pbtdkgzsnmvfeue")
"""Letters that are easily taken for one another."""
SHORT_ANSWERS = frozenset(
    {"affirm", "deny", "greeting", "goodbye_thanks", "silence_noise", "repeat", "ai_disclosure", "change_language"}
)
"""Intents whose meaning an opener such as "hi" or a closer such as "thanks" would change."""
_PROTECTED = frozenset({"no", "not", "don't", "yes", "can't", "cancel", "won't"})


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
    rate = rng.choice([0.0, 0.0, 0.0, 0.08, 0.16, 0.28])
    out: list[tuple[str, str]] = []
    for word, label in zip(words, labels, strict=True):
        if rng.random() >= rate:
            out.append((word, label))
        else:
            out += _misheard(word, label, len(words), rng)
    if not out:
        return example
    return Example(example.intent, tuple(word for word, _ in out), tuple(_well_begun([label for _, label in out])))


def _misheard(word: str, label: str, length: int, rng: Random) -> list[tuple[str, str]]:
    inside = label.replace("B-", "I-")
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
