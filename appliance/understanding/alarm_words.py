"""A second reader of alarm beside the written patterns: which words, and which signs in one breath, callers in danger use.

    words ──> word runs, and signs (languages/<code>/alarm_signs.toml: "nitro" is of the heart, "ledge" is a place to jump from)
          ──> features ──> two weighted sums ──> how much it is an emergency, and how much a crisis

The weights (languages/<code>/alarm_words.txt) are learnt from the phrase files by logistic regression, the same on every run:
`python -m appliance.understanding.alarm_words en` writes them anew after phrases or signs
have changed. No encoder has a part in it.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np

from appliance.faults import OurFault
from appliance.understanding.phrases import fill, load_phrases
from appliance.understanding.wording import spoken_words

_FOLDER = Path(__file__).parents[1] / "languages"
KINDS: tuple[Literal["emergency"], Literal["crisis"]] = ("emergency", "crisis")
_LONGEST_SIGN = 4
"""Words of the longest phrase that is a sign."""
_FAR = 12
"""Signs further apart than this many words are not read together."""
_NEAR = 2
_STEM = 5
_SEEN = 2
"""Lines a feature needs before it is learnt."""
_ROUNDS, _STEP, _HOLD, _DANGER_WEIGHT = 60, 0.15, 2e-5, 3.0
_GRAIN = 100
"""Weights are written as whole hundredths."""
_TOO_LIGHT = 20

Signs = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class WordModel:
    """Weights of features for KINDS, and the signs they are read with."""

    weights: Mapping[str, tuple[float, float]]
    bias: tuple[float, float]
    signs: Signs

    def scores(self, words: Sequence[str]) -> tuple[float, float]:
        """How much spoken words are an emergency and a crisis; 0 is even odds, routine talk is below -1."""
        emergency, crisis, known = 0.0, 0.0, 0
        for feature in _features(words, self.signs):
            found = self.weights.get(feature)
            if found:
                emergency, crisis, known = emergency + found[0], crisis + found[1], known + 1
        scale = max(known, 1) ** -0.5
        return emergency * scale + self.bias[0], crisis * scale + self.bias[1]


@cache
def word_model(language: str) -> WordModel | None:
    """The learnt model of a language, or None where none was learnt. Raises OurFault when its files cannot be used."""
    path = _FOLDER / language / "alarm_words.txt"
    if not path.exists():
        return None
    try:
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        read = {feature: (int(one) / _GRAIN, int(two) / _GRAIN) for feature, one, two in rows}
        return WordModel(read, read.pop(""), _read_signs(language))
    except (OSError, ValueError, KeyError) as error:
        raise OurFault(f"{path} cannot be used ({error}).", repair="Restore the file from the release.") from error


def learn(lines: Sequence[tuple[str, str]], language: str) -> WordModel:
    """Weights from lines, each with its intent; a line of no intent of KINDS is routine. The same lines give the same weights."""
    signs = _read_signs(language)
    found = [set(_features([word.spoken for word in spoken_words(text)], signs)) for _, text in lines]
    seen = Counter(feature for features in found for feature in features)
    number = {feature: at for at, feature in enumerate(sorted(f for f, count in seen.items() if count >= _SEEN))}
    rows = [sorted(number[feature] for feature in features if feature in number) for features in found]
    weights, bias = _regress(rows, len(number), np.array([[intent == kind for kind in KINDS] for intent, _ in lines], float))
    return WordModel({f: (float(weights[0, at]), float(weights[1, at])) for f, at in number.items()}, (bias[0], bias[1]), signs)


def phrase_lines(language: str) -> list[tuple[str, str]]:
    """Intent and text of every phrase of a language, its placeholders filled, the same on every run."""
    rng = Random(2)  # noqa: S311  # example words, not secrets
    return [(phrase.intent, " ".join(fill(phrase, rng).words)) for phrase in load_phrases(language)]


def _regress(rows: Sequence[Sequence[int]], features: int, danger: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Logistic regression by Adam over all rows at once. danger: rows x kinds of 0 and 1; returns weights, kinds x features."""
    lengths = np.array([len(row) for row in rows])
    column = np.fromiter((at for row in rows for at in row), int)
    row_of = np.repeat(np.arange(len(rows)), lengths)
    value = np.repeat(np.maximum(lengths, 1) ** -0.5, lengths)
    importance = np.where(danger.any(axis=1), _DANGER_WEIGHT, 1.0) / len(rows)
    weights, bias = np.zeros((len(KINDS), features)), []
    for kind in range(len(KINDS)):
        at = np.append(np.zeros(features), -2.0)
        drift, spread = np.zeros(features + 1), np.zeros(features + 1)
        for turn in range(1, _ROUNDS + 1):
            sums = np.bincount(row_of, at[column] * value, len(rows)) + at[-1]
            wrong = (1 / (1 + np.exp(-sums)) - danger[:, kind]) * importance
            slope = np.append(np.bincount(column, wrong[row_of] * value, features) + _HOLD * at[:-1], wrong.sum())
            drift, spread = 0.9 * drift + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
            at -= _STEP * (drift / (1 - 0.9**turn)) / (np.sqrt(spread / (1 - 0.99**turn)) + 1e-8)
        weights[kind] = at[:-1]
        bias.append(float(at[-1]))
    return weights, bias


