"""Dates of birth as callers say them, on Monday 23 November 2026."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.understanding.values import read

NOW = datetime(2026, 11, 23, 9)

BIRTHS = {
    "july twenty second nineteen eighty five": "1985-07-22",
    "july twenty two eighty five": "1985-07-22",
    "july 22nd 1985": "1985-07-22",
    "7/22/85": "1985-07-22",
    "07/22/1985": "1985-07-22",
    "7-22-1985": "1985-07-22",
    "07221985": "1985-07-22",
    "1985-07-22": "1985-07-22",
    "7 22 85": "1985-07-22",
    "zero seven two two one nine eight five": "1985-07-22",
    "seven slash twenty two slash eighty five": "1985-07-22",
    "seven twenty two nineteen eighty five": "1985-07-22",
    "22 7 85": "1985-07-22",
    "twenty two seven eighty five": "1985-07-22",
    "the twenty second of july eighty five": "1985-07-22",
    "nineteen eighty five july twenty second": "1985-07-22",
    "mine's june second eighty six": "1986-06-02",
    "Liam is june thirtieth twenty eighteen": "2018-06-30",
    "Ava's is september twelfth twenty twenty one": "2021-09-12",
    "the ninth of march, nineteen forty eight": "1948-03-09",
    "two fourteen seventy nine": "1979-02-14",
    "february fifteenth nineteen eighty": "1980-02-15",
    "uh, maybe fourteenth of february nineteen eighty": "1980-02-14",
    "it's um the fifth of december uh nineteen ninety two": "1992-12-05",
    "december fifth, ninety-two": "1992-12-05",
    "i was born in nineteen forty eight on march ninth": "1948-03-09",
    "march the ninth forty eight": "1948-03-09",
    "march nine nineteen forty eight": "1948-03-09",
    "march ninth in the year nineteen forty eight": "1948-03-09",
    "three nine forty eight": "1948-03-09",
    "oh three oh nine forty eight": "1948-03-09",
    "august third two thousand and four": "2004-08-03",
    "august third twenty oh four": "2004-08-03",
    "eight three two thousand four": "2004-08-03",
    "may first nineteen oh nine": "1909-05-01",
    "may first two thousand": "2000-05-01",
    "ten ten twenty": "2020-10-10",
    "five five twenty twenty": "2020-05-05",
    "twelve twenty five sixty": "1960-12-25",
    "six thirty two thousand eighteen": "2018-06-30",
    "november thirtieth twenty six": "1926-11-30",
    "november twenty second twenty six": "2026-11-22",
    "april fourth thirty": "1930-04-04",
    "christmas day nineteen fifty": "1950-12-25",
    "new year's eve sixty one": "1961-12-31",
    "the fourth of july nineteen seventy six": "1976-07-04",
    "july fourth seventy six": "1976-07-04",
    "halloween nineteen ninety": "1990-10-31",
    "leap day ninety two": "1992-02-29",
    "february twenty ninth nineteen ninety two": "1992-02-29",
    "march ninth nineteen forty eight no forty nine": "1949-03-09",
    "march ninth sorry nineteenth nineteen forty eight": "1948-03-19",
    "march ninth nineteen forty eight, i mean april": "1948-04-09",
    "seven twenty two eighty five no eighty six": "1986-07-22",
    "july twenty second no july twenty third nineteen eighty five": "1985-07-23",
    "yes it's the fourteenth of february seventy nine thank you": "1979-02-14",
    "February 14th, 1979.": "1979-02-14",
    "may twenty first sixty": "1960-05-21",
    "Oct. 10, 1955": "1955-10-10",
    "the day after christmas nineteen eighty": "1980-12-26",
    "the tenth of the tenth fifty five": "1955-10-10",
    "one nine forty eight": "1948-01-09",
}

NO_BIRTHS = [
    "",
    "july twenty second",
    "one two three four",
    "nineteen eighty five",
    "eighty five",
    "seven twenty two",
    "february thirtieth nineteen eighty",
    "february twenty ninth nineteen ninety one",
    "november twenty fourth twenty twenty six",
    "thirteen thirteen eighty",
    "march of forty eight",
    "december fifth twenty thirty",
    "i am forty two years old",
    "not needed, you're in admin mode",
    "tomorrow",
    "five five five oh one four two",
    "uh seven twenty two... sorry, my chest feels really tight",
    "march ninth eighteen forty eight",
    "seven twenty two eighty five no twenty three",
    "four one three five five five oh one seven three",
    "thirty one four seventy",
    "july twenty second eighty five twelve",
    "may twenty twenty one",
]


@pytest.mark.parametrize(("text", "expected"), BIRTHS.items())
def test_a_date_of_birth_is_read(text: str, expected: str) -> None:
    assert read("dob", text, NOW) == expected


@pytest.mark.parametrize("text", NO_BIRTHS)
def test_no_date_of_birth_is_guessed(text: str) -> None:
    assert read("dob", text, NOW) is None


DAYS = st.dates(min_value=date(1927, 1, 1), max_value=date(2026, 11, 22))


@given(DAYS)
def test_every_written_date_of_birth_is_read(day: date) -> None:
    assert read("dob", day.strftime("%m/%d/%Y"), NOW) == day.isoformat()
    assert read("dob", day.strftime("%B %d, %Y"), NOW) == day.isoformat()
    assert read("dob", day.strftime("%m/%d/%y"), NOW) == day.isoformat()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789/:-., '", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for kind in ("date", "date_range", "time", "datetime", "dob", "phone", "name"):
        assert read(kind, text, NOW) != ""


VOCABULARY = [
    "march",
    "ninth",
    "twenty",
    "two",
    "oh",
    "eight",
    "five",
    "hundred",
    "nineteen",
    "no",
    "sorry",
    "not",
    "tuesday",
    "next",
    "week",
    "the",
    "of",
    "at",
    "half",
    "past",
    "to",
    "or",
    "and",
    "in",
    "a",
    "day",
]


@given(st.lists(st.sampled_from(VOCABULARY), max_size=9))
def test_a_date_of_birth_is_never_in_the_future(words: list[str]) -> None:
    value = read("dob", " ".join(words), NOW)
    assert value is None or date.fromisoformat(value) <= NOW.date()
