"""Which digits a text has, whether it writes them in words or figures: to compare what two recognisers heard.

"july twenty second nineteen eighty five" and "july 22nd, 1985" both have 221985. The words are of languages/<code>/values.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from appliance.languages.vocabulary import vocabulary

_FIGURES = re.compile(r"\d+")
_WHOLE_HOUR = re.compile(r"(?<=\d):00\b")
TENS = range(20, 100, 10)
LONGEST_CRY = 2
"""A name of zero so short ("oh") is one only beside another digit."""


@dataclass(frozen=True)
class _Numbers:
    value: Mapping[str, int]
    zeros: frozenset[str]
    joiners: frozenset[str]
    """What may stand within one number."""
    filled: Mapping[str, int]
    """Words after which so many digits come: two after "hundred"."""
    hundreds: Mapping[str, int]
    repeats: Mapping[str, int]


def digits(text: str, language: str) -> str:
    """All digits of `text` (lower case) in their order; "" when it has no number."""
    numbers = _numbers(language)
    words = _WHOLE_HOUR.sub("", text).split()
    found, open_places, times, counted = "", 0, 1, False
    while words:
        if words[0] in numbers.hundreds:
            found += "0" * max(0, open_places - 3) + str(numbers.hundreds[words.pop(0)])
            open_places, counted = 2, True
        elif words[0] in numbers.filled:
            found += "0" * open_places + ("" if counted else "1")
            open_places, counted = numbers.filled[words.pop(0)], True
        elif words[0] in numbers.joiners and open_places:
            words.pop(0)
        elif words[0] in numbers.repeats:
            times = numbers.repeats[words.pop(0)]
        else:
            said = _taken(words, numbers, after_number=counted)
            single = len(said) == 1 and bool(words) and len(_taken(words[:2], numbers, after_number=True)) == 1
            found += ("0" * open_places + said if single else said.zfill(open_places)) * times
            open_places, times, counted = 0, 1, bool(said)
    return found + "0" * open_places


def _taken(words: list[str], numbers: _Numbers, *, after_number: bool) -> str:
    """The digits of the number that the words begin with, "" when it is none; its words, at least one, are taken away."""
    word = words.pop(0)
    if groups := _FIGURES.findall(word):
        # a day or month has no zero in front when it is spoken
        return "".join(str(int(group)) for group in groups) if "/" in word else "".join(groups)
    if word in numbers.zeros:
        before_number = bool(words) and (words[0] in numbers.value or words[0] in numbers.zeros or words[0][0].isdigit())
        return "0" if after_number or before_number or len(word) > LONGEST_CRY else ""
    value = numbers.value.get(word)
    if value is None:
        return ""
    if value in TENS:
        joined = 1 if words and words[0] in numbers.joiners else 0
        unit = numbers.value.get(words[joined], 0) if len(words) > joined else 0
        if 1 <= unit <= 9:
            del words[: joined + 1]
            return str(value + unit)
    return str(value)


@cache
def _numbers(language: str) -> _Numbers:
    tables = vocabulary(language)
    numbers: Mapping[str, Any] = tables["numbers"]
    phone: Mapping[str, Any] = tables["phone"]
    return _Numbers(
        {**numbers["cardinals"], **numbers["ordinals"]},
        frozenset(numbers["zeros"]),
        frozenset([*numbers["joiner"].split(), *phone["and"]]),
        {word: len(zeros) for word, zeros in phone["zeros_after"].items()},
        phone.get("hundreds", {}),
        phone["repeats"],
    )
