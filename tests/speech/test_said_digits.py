"""Digits of a text, said or written."""

from __future__ import annotations

import pytest

from appliance.speech.said_digits import digits


@pytest.mark.parametrize(
    ("said", "written", "language"),
    [
        ("july twenty second nineteen eighty five", "july 22nd 1985", "en"),
        ("seven twenty two nineteen eighty five", "07/22/1985", "en"),
        ("two thousand five", "2005", "en"),
        ("nineteen hundred", "1900", "en"),
        ("one hundred and five", "105", "en"),
        ("eight hundred five five five", "800 555", "en"),
        ("five five five oh one four two", "555-0142", "en"),
        ("double five five zero one forty two", "5550142", "en"),
        ("nine oh five", "9:05", "en"),
        ("at three", "at 3:00", "en"),
        ("oh hi there", "", "en"),
        ("veintidos de julio de mil novecientos ochenta y cinco", "22 de julio de 1985", "es"),
        ("dos mil quinientos", "2500", "es"),
        ("treinta y uno", "31", "es"),
    ],
)
def test_words_and_figures_have_the_same_digits(said: str, written: str, language: str) -> None:
    assert digits(said, language) == digits(written, language)


def test_a_number_has_all_its_digits() -> None:
    assert digits("my number is five five five oh one four two", "en") == "5550142"
    assert digits("no thank you", "en") == ""
