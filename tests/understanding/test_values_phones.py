"""Telephone numbers as callers say them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.understanding.values import read

NOW = datetime(2026, 11, 23, 9)

PHONES = {
    "five five five oh one four two": "5550142",
    "555-0142": "5550142",
    "5550142": "5550142",
    "555 01 42": "5550142",
    "(413) 555-0173": "4135550173",
    "413.555.0173": "4135550173",
    "+1 413 555 0173": "4135550173",
    "1-413-555-0173": "4135550173",
    "one four one three five five five oh one seven three": "4135550173",
    "four thirteen five fifty five oh one seventy three": "4135550173",
    "four one three triple five zero one seven three": "4135550173",
    "four one three, five double five, zero one seven three": "4135550173",
    "five five five zero one double nine": "5550199",
    "five hundred fifty five oh one forty two": "5550142",
    "five hundred and fifty five oh one forty two": "5550142",
    "five five five two thousand": "5552000",
    "eight hundred five five five oh one oh one": "8005550101",
    "one eight hundred five five five oh one oh one": "8005550101",
    "five five five oh one hundred": "5550100",
    "five five five twelve twelve": "5551212",
    "five five five eleven ninety": "5551190",
    "it's area code four one three then five five five dash oh one six six": "4135550166",
    "five five five oh one four two, area code four one three": "4135550142",
    "my number is um four one three uh five five five oh one seven four": "4135550174",
    "this number's fine, four one three five five five oh one eight eight": "4135550188",
    "Have somebody ring me back when they get a minute, it's five five five oh one four two.": "5550142",
    "I gave you the wrong number. It's five five five oh one eight eight.": "5550188",
    "five five five oh one four two thanks": "5550142",
    "five five five oh one for two": "5550142",
    "five five five o one four two": "5550142",
    "four one three five five five oh one seven four no oh one seven three": "4135550173",
    "five five five oh one four two sorry five five five oh one four three": "5550143",
    "five five five oh one seven four no wait seventy three": "5550173",
    "five five five oh one two, no sorry, five five five oh one three two": "5550132",
    "call me at 413 555 0173 please": "4135550173",
    "five five five oh one four two, yes five five five oh one four two": "5550142",
}

NO_PHONES = [
    "",
    "this number is fine",
    "the one i'm calling from",
    "five five five oh one four",
    "five five five oh one four two three",
    "four one three five five five oh one",
    "nine one one",
    "five five five oh one four two or five five five oh one four three",
    "july twenty second nineteen eighty five",
    "one two three four five six seven",
    "oh one three five five five oh one seven three",
    "two thirty",
    "four one three five five five oh one seven three four",
    "my name is daniel",
    "two four one three five five five oh one seven three",
]

WORDS = dict(zip("0123456789", ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], strict=True))


@pytest.mark.parametrize(("text", "expected"), PHONES.items())
def test_a_telephone_number_is_read(text: str, expected: str) -> None:
    assert read("phone", text, NOW) == expected


@pytest.mark.parametrize("text", NO_PHONES)
def test_no_telephone_number_is_guessed(text: str) -> None:
    assert read("phone", text, NOW) is None


@given(st.from_regex(r"(?:[2-9][0-9]{2})?[2-9][0-9]{6}", fullmatch=True))
def test_every_number_said_digit_by_digit_is_read(digits: str) -> None:
    assert read("phone", " ".join(WORDS[digit] for digit in digits), NOW) == digits
    assert read("phone", digits, NOW) == digits
