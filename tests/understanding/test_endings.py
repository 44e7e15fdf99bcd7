"""How likely words are all that a caller has to say."""

from datetime import datetime

import pytest

from appliance.understanding.endings import Endings

NOW = datetime(2026, 11, 23, 9)
PATIENTS = ["Daniel Kowalski", "Margaret Doyle", "Lucía Ramírez"]


@pytest.fixture(scope="module")
def english() -> Endings:
    """A clinic with three patients and one doctor."""
    return Endings("en", lambda: PATIENTS, ["Amara Okafor"])


@pytest.fixture(scope="module")
def spanish() -> Endings:
    """The same clinic, in Spanish."""
    return Endings("es", lambda: PATIENTS, ["Amara Okafor"])


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ask_dob", "july twenty second nineteen eighty five"),
        ("ask_dob", "march third twenty nineteen"),
        ("ask_phone", "four one three five five five oh one four two"),
        ("ask_name", "daniel kowalski"),
        ("confirm_details", "yes that's right"),
        ("anything_else", "no thank you"),
    ],
)
def test_an_answer_that_holds_what_was_asked_for_is_all(english: Endings, asked: str, text: str) -> None:
    assert english.done(text, asked, NOW) == 1


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ask_dob", "july twenty second"),
        ("ask_dob", "july twenty second nineteen"),
        ("ask_phone", "four one three five five five"),
        ("ask_name", "daniel"),
        ("ask_name", "d a n"),
        ("ask_reason", "i have a"),
        ("ask_date", "friday at"),
        ("confirm_details", "yes but"),
        ("confirm_details", "um"),
        ("greeting", "hello"),
        ("greeting", "hello this is daniel kowalski"),
        ("greeting", "i'd like to make an appointment with"),
        ("greeting", "i need to"),
        (None, ""),
    ],
)
def test_words_that_break_off_are_waited_for(english: Endings, asked: str | None, text: str) -> None:
    """Half a value, a first name alone, or words that hardly anybody ends on."""
    assert english.done(text, asked, NOW) < 0.2


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ask_dob", "july twenty second nineteen eighty"),
        ("confirm_details", "yes"),
        ("confirm_details", "let's"),
        ("offer_slots", "nine thirty"),
        ("offer_slots", "the first one"),
        ("ask_provider", "doctor okafor"),
        ("anything_else", "thank you"),
        ("greeting", "can i speak to somebody"),
    ],
)
def test_an_answer_that_may_be_added_to_is_nearly_all(english: Endings, asked: str, text: str) -> None:
    """One word where a yes or a no was asked for, whatever it was taken for; a time; a name; a phrase nothing is added to."""
    assert 0.5 < english.done(text, asked, NOW) < 1


def test_a_day_is_waited_after_longer_than_a_time(english: Endings) -> None:
    """ "On Friday" may become "on Friday, December fourth"."""
    assert english.done("on friday", "ask_date", NOW) < english.done("on friday at nine", "ask_date", NOW)


def test_more_of_a_request_makes_its_end_likelier(english: Endings) -> None:
    short, long = (
        english.done(text, "greeting", NOW) for text in ("i need", "i need to see doctor okafor on friday at nine thirty")
    )
    assert short < 0.1 < 0.5 < long


@pytest.mark.parametrize(
    ("asked", "text", "over"),
    [
        ("ask_dob", "veintidós de julio de mil novecientos ochenta y cinco", True),
        ("ask_dob", "veintidós de julio de mil novecientos ochenta y", False),
        ("ask_dob", "veintidós de julio", False),
        ("ask_name", "lucía ramírez", True),
        ("confirm_details", "sí", True),
        ("greeting", "quisiera una cita con", False),
    ],
)
def test_spanish_is_judged_by_its_own_words(spanish: Endings, asked: str, text: str, over: bool) -> None:
    assert (spanish.done(text, asked, NOW) > 0.9) is over
