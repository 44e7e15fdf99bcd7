"""Values as the appliance says them, and that its own grammar understands every one of them."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.languages.spoken import say_birth_date, say_date, say_list, say_name, say_phone, say_time, say_weekday
from appliance.understanding.values import read

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9)
LANGUAGES = st.sampled_from(["en", "es"])
DAYS = st.dates(min_value=TODAY, max_value=date(2028, 11, 22))
CLINIC_TIMES = st.times(min_value=time(7), max_value=time(20)).map(lambda moment: moment.replace(second=0, microsecond=0))
PHONES = st.from_regex(r"(?:[2-9][0-9]{2})?[2-9][0-9]{6}", fullmatch=True)


@given(DAYS, LANGUAGES)
def test_every_day_said_is_understood(day: date, language: str) -> None:
    assert read("date", say_date(day, TODAY, language), NOW, language) == day.isoformat()


@given(CLINIC_TIMES, LANGUAGES)
def test_every_time_said_is_understood(moment: time, language: str) -> None:
    assert read("time", say_time(moment, language), NOW, language) == moment.isoformat("minutes")


@given(DAYS, CLINIC_TIMES)
def test_every_moment_said_is_understood(day: date, moment: time) -> None:
    assert (
        read("datetime", f"{say_date(day, TODAY)} at {say_time(moment)}", NOW) == f"{day.isoformat()}T{moment.isoformat('minutes')}"
    )


@given(st.dates(min_value=date(1927, 1, 1), max_value=TODAY), LANGUAGES)
def test_every_date_of_birth_said_is_understood(day: date, language: str) -> None:
    assert read("dob", say_birth_date(day, language), NOW, language) == day.isoformat()


@given(PHONES, LANGUAGES)
def test_every_number_said_is_understood(digits: str, language: str) -> None:
    assert read("phone", say_phone(digits), NOW, language) == digits


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (date(2026, 11, 27), "Friday, November 27th", "el viernes 27 de noviembre"),
        (date(2026, 11, 24), "tomorrow, Tuesday, November 24th", "mañana, el martes 24 de noviembre"),
        (date(2026, 11, 23), "today, Monday, November 23rd", "hoy, el lunes 23 de noviembre"),
        (date(2026, 12, 1), "Tuesday, December 1st", "el martes primero de diciembre"),
        (date(2027, 12, 1), "Wednesday, December 1st, 2027", "el miércoles primero de diciembre de 2027"),
        (date(2026, 11, 20), "Friday, November 20th, 2026", "el viernes 20 de noviembre de 2026"),
    ],
)
def test_a_day_is_said_as_people_do(day: date, english: str, spanish: str) -> None:
    assert say_date(day, TODAY) == english
    assert say_date(day, TODAY, "es") == spanish


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (time(8, 30), "8:30 AM", "las 8:30 de la mañana"),
        (time(10), "10 AM", "las 10 de la mañana"),
        (time(12), "noon", "las 12 del mediodía"),
        (time(12, 30), "12:30 PM", "las 12:30 de la tarde"),
        (time(13), "1 PM", "la 1 de la tarde"),
        (time(9, 5), "9:05 AM", "las 9:05 de la mañana"),
        (time(0), "midnight", "la medianoche"),
    ],
)
def test_a_time_is_said_as_people_do(moment: time, english: str, spanish: str) -> None:
    assert say_time(moment) == english
    assert say_time(moment, "es") == spanish


def test_a_number_is_said_digit_by_digit_in_groups() -> None:
    assert say_phone("4135550173") == "4 1 3, 5 5 5, 0 1 7 3"
    assert say_phone("5550142") == "5 5 5, 0 1 4 2"
    assert say_phone("911") == "9 1 1"


def test_a_list_is_said_with_a_joiner() -> None:
    assert say_list(["a", "b", "c"]) == "a, b or c"
    assert say_list(["a", "b"], joined_by="and") == "a and b"
    assert say_list(["a", "b"], "es") == "a o b"
    assert say_list(["a"]) == "a"
    assert say_list([]) == ""
    assert say_list(["Friday, May 1st", "Monday, May 4th"]) == "Friday, May 1st; or Monday, May 4th"


def test_names_weekdays_and_dates_of_birth_are_said() -> None:
    assert say_name(" daniel  kowalski ") == "Daniel Kowalski"
    assert say_name("Sean O'Brien") == "Sean O'Brien"
    assert say_weekday(0) == "Monday"
    assert say_weekday(6, "es") == "domingo"
    assert say_birth_date(date(1948, 3, 9)) == "March 9th, 1948"
