"""When a second recogniser is asked, and whose text stands."""

from __future__ import annotations

import pytest

from appliance.speech.second_pass import Heard, pays, settle


@pytest.mark.parametrize(
    ("text", "confidence", "situation", "worth"),
    [
        ("", None, "confirm_details", True),
        ("yes", None, "confirm_details", False),
        ("yes", 0.4, "confirm_details", True),
        ("no thank you", None, "anything_else", False),
        ("no i said thursday at nine", None, "confirm_details", True),
        ("yes", None, "ask_dob", True),
        ("five five five", 0.99, "ask_phone", True),
        ("i'd like to cancel", 0.95, "greeting", False),
        ("i'd like to cancel", 0.7, "greeting", True),
        ("i'd like to cancel", None, "greeting", True),
        ("friday at nine thirty", 0.95, "greeting", True),
    ],
)
def test_a_second_pass_pays_where_words_are_many_or_doubtful(
    text: str, confidence: float | None, situation: str, worth: bool
) -> None:
    """Not for a sure sentence or a short yes, but always for numbers and for what was not understood."""
    assert pays(Heard(text, confidence), situation, expected_seconds=0.2, limit_seconds=0.7) is worth


def test_a_second_pass_that_would_come_too_late_is_not_begun() -> None:
    assert not pays(Heard("five five five"), "ask_phone", expected_seconds=0.8, limit_seconds=0.7)


SEVEN, OTHER, SHORT = "five five five oh one four two", "555-0143", "55-0142"


@pytest.mark.parametrize(
    ("first", "second", "situation", "stands"),
    [
        (Heard("see doctor oak a four"), None, "greeting", 0),
        (Heard("see doctor oak a four"), Heard("", 0.9), "greeting", 0),
        (Heard(""), Heard("see doctor okafor", 0.9), "greeting", 1),
        (Heard("see doctor oak a four"), Heard("see doctor okafor", 0.9), "greeting", 1),
        (Heard("i would like to see doctor okafor on friday"), Heard("thank you", 0.9), "greeting", 0),
        (Heard(SEVEN), Heard("555-0142", 0.5), "ask_phone", 1),
        (Heard(SEVEN), Heard(SHORT, 0.95), "ask_phone", 0),
        (Heard("five five oh one four two"), Heard("555-0142", 0.5), "ask_phone", 1),
        (Heard(SEVEN), Heard(OTHER, 0.9), "ask_phone", 1),
        (Heard(SEVEN, 0.9), Heard(OTHER, 0.5), "ask_phone", 0),
        (Heard("nine thirty"), Heard("9:13", 0.5), "ask_time", 1),
        (Heard("nine thirty"), Heard("mine dirty", 0.9), "ask_time", 0),
    ],
)
def test_one_of_both_texts_stands(first: Heard, second: Heard | None, situation: str, stands: int) -> None:
    """The second's, unless it is missing, has lost words, or its digits do not fit the question or are less sure."""
    text, _ = settle(first, second, situation)
    assert text == (first.text if stands == 0 or second is None else second.text)


@pytest.mark.parametrize(("first", "second"), [(Heard(SEVEN), Heard(OTHER, 0.5)), (Heard(SEVEN, 0.9), Heard(OTHER, 0.9))])
def test_a_telephone_number_heard_in_two_ways_is_asked_again(first: Heard, second: Heard) -> None:
    assert settle(first, second, "ask_phone") == ("", "two numbers")


def test_spanish_words_and_figures_are_compared() -> None:
    said = Heard("el treinta y uno de mayo")
    assert settle(said, Heard("el 31 de mayo", 0.4), "ask_date", "es") == ("el 31 de mayo", "the same digits")
