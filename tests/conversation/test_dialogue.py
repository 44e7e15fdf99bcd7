"""The pure core alone: events in, actions out. The desk behind it is the real one on an in-memory database."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from appliance import intents
from appliance.config import Clinic
from appliance.conversation.actions import Book, Cancel, HangUp, Move, TransferTo
from appliance.conversation.events import (
    ActFailed,
    HungUp,
    OpeningTaken,
    Pressed,
    Said,
    Silence,
    TransferFailed,
)
from appliance.conversation.facts import ANY_PROVIDER, Days
from tests.support.pure_caller import NO, YES, Caller, booked, prompts

DANIEL = {"name": "Daniel Kowalski", "date_of_birth": date(1985, 7, 22)}
FRIDAY = (Days(date(2026, 11, 27), date(2026, 11, 27)),)


@pytest.fixture
def caller(clinic: Clinic, now: datetime) -> Caller:
    return Caller(clinic, now)


def test_everything_in_one_sentence_needs_only_a_confirmation(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    assert caller.asked == "confirm_details"
    said = prompts(caller.play(YES))
    assert said == ["booked", "anything_else"]
    assert "p2 okafor 2026-11-27T08:00" in booked(caller)


def test_booked_is_said_only_after_the_commit(caller: Caller) -> None:
    turn = caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    assert "booked" not in prompts(turn)
    actions = caller.play(YES)
    assert next(i for i, a in enumerate(actions) if isinstance(a, Book)) < prompts(actions).index("booked") + 1


def test_missing_pieces_are_asked_for_one_by_one(caller: Caller) -> None:
    order = []
    caller.say("book_appointment")
    for values in (
        {"name": "Daniel Kowalski"},
        {"date_of_birth": date(1985, 7, 22)},
        {"reason": "back"},
        {"provider": "okafor"},
        {"days": FRIDAY},
    ):
        order.append(caller.asked)
        caller.say("provide_info", **values)
    assert order == ["ask_name", "ask_dob", "ask_reason", "ask_provider", "ask_date"]
    assert caller.asked == "offer_slots"
    caller.say("provide_info", choice=0)
    assert caller.asked == "confirm_details"


def test_nothing_about_a_patient_is_said_or_changed_before_verification(caller: Caller) -> None:
    caller.say("cancel_appointment", name="Priya Nair")
    caller.say("provide_info", date_of_birth=date(1980, 2, 15))
    caller.say("provide_info", name="Priya Nair")
    caller.say("provide_info", date_of_birth=date(1980, 2, 14))
    assert caller.asked == "identity_failed"
    assert not [a for a in caller.done if isinstance(a, Cancel | Move | Book)]
    assert caller.conversation.memory.patient is None
    assert caller.play(YES)[-1] == TransferTo("front_desk")
    assert caller.conversation.outcome == "transferred"


def test_a_child_s_name_and_birth_date_are_not_enough_without_the_guardian(caller: Caller) -> None:
    ava = {"name": "Ava Carter", "date_of_birth": date(2021, 9, 12)}
    caller.say("ask_appointment", **ava)
    assert not caller.conversation.memory.verified
    assert caller.asked == "ask_name"
    caller.say("provide_info", name="Hannah Carter")
    assert "your_appointments" in prompts(caller.done)


def test_somebody_else_s_name_does_not_make_a_guardian(caller: Caller) -> None:
    caller.say("ask_appointment", name="Ava Carter", date_of_birth=date(2021, 9, 12))
    for name in ("Karen Kowalski", "Jo Smith"):
        caller.say("provide_info", name=name)
    assert "your_appointments" not in prompts(caller.done)
    assert caller.asked == "identity_failed"
    assert not caller.conversation.memory.verified


def test_a_new_patient_is_asked_for_a_number_and_booked(caller: Caller) -> None:
    caller.say(
        "book_appointment", name="Ada Brook", date_of_birth=date(1990, 1, 2), reason="rash", provider=ANY_PROVIDER, days=FRIDAY
    )
    assert caller.asked == "ask_new_patient"
    caller.play(YES)
    assert caller.asked == "ask_phone"
    caller.say("provide_info", phone="4135550111")
    caller.say("provide_info", choice=0)
    caller.play(YES)
    assert "booked" in prompts(caller.done)


def test_a_correction_at_the_read_back_leads_to_a_new_offer(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    caller.say("deny", days=(Days(date(2026, 12, 1), date(2026, 12, 1)),), times=(time(10),))
    assert caller.asked == "confirm_details"
    caller.play(YES)
    assert "p2 okafor 2026-12-01T10:00" in booked(caller)
    assert "p2 okafor 2026-11-27T08:00" not in booked(caller)


def test_the_day_of_the_old_appointment_is_no_wish_for_the_new_one(caller: Caller) -> None:
    caller.say(
        "reschedule_appointment", name="Priya Nair", date_of_birth=date(1979, 2, 14),
        days=(FRIDAY[0], Days(date(2026, 12, 7), date(2026, 12, 7))), times=(time(11),),
    )  # fmt: skip
    assert caller.asked == "offer_slots"
    caller.say("provide_info", times=(time(10),))
    caller.play(YES)
    assert "p4 whitfield 2026-12-07T10:00" in booked(caller)
    assert "p4 whitfield 2026-11-27T11:00" not in booked(caller)


def test_the_wrong_appointment_is_corrected_before_it_is_cancelled(caller: Caller) -> None:
    day = Days(date(2026, 11, 25), date(2026, 11, 25))
    caller.say("cancel_appointment", **DANIEL, days=(day,))
    assert caller.asked == "confirm_details"
    caller.say("deny", days=(Days(date(2026, 12, 9), date(2026, 12, 9)),))
    caller.play(YES)
    assert "p2 okafor 2026-12-09T14:00" not in booked(caller)
    assert "p2 okafor 2026-11-25T09:30" in booked(caller)


def test_a_no_at_the_read_back_of_a_cancellation_keeps_it(caller: Caller) -> None:
    caller.say("cancel_appointment", name="Margaret Doyle", date_of_birth=date(1948, 3, 9))
    assert "kept" in prompts(caller.play(NO))
    assert "p1 whitfield 2026-12-08T10:00" in booked(caller)


@pytest.mark.parametrize("asked", [None, "ask_dob", "confirm_details"])
@pytest.mark.parametrize(
    ("alarm", "outcome", "prompt"), [("emergency", "emergency", "emergency_instruction"), ("crisis", "crisis", "crisis_support")]
)
def test_an_alarm_comes_before_everything_from_any_state(
    caller: Caller, asked: str | None, alarm: str, outcome: str, prompt: str
) -> None:
    if asked:
        caller.say("book_appointment", name="Daniel Kowalski")
    if asked == "confirm_details":
        caller.say("provide_info", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    before = booked(caller)
    turn = caller.say("affirm", **{alarm: True})
    assert prompts(turn)[0] == prompt
    assert turn[-1] == TransferTo("nurse")
    assert caller.conversation.outcome == outcome
    assert booked(caller) == before


def test_an_alarm_after_hours_still_tells_whom_to_call(clinic: Clinic, now: datetime) -> None:
    caller = Caller(clinic, now, clinic_open=False)
    turn = caller.say("provide_info", emergency=True)
    assert prompts(turn) == ["emergency_instruction"]
    assert turn[-1] == HangUp()


def test_a_person_is_given_at_any_turn_in_opening_hours(caller: Caller) -> None:
    caller.say("book_appointment")
    assert caller.say("speak_to_human")[-1] == TransferTo("front_desk")


def test_after_hours_a_message_is_offered_instead_of_a_person(clinic: Clinic, now: datetime) -> None:
    caller = Caller(clinic, now, clinic_open=False)
    caller.say("speak_to_human")
    assert caller.asked == "offer_message"
    caller.play(YES)
    caller.play(Said("call me about my bill", "provide_info"))
    assert caller.asked == "ask_name"
    caller.say("provide_info", name="Ada Brook")
    caller.say("provide_info", phone="4135550111")
    assert "message_kept_closed" in prompts(caller.play(YES))
    assert not [a for a in caller.done if isinstance(a, TransferTo)]


def test_a_transfer_nobody_takes_gives_the_caller_back(caller: Caller) -> None:
    caller.say("speak_to_human")
    caller.play(TransferFailed("front_desk"))
    assert caller.asked == "offer_message"
    assert caller.conversation.outcome is None


def test_the_third_misunderstanding_hands_over(caller: Caller) -> None:
    for _ in range(2):
        caller.say("silence_noise")
        assert caller.asked == "not_understood"
    assert caller.say("silence_noise")[-1] == TransferTo("front_desk")


def test_a_misunderstood_answer_repeats_the_question(caller: Caller) -> None:
    caller.say("book_appointment", name="Daniel Kowalski")
    assert prompts(caller.say("silence_noise")) == ["sorry", "ask_dob"]


def test_silence_is_prompted_twice_and_then_ends_the_call(caller: Caller) -> None:
    caller.play(Silence(), Silence())
    assert caller.asked == "silence_prompt"
    assert caller.play(Silence())[-1] == HangUp()
    assert caller.conversation.outcome == "hung_up_after_silence"


def test_a_time_taken_in_the_meantime_is_said_and_others_are_offered(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    turn = caller.conversation.handle(OpeningTaken())
    assert prompts(turn)[0] == "just_taken"
    assert caller.conversation.memory.task is not None
    assert not caller.conversation.memory.task.confirmed


def test_a_fault_of_ours_is_said_and_hands_over(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    assert prompts(caller.conversation.handle(ActFailed()))[0] == "our_fault"
    assert caller.conversation.outcome == "transferred"


def test_keys_answer_yes_and_no_and_zero_is_a_person(caller: Caller) -> None:
    caller.say("book_appointment", **DANIEL, provider="okafor", days=FRIDAY, times=(time(8),), reason="back")
    assert "booked" in prompts(caller.play(Pressed("1")))
    assert caller.play(Pressed("0"))[-1] == TransferTo("front_desk")


def test_goodbye_ends_the_call_and_nothing_comes_after(caller: Caller) -> None:
    caller.say("ask_hours")
    assert caller.play(NO)[-1] == HangUp()
    assert caller.conversation.outcome == "done"
    assert caller.say("book_appointment") == []


def test_hanging_up_ends_the_conversation_from_everywhere(clinic: Clinic, now: datetime) -> None:
    for intent in intents.plans():
        caller = Caller(clinic, now)
        caller.say(intent)
        caller.play(HungUp())
        assert caller.conversation.outcome is not None


@pytest.mark.parametrize("intent", sorted(intents.plans()))
def test_every_intent_leads_to_a_question_or_to_the_end(clinic: Clinic, now: datetime, intent: str) -> None:
    caller = Caller(clinic, now)
    assert caller.say(intent)
    assert (caller.asked is None) == (caller.conversation.outcome is not None)
