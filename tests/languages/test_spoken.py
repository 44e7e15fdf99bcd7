"""Values as the appliance says them, and that its own grammar understands every one of them."""

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.languages.spoken import (
    say_birth_date,
    say_clinic_words,
    say_date,
    say_hours,
    say_list,
    say_moment,
    say_name,
    say_opening,
    say_openings,
    say_phone,
    say_time,
    say_times,
    say_weekday,
)
from appliance.understanding.values import read

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9)
LANGUAGES = st.sampled_from(["en", "es"])
DAYS = st.dates(min_value=TODAY, max_value=date(2028, 11, 22))
CLINIC_TIMES = st.times(min_value=time(7), max_value=time(20)).map(lambda moment: moment.replace(second=0, microsecond=0))
PHONES = st.from_regex(r"(?:[2-9][0-9]{2})?[2-9][0-9]{6}", fullmatch=True)


@settings(deadline=None)  # a busy machine breaks nothing
@given(DAYS, LANGUAGES)
def test_every_day_said_is_understood(day: date, language: str) -> None:
    assert read("date", say_date(day, TODAY, language), NOW, language) == day.isoformat()


@settings(deadline=None)  # a busy machine breaks nothing
@given(CLINIC_TIMES, LANGUAGES)
def test_every_time_said_is_understood(moment: time, language: str) -> None:
    assert read("time", say_time(moment, language), NOW, language) == moment.isoformat("minutes")


@settings(deadline=None)  # a busy machine breaks nothing
@given(DAYS, CLINIC_TIMES, LANGUAGES)
def test_every_moment_said_is_understood(day: date, moment: time, language: str) -> None:
    at = datetime.combine(day, moment)
    assert read("datetime", say_moment(at, TODAY, language), NOW, language) == at.isoformat(timespec="minutes")


@settings(deadline=None)  # a busy machine breaks nothing
@given(st.dates(min_value=date(1927, 1, 1), max_value=TODAY), LANGUAGES)
def test_every_date_of_birth_said_is_understood(day: date, language: str) -> None:
    assert read("dob", say_birth_date(day, language), NOW, language) == day.isoformat()


@settings(deadline=None)  # a busy machine breaks nothing
@given(PHONES, LANGUAGES)
def test_every_number_said_is_understood(digits: str, language: str) -> None:
    assert read("phone", say_phone(digits), NOW, language) == digits


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (date(2026, 11, 27), "Friday, November 27th", "el viernes veintisiete de noviembre"),
        (date(2026, 11, 24), "tomorrow, Tuesday, November 24th", "mañana, el martes veinticuatro de noviembre"),
        (date(2026, 11, 23), "today, Monday, November 23rd", "hoy, el lunes veintitrés de noviembre"),
        (date(2026, 12, 1), "Tuesday, December 1st", "el martes primero de diciembre"),
        (date(2027, 12, 1), "Wednesday, December 1st, 2027", "el miércoles primero de diciembre de 2027"),
        (date(2026, 11, 20), "Friday, November 20th, 2026", "el viernes veinte de noviembre de 2026"),
    ],
)
def test_a_day_is_said_as_people_do(day: date, english: str, spanish: str) -> None:
    assert say_date(day, TODAY) == english
    assert say_date(day, TODAY, "es") == spanish


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (time(8, 30), "8:30 AM", "las ocho y media de la mañana"),
        (time(10), "10 AM", "las diez de la mañana"),
        (time(12), "noon", "las doce del mediodía"),
        (time(12, 30), "12:30 PM", "las doce y media de la tarde"),
        (time(13), "1 PM", "la una de la tarde"),
        (time(9, 5), "9:05 AM", "las nueve y cinco de la mañana"),
        (time(0), "midnight", "la medianoche"),
    ],
)
def test_a_time_is_said_as_people_do(moment: time, english: str, spanish: str) -> None:
    assert say_time(moment) == english
    assert say_time(moment, "es") == spanish


def test_times_of_one_part_of_the_day_name_it_once_in_spanish() -> None:
    times = [time(8), time(8, 30), time(9, 45)]
    assert say_times(times) == "8 AM, 8:30 AM or 9:45 AM"
    assert say_times(times, "es") == "las ocho, las ocho y media o las nueve y cuarenta y cinco de la mañana"
    assert say_times([time(11), time(14)], "es") == "las once de la mañana o las dos de la tarde"
    assert say_times([time(12), time(14)], "es") == "las doce del mediodía o las dos de la tarde"


def test_openings_are_said_with_their_provider_and_a_shared_day_once() -> None:
    at_three, at_four = datetime(2026, 11, 24, 15, 30), datetime(2026, 11, 24, 16, 0)
    assert say_opening(at_three, "Dr. Okafor", TODAY) == "tomorrow, Tuesday, November 24th at 3:30 PM with Dr. Okafor"
    spanish = say_openings([(at_three, "Dr. Okafor"), (at_four, "Dr. Okafor")], TODAY, "es")
    assert spanish == "mañana, el martes veinticuatro de noviembre con Dr. Okafor, a las tres y media o las cuatro de la tarde"
    two = say_openings([(at_three, "Dr. Okafor"), (at_four, "Dr. Whitfield")], TODAY, "es", "and")
    assert two.endswith(
        "a las tres y media de la tarde con Dr. Okafor; y mañana, el martes veinticuatro de noviembre"
        " a las cuatro de la tarde con Dr. Whitfield"
    )


def test_opening_hours_are_said_for_one_day_and_for_a_run_of_days() -> None:
    assert say_hours(0, 4, time(8), time(17)) == "Monday to Friday from 8 AM to 5 PM"
    assert say_hours(0, 4, time(8), time(17), "es") == "de lunes a viernes, de las ocho de la mañana a las cinco de la tarde"
    assert say_hours(5, 5, time(9), time(12), "es") == "los sábados, de las nueve de la mañana a las doce del mediodía"


def test_holidays_and_specialties_of_the_clinic_are_said_in_the_language_when_it_knows_them() -> None:
    assert say_clinic_words("Thanksgiving Day") == "Thanksgiving Day"
    assert say_clinic_words("Thanksgiving Day", "es") == "el Día de Acción de Gracias"
    assert say_clinic_words("pediatrics", "es") == "pediatría"
    assert say_clinic_words("painting", "es") == "painting"


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
