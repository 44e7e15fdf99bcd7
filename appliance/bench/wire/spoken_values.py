"""Dates, times and numbers as callers say them: the other way round from what the appliance reads, by tables of its own. Pure."""

from __future__ import annotations

from datetime import date, time

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPACED_MONTHS = """
january february march april may june july august september october november december
"""
_MONTHS = tuple(_SPACED_MONTHS.split())
_SPACED_SMALL = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_SMALL = tuple(_SPACED_SMALL.split())
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
    "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip


def number(value: int) -> str:
    """0 to 99: "forty eight"."""
    if value < len(_SMALL):
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return f"{_TENS[tens]} {_SMALL[ones]}" if ones else _TENS[tens]


def ordinal(value: int) -> str:
    """1 to 99: "twenty second"."""
    *before, last = number(value).split()
    return " ".join([*before, _ORDINALS.get(last, f"{last}th")])


def day(value: date) -> str:
    """ "march ninth"."""
    return f"{_MONTHS[value.month - 1]} {ordinal(value.day)}"


def year(value: int) -> str:
    """ "nineteen forty eight", 1910 to 1999."""
    return f"{number(value // 100)} {number(value % 100)}"


def clock(value: time) -> str:
    """ "nine thirty", "ten o'clock"."""
    hour = number(value.hour % 12 or 12)
    return f"{hour} {number(value.minute)}" if value.minute else f"{hour} o'clock"


def digits(value: str) -> str:
    """ "four one three"."""
    return " ".join(_SMALL[int(digit)] for digit in value)