def _features(words: Sequence[str], signs: Signs) -> set[str]:
    found = set(_runs(words))
    at = [(place, name) for place in range(len(words)) for name in _signs_at(words, place, signs)]
    for number, (place, name) in enumerate(at):
        found.add(f"<{name}>")
        if place:
            found.add(f"{words[place - 1]} <{name}>")
        if place + 1 < len(words):
            found.add(f"<{name}> {words[place + 1]}")
        for later, other in at[number + 1 :]:
            if place < later <= place + _FAR:
                found.add(f"<{name}>..<{other}>")
                if later <= place + _NEAR:
                    found.add(f"<{name}> <{other}>")
        if number + 2 < len(at):
            found.add(f"<{name}>><{at[number + 1][1]}>><{at[number + 2][1]}>")
    return found


def _runs(words: Sequence[str]) -> Iterator[str]:
    padded = ("^", *words)
    for place, word in enumerate(padded):
        yield word
        if len(word) > _STEM:
            yield f"{word[:_STEM]}-"
        if place + 1 < len(padded):
            yield f"{word} {padded[place + 1]}"
        if place + 2 < len(padded):
            yield f"{word} {padded[place + 1]} {padded[place + 2]}"
            yield f"{word} _ {padded[place + 2]}"


def _signs_at(words: Sequence[str], place: int, signs: Signs) -> Iterator[str]:
    given: set[str] = set()
    for end in range(place + 1, min(place + _LONGEST_SIGN, len(words)) + 1):
        phrase = " ".join(words[place:end])
        for name in signs.get(phrase) or signs.get(phrase.removesuffix("'s"), ()):
            if name not in given:
                given.add(name)
                yield name


def _read_signs(language: str) -> Signs:
    path = _FOLDER / language / "alarm_signs.toml"
    signs: dict[str, tuple[str, ...]] = {}
    try:
        for name, phrases in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for phrase in phrases.split("|"):
                signs[phrase] = (*signs.get(phrase, ()), name)
    except (OSError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise OurFault(f"{path} cannot be used ({error}).", repair="Restore the file from the release.") from error
    return signs


def _write(language: str) -> None:
    model = learn(phrase_lines(language), language)
    rows = {"": model.bias, **model.weights}
    whole = {feature: (round(one * _GRAIN), round(two * _GRAIN)) for feature, (one, two) in rows.items()}
    text = "".join(f"{f}\t{one}\t{two}\n" for f, (one, two) in whole.items() if not f or max(abs(one), abs(two)) >= _TOO_LIGHT)
    (_FOLDER / language / "alarm_words.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write(sys.argv[1] if len(sys.argv) > 1 else "en")
