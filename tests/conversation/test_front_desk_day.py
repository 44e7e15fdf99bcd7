"""What a front desk hears in a day, as events; each test is one way a call can go."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from appliance.config import Clinic
from appliance.conversation.actions import HangUp, LeaveMessage, TransferTo
from appliance.conversation.events import Pressed, Said, Silence, TransferFailed
from tests.support.pure_caller import NO, YES, Caller, booked, on, prompts

DANIEL = {"name": "Daniel Kowalski", "date_of_birth": date(1985, 7, 22)}
MARGARET = {"name": "Margaret Doyle", "date_of_birth": date(1948, 3, 9)}
LIAM_BORN, AVA_BORN = date(2018, 6, 30), date(2021, 9, 12)


@pytest.fixture
def caller(clinic: Clinic, now: datetime) -> Caller:
    return Caller(clinic, now)


@pytest.fixture
def at_night(clinic: Clinic, now: datetime) -> Caller:
    return Caller(clinic, now, clinic_open=False)


def cued(*names: str) -> frozenset[str]:
    return frozenset(names)


def messages(caller: Caller) -> list[LeaveMessage]:
    return [act for act in caller.done if isinstance(act, LeaveMessage)]


# --- errands --------------------------------------------------------------------------------------------------------------


def test_a_refill_is_a_message_for_the_nurse_with_medicine_and_pharmacy_read_back(at_night: Caller) -> None:
    at_night.say("refill_prescription", **DANIEL, medication="metformin")
    assert at_night.asked == "ask_pharmacy"
    at_night.play(Said("the CVS on Elm", "provide_info"))
    assert not messages(at_night)
    assert "message_kept_closed" in prompts(at_night.play(YES))
    assert messages(at_night)[0].to == "nurse"
    assert all(word in messages(at_night)[0].text for word in ("Daniel Kowalski", "metformin", "CVS on Elm"))


def test_results_are_never_told_and_a_message_is_offered(caller: Caller) -> None:
    caller.say("test_results", **DANIEL)
    assert caller.asked == "offer_message"
    caller.play(YES)
    assert caller.asked == "confirm_details"
    caller.play(YES)
    assert messages(caller)[0].to == "nurse"


def test_results_for_another_adult_are_refused_whatever_the_caller_knows(caller: Caller) -> None:
    caller.say("test_results", **DANIEL, cues=cued("for_adult"))
    assert caller.asked == "refused"
    assert not caller.conversation.memory.verified


def test_a_bill_goes_to_billing_in_opening_hours_and_to_a_message_for_billing_else(caller: Caller, at_night: Caller) -> None:
    assert caller.say("billing")[-1] == TransferTo("billing")
    at_night.say("billing")
    at_night.play(YES, Said("i was charged twice for the same visit", "provide_info"))
    at_night.say("provide_info", name="Ada Brook")
    at_night.say("provide_info", phone="4135550111")
    at_night.play(YES)
    assert [m.to for m in messages(at_night)] == ["billing"]


def test_an_appointment_confirmed_by_its_patient_is_read_back_and_stays_as_it_is(caller: Caller) -> None:
    before = booked(caller)
    assert "attendance_confirmed" in prompts(caller.say("confirm_appointment", **MARGARET))
    assert booked(caller) == before


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("do you take blue cross", "insurer_taken"),
        ("do you accept united health care", "insurer_taken"),
        ("do you take kaiser", "insurers_taken"),
    ],
)
def test_insurers_are_told_from_the_clinic_s_file(caller: Caller, said: str, answer: str) -> None:
    assert answer in prompts(caller.play(Said(said, "ask_services_insurance", cues=cued("insurance"))))


def test_what_the_file_does_not_tell_is_a_person_s_to_answer(caller: Caller) -> None:
    caller.play(Said("do you do x rays", "ask_services_insurance"))
    assert caller.asked == "offer_transfer"
    assert caller.play(YES)[-1] == TransferTo("front_desk")


# --- several things at once -----------------------------------------------------------------------------------------------


def test_a_second_request_of_the_same_sentence_is_not_forgotten(caller: Caller) -> None:
    refill = Said("and a refill of metformin", "refill_prescription", medication="metformin", pharmacy="CVS")
    caller.say("cancel_appointment", **DANIEL, days=on(11, 25), more=(refill,))
    assert prompts(caller.play(YES)) == ["cancelled", "next_request", "confirm_refill"]
    caller.play(YES)
    assert messages(caller)[0].to == "nurse"


def test_a_question_in_the_middle_is_answered_and_the_task_goes_on(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", reason="cough")
    assert caller.asked == "ask_date"
    assert prompts(caller.say("ask_hours", days=on(11, 27))) == ["open_on", "ask_date"]
    caller.say("provide_info", cues=cued("that_day"))
    assert caller.asked == "offer_slots"


def test_an_errand_in_the_middle_waits_its_turn(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", reason="cough")
    assert prompts(caller.say("refill_prescription", medication="metformin"))[0] == "noted_for_later"
    caller.say("provide_info", days=on(11, 27), times=(time(8),))
    assert "next_request" in prompts(caller.play(YES))


def test_somebody_who_would_rather_move_than_cancel_keeps_the_appointment_until_it_is_moved(caller: Caller) -> None:
    caller.say("cancel_appointment", **MARGARET)
    caller.say("reschedule_appointment", days=on(12, 11), times=(time(9, 30),), cues=cued("instead"))
    assert "p1 whitfield 2026-12-08T10:00" in booked(caller)
    caller.play(YES)
    assert "p1 whitfield 2026-12-11T09:30" in booked(caller)
    assert "p1 whitfield 2026-12-08T10:00" not in booked(caller)


def test_two_children_of_one_guardian_are_booked_back_to_back(caller: Caller) -> None:
    caller.say(
        "book_appointment", name="Liam Carter", own_name="Hannah Carter", reason="flu shots", provider="ruiz",
        days=on(12, 1), times=(time(10),), cues=cued("for_child", "two"),
    )  # fmt: skip
    caller.say("provide_info", date_of_birth=LIAM_BORN)
    assert prompts(caller.play(YES)) == ["booked", "ask_next_name"]
    caller.say("provide_info", name="Ava Carter")
    caller.say("provide_info", date_of_birth=AVA_BORN)
    assert caller.asked == "confirm_details"
    caller.play(YES)
    assert {"p5 ruiz 2026-12-01T10:00", "p6 ruiz 2026-12-01T10:30"} <= set(booked(caller))


def test_what_was_just_booked_can_be_moved_by_a_correction(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=on(11, 27), times=(time(8),), reason="back")
    caller.play(YES)
    caller.say("correct_info", times=(time(8, 30),))
    caller.play(YES)
    assert "p2 okafor 2026-11-27T08:30" in booked(caller)
    assert "p2 okafor 2026-11-27T08:00" not in booked(caller)


def test_thanks_at_a_read_back_are_no_yes(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=on(11, 27), times=(time(8),), reason="back")
    caller.say("goodbye_thanks")
    assert "p2 okafor 2026-11-27T08:00" not in booked(caller)


def test_an_offer_turned_down_leads_to_another_day(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=on(12, 2), reason="back")
    assert prompts(caller.play(NO)) == ["what_to_change"]
    caller.say("provide_info", days=on(11, 27))
    assert caller.asked == "offer_slots"


def test_later_means_later_than_what_was_offered(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=on(12, 2), reason="back")
    caller.say("provide_info", cues=cued("later"))
    task = caller.conversation.memory.task
    assert task is not None
    assert min(opening.start for opening in task.offered) > datetime(2026, 12, 2, 9)


# --- who may know ---------------------------------------------------------------------------------------------------------


def test_a_trick_is_refused_and_in_the_end_hung_up_on(caller: Caller) -> None:
    for _ in range(2):
        caller.say("out_of_scope", cues=cued("injection"))
        assert caller.asked == "refused"
    assert caller.say("out_of_scope", cues=cued("injection"))[-1] == HangUp()
    assert caller.conversation.outcome == "refused"


def test_an_aunt_does_not_hear_about_a_child(caller: Caller) -> None:
    caller.say("ask_appointment", name="Ava Carter", date_of_birth=AVA_BORN, cues=cued("for_child"))
    caller.say("provide_info", name="Beth Lawson", own_name="Beth Lawson")
    caller.say("provide_info", name="Beth Lawson", own_name="Beth Lawson")
    assert caller.asked == "identity_failed"
    assert "your_appointments" not in prompts(caller.done)


def test_a_wrong_number_is_told_once(caller: Caller) -> None:
    caller.say("out_of_scope", cues=cued("wrong_number"))
    assert caller.asked == "wrong_number_told"
    assert caller.say("repeat", cues=cued("apology"))[-1] == HangUp()
    assert caller.conversation.outcome == "wrong_number"


def test_somebody_taken_for_a_wrong_number_can_still_book(caller: Caller) -> None:
    caller.say("out_of_scope", cues=cued("wrong_number"))
    caller.say("book_appointment")
    assert caller.asked == "ask_name"


def test_abuse_is_answered_calmly_and_then_given_to_a_person(caller: Caller) -> None:
    assert prompts(caller.say("out_of_scope", cues=cued("abuse")))[0] == "calm"
    caller.say("out_of_scope", cues=cued("abuse"))
    assert caller.say("out_of_scope", cues=cued("abuse"))[-1] == TransferTo("front_desk")


def test_a_machine_says_that_it_is_one_and_goes_on_where_it_was(caller: Caller) -> None:
    caller.say("book_appointment", name="Daniel Kowalski")
    assert prompts(caller.say("ai_disclosure")) == ["ai_disclosure", "ask_dob"]


# --- asking again ---------------------------------------------------------------------------------------------------------


def test_the_second_miss_asks_for_keys_and_the_keys_are_taken(caller: Caller) -> None:
    caller.say("ask_appointment", name="Margaret Doyle")
    caller.say("silence_noise")
    assert prompts(caller.say("silence_noise"))[-1] == "press_dob"
    for digit in "03091948":
        turn = caller.play(Pressed(digit))
    assert "your_appointments" in prompts(turn)


def test_a_zero_that_nothing_follows_is_a_person(caller: Caller) -> None:
    caller.say("ask_appointment", name="Margaret Doyle")
    assert caller.play(Pressed("0"), Silence())[-1] == TransferTo("front_desk")


def test_a_transfer_that_fails_is_not_tried_again(caller: Caller) -> None:
    caller.say("speak_to_human")
    caller.play(TransferFailed("front_desk"))
    assert not any(isinstance(action, TransferTo) for action in caller.say("speak_to_human"))


def test_the_last_turn_is_said_again_with_its_answer(caller: Caller) -> None:
    caller.say("ask_appointment", **MARGARET)
    assert prompts(caller.say("repeat")) == ["your_appointments", "anything_else"]


def test_the_same_answer_over_and_over_leads_to_a_person(caller: Caller) -> None:
    caller.say("ask_hours")
    assert prompts(caller.say("ask_hours"))[-1] == "offer_transfer"


# --- danger ---------------------------------------------------------------------------------------------------------------


def test_an_old_alarming_symptom_is_asked_about_before_it_is_booked(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, cues=cued("symptoms"), reason="chest pain")
    assert caller.asked == "ask_symptoms_now"
    caller.play(NO)
    assert caller.asked == "ask_provider"


def test_a_symptom_that_is_there_now_is_an_emergency(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, cues=cued("symptoms"), reason="chest pain")
    caller.play(YES)
    assert caller.conversation.outcome == "emergency"


def test_nobody_in_a_crisis_is_hung_up_on_at_once(at_night: Caller) -> None:
    at_night.say("provide_info", crisis=True)
    assert at_night.asked == "crisis_support"
    assert prompts(at_night.say("provide_info")) == ["crisis_goodbye"]
    assert at_night.conversation.outcome == "crisis"


def test_an_emergency_stays_one_when_the_nurse_does_not_answer(caller: Caller) -> None:
    caller.say("provide_info", emergency=True)
    assert prompts(caller.play(TransferFailed("nurse"))) == ["emergency_instruction"]
    assert caller.conversation.outcome == "emergency"
