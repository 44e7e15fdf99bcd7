"""From words to what the conversation can use, with the second rung, so that no model's mood decides these tests."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from appliance.config import Clinic
from appliance.understanding.phrases import NearestExample
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

NAMES = ["Daniel Kowalski", "Margaret Doyle", "Hannah Carter", "Priya Nair"]


@pytest.fixture(scope="module")
def reader(clinic: Clinic) -> Reader:
    return Reader(NearestExample("en"), ProviderNames(clinic), lambda: NAMES)


def test_a_birth_date_is_read_from_the_whole_answer(reader: Reader, now: datetime) -> None:
    said = reader.read("july twenty second nineteen eighty five", "ask_dob", now)
    assert said.date_of_birth == date(1985, 7, 22)


def test_a_name_is_put_right_from_those_on_file(reader: Reader, now: datetime) -> None:
    assert reader.read("daniel kowalsky", "ask_name", now).name == "Daniel Kowalski"


def test_another_name_is_not_bent_into_one_on_file(reader: Reader, now: datetime) -> None:
    assert reader.read("karen kowalski", "ask_name", now).name == "Karen Kowalski"


def test_the_day_after_the_one_spoken_of(reader: Reader, now: datetime) -> None:
    said = reader.read("what about the monday after that", "slot_taken", now, anchor=date(2026, 11, 30))
    assert [days.first for days in said.days] == [date(2026, 12, 7)]


def test_an_offer_is_chosen_by_place_or_by_time(reader: Reader, now: datetime) -> None:
    assert reader.read("the second one please", "offer_slots", now).choice == 1
    assert reader.read("half past nine", "offer_slots", now).times == (time(9, 30),)


@pytest.mark.parametrize(
    ("words", "provider"),
    [
        ("doctor okafor", "okafor"),
        ("dr whitfield please", "whitfield"),
        ("elena ruiz", "ruiz"),
        ("the nurse practitioner", "ruiz"),
        ("anyone is fine", "any"),
        ("it doesn't matter", "any"),
        ("the blue one", None),
    ],
)
def test_providers_by_name_role_or_anybody(reader: Reader, now: datetime, words: str, provider: str | None) -> None:
    assert reader.read(words, "ask_provider", now).provider == provider


@pytest.mark.parametrize(("words", "intent"), [("no seven p you", "deny"), ("yes that that", "affirm"), ("nope", "deny")])
def test_the_first_word_of_a_yes_or_no_counts_when_the_rest_is_misheard(
    reader: Reader, now: datetime, words: str, intent: str
) -> None:
    assert reader.read(words, "anything_else", now).intent == intent


def test_a_yes_is_no_reason_for_a_visit(reader: Reader, now: datetime) -> None:
    assert reader.read("yes", "ask_reason", now).reason is None
    assert reader.read("my knee hurts", "ask_reason", now).reason


def test_alarm_is_raised_beside_the_resolver(reader: Reader, now: datetime) -> None:
    assert reader.read("my chest feels really tight and it's going down my arm", "ask_dob", now).emergency


def test_what_was_misheard_is_understood_as_it_was_meant(reader: Reader, now: datetime) -> None:
    said = reader.read("chews day with doctor oh car for", "ask_date", now)
    assert [days.first for days in said.days] == [date(2026, 11, 24)]
    understood = reader.understand("book me with doctor oh car for on chews day", None, now)
    assert understood.values["provider"] == "okafor"
    assert understood.values["date"] == "2026-11-24"


def test_a_misheard_alarm_is_heard_in_the_words_put_right(reader: Reader, now: datetime) -> None:
    assert reader.understand("i want to kill my self", None, now).crisis
    assert reader.understand("he can't breathe on chews day or ever", None, now).emergency


def test_a_mishearing_makes_no_birth_date(reader: Reader, now: datetime) -> None:
    """A wrong value is worse than none: what was heard is read, or digits and months that were put right."""
    assert reader.read("nine teen forty ate", "ask_dob", now).date_of_birth is None
    assert reader.read("march nighth nineteen forty eight", "ask_dob", now).date_of_birth == date(1948, 3, 9)
