"""Spoken numbers of days, times and years as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from functools import cache

from appliance.understanding.values import read
from appliance.understanding.wording import say_number, say_ordinal, spoken_words


def in_digits(slot: str, words: str, now: datetime) -> str:
    """Words that are a number and no more, in the digits that people write: "24th", "9:30", "1948"; other words as they are."""
    plain = " ".join(word.spoken for word in spoken_words(words)).removeprefix("the ")
    if slot == "date":
        return _ordinals().get(plain, words)
    if slot in ("time", "date_of_birth") and plain in years():
        return years()[plain]
    value = read("time", plain, now) if slot == "time" and set(plain.split()) <= numbers() else None
    if value is None:
        return words
    at = time.fromisoformat(value)
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02}"


@cache
def _ordinals() -> Mapping[str, str]:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return {
        " ".join(say_ordinal(day)): f"{day}{ends.get(day % 10, 'th') if day not in (11, 12, 13) else 'th'}" for day in range(1, 32)
    }


@cache
def numbers() -> frozenset[str]:
    """The words of the numbers below sixty."""
    return frozenset(word for number in range(60) for word in say_number(number))


@cache
def years() -> Mapping[str, str]:
    """The years of the last century as they are said, with their digits."""
    return {" ".join(say_number(year)): str(year) for year in range(1900, 2000)}
