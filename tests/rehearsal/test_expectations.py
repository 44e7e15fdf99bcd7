"""A call passes only if every key of its `expected` holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appliance.config import Clinic
from appliance.rehearsal.expectations import End, shortcomings
from appliance.rehearsal.scripted_calls import Expected

NEW = {"name": "Grace Holloway", "date_of_birth": "1990-05-03", "phone": "4135550121"}
WANTED: dict[str, Any] = {
    "added": [
        {"patient": "p1", "provider": "okafor", "start": "2026-12-01T10:00", "reason": "dizz"},
        {"patient": NEW, "provider": "okafor", "start": "2026-12-02T15:00"},
    ],
    "removed": ["a2"],
    "keeps": ["a1"],
    "transfer": "nurse",
    "message": {"to": "nurse|front_desk", "must_contain": ["karen", "4135550174"]},
    "outcome": "done|transferred",
    "verified": True,
    "max_caller_turns": 8,
    "must_say": ["(8|eight).*(5|five)", "4135550174"],
    "must_not_say": ["knee"],
    "language": "en",
    "emergency_within_agent_turns": 1,
    "agent_stops_talking_within_ms": 700,
}


@pytest.fixture
def good(clinic: Clinic) -> End:
    kept = [
        {**taken.model_dump(), "start": taken.start.isoformat(timespec="minutes")}
        for taken in clinic.appointments
        if taken.id != "a2"
    ]
    booked = {"id": "x1", "patient": "p1", "provider": "okafor", "start": "2026-12-01T10:00", "reason": "Dizzy spells"}
    enrolled = {"id": "x2", "patient": NEW, "provider": "okafor", "start": "2026-12-02T15:00", "reason": None}
    return End(
        outcome="done",
        said=["We're open from 8 AM to 5 PM.", "Your number is four one three, five five five, oh one seven four."],
        caller_turns=8,
        verified=True,
        transfer="nurse",
        message=("nurse", "Karen asks to be called at 4 1 3, 5 5 5, 0 1 7 4."),
        appointments=[*kept, booked, enrolled],
        language="en",
        turns_to_answer_an_alarm=1,
        stopped_talking_ms=640,
    )


def test_a_call_that_ends_as_it_should_has_no_shortcoming(clinic: Clinic, good: End) -> None:
    assert shortcomings(Expected.model_validate(WANTED), good, clinic) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"outcome": None}, "did not come to an end"),
        ({"outcome": "refused"}, "the outcome is refused"),
        ({"said": ["We're open until 5."]}, "never said"),
        ({"said": ["8 to 5, 4135550174, about your knee"]}, "must not be: knee"),
        ({"caller_turns": 9}, "9 turns"),
        ({"verified": False}, "not verified"),
        ({"transfer": None}, "transferred to nobody"),
        ({"transfer": "billing"}, "transferred to billing"),
        ({"message": None}, "the message is None"),
        ({"message": ("billing", "Karen 4135550174")}, "the message is"),
        ({"message": ("nurse", "Karen")}, "the message is"),
        ({"language": "es"}, "ended in es"),
        ({"turns_to_answer_an_alarm": 2}, "2 turns until the alarm"),
        ({"stopped_talking_ms": 900}, "900 ms"),
    ],
)
def test_each_way_to_end_otherwise_is_told(change: dict[str, Any], told: str, clinic: Clinic, good: End) -> None:
    found = shortcomings(Expected.model_validate(WANTED), replace(good, **change), clinic)
    assert len(found) >= 1
    assert told in " ".join(found)


@pytest.mark.parametrize("index", range(7))
def test_an_appointment_that_is_missing_or_is_another_s_is_told(index: int, clinic: Clinic, good: End) -> None:
    missing = [taken for number, taken in enumerate(good.appointments) if number != index]
    assert shortcomings(Expected.model_validate(WANTED), replace(good, appointments=missing), clinic)
    moved = [{**taken, "start": "2026-12-10T08:00"} if number == index else taken for number, taken in enumerate(good.appointments)]
    told = shortcomings(Expected.model_validate(WANTED), replace(good, appointments=moved), clinic)
    assert any("should not be" in sentence for sentence in told)
    assert any("not in the calendar" in sentence for sentence in told)


def test_one_appointment_too_many_is_told(clinic: Clinic, good: End) -> None:
    extra = {"id": "x3", "patient": "p2", "provider": "okafor", "start": "2026-12-03T08:00", "reason": ""}
    doubled = [*good.appointments, good.appointments[0]]
    for appointments in ([*good.appointments, extra], doubled):
        assert shortcomings(Expected.model_validate(WANTED), replace(good, appointments=appointments), clinic)


def test_the_whole_calendar_can_be_given_instead(clinic: Clinic, good: End) -> None:
    wanted = WANTED | {"appointments_after": [], "added": [], "removed": [], "keeps": []}
    assert shortcomings(Expected.model_validate(wanted), replace(good, appointments=[]), clinic) == []
    assert shortcomings(Expected.model_validate(wanted), good, clinic)


def test_another_value_that_is_as_good_passes_for_its_key_alone(clinic: Clinic, good: End) -> None:
    wanted = Expected.model_validate(WANTED | {"also_accept": {"transfer": None}})
    assert shortcomings(wanted, replace(good, transfer=None), clinic) == []
    assert shortcomings(wanted, replace(good, message=None), clinic)


def test_what_was_not_found_out_is_not_judged(clinic: Clinic, good: End) -> None:
    unknown = replace(good, language=None, turns_to_answer_an_alarm=None, stopped_talking_ms=None)
    assert shortcomings(Expected.model_validate(WANTED), unknown, clinic) == []
