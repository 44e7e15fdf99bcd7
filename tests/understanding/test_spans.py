"""Slots that a model overlooked are found by lists and plain forms, and spans lose what is not theirs."""

from __future__ import annotations

from datetime import datetime

import pytest

from appliance.understanding.spans import Spans


@pytest.fixture(scope="module")
def spans() -> Spans:
    return Spans("en", ["okafor", "whitfield"], ["liam", "carter", "priya", "nair"])


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("i'm out of my albuterol", "refill_prescription", {"medication": "albuterol"}),
        ("send it to the Walgreens.", "refill_prescription", {"pharmacy": "Walgreens"}),
        ("do you take blue cross blue shield", "ask_services_insurance", {"insurer": "blue cross blue shield"}),
        ("is whitfield in on fridays", "ask_hours", {"provider": "whitfield", "date": "friday"}),
        ("just connect me to doctor whitfield's assistant", "speak_to_human", {"provider": "whitfield"}),
        ("they did a biopsy", "test_results", {"reason": "biopsy"}),
        ("is it too late to cancel for this afternoon", "cancel_appointment", {"date": "today"}),
        ("no i said thursday not tuesday", "correct_info", {"date": "thursday"}),
        ("change that to 17:00", "correct_info", {"time": "17:00"}),
        ("is there an opening at afternoon 1?", "book_appointment", {"time": "afternoon 1"}),
        ("swap it for something earlier", "reschedule_appointment", {"time": "earlier"}),
        ("talk to you later", "goodbye_thanks", {}),
        ("Hello I am Mark. I want to come in", "book_appointment", {"patient_name": "Mark"}),
        ("this is mrs doyle", "greeting", {"patient_name": "mrs doyle"}),
        ("I think it's Cigna.", "provide_info", {"insurer": "Cigna"}),
        ("i am just calling to ask something", "greeting", {}),
        ("is there a target nearby", "out_of_scope", {}),
    ],
)
def test_what_was_overlooked_is_found(spans: Spans, text: str, intent: str, slots: dict[str, str]) -> None:
    assert spans.complete(text, {}, intent, None) == slots


@pytest.mark.parametrize(
    ("text", "marked", "slots"),
    [
        ("liam's checkup", {"patient_name": "liam's"}, {"patient_name": "liam"}),
        ("the doctor's name is Okafor", {"patient_name": "Okafor"}, {"provider": "Okafor"}),
        ("to the walgreens", {"insurer": "walgreens"}, {"pharmacy": "walgreens"}),
        ("how late on Fridays", {"date": "Fridays"}, {"date": "Friday"}),
        ("make it 17:00 today", {"date": ["17:00", "today"]}, {"date": "today", "time": "17:00"}),
    ],
)
def test_spans_are_put_in_their_place(
    spans: Spans, text: str, marked: dict[str, str | list[str]], slots: dict[str, str | list[str]]
) -> None:
    assert spans.complete(text, marked, "ask_hours", None) == slots


def test_a_patient_may_have_a_providers_surname(spans: Spans) -> None:
    """In answer to the question for the name, a surname is the caller's."""
    assert spans.complete("okafor", {"patient_name": "okafor"}, "provide_info", "ask_name")["patient_name"] == "okafor"


@pytest.mark.parametrize(
    ("slot", "span", "shown"),
    [
        ("date", "twenty fourth", "24th"),
        ("time", "nine thirty", "9:30"),
        ("date_of_birth", "nineteen forty eight", "1948"),
        ("date", "tuesday", "tuesday"),
        ("medication", "metformin", "metformin"),
    ],
)
def test_numbers_that_were_put_right_are_shown_in_digits(spans: Spans, now: datetime, slot: str, span: str, shown: str) -> None:
    assert spans.written("something else was heard", {slot: span}, now) == {slot: shown}


def test_the_callers_own_words_stay_words(spans: Spans, now: datetime) -> None:
    assert spans.written("on the twenty fourth, please", {"date": "twenty fourth"}, now) == {"date": "twenty fourth"}
