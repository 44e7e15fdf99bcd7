"""Book: who, why, with whom, when; offer, read back, commit, and only then say that it is booked."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Book, Finish, Step
from appliance.conversation.facts import ANY_PROVIDER, Memory, NewPatient, Task
from appliance.conversation.identity import verify_or_enrol
from appliance.conversation.talk import Manner
from appliance.intents._choosing import choose_opening, choose_provider, provider_name

MANNER: Manner = "calendar"
READ_BACK_WORDS = 5
"""A longer reason is the caller's story, and sounds odd when it is read back."""


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a booked appointment."""
    if task.symptoms:
        return Ask("ask_symptoms_now")
    if step := verify_or_enrol(memory, clinic):
        return step
    if not task.reason:
        return Ask("ask_reason")
    if step := choose_provider(memory, task, clinic):
        return step
    if not task.days:
        return Ask("ask_date")
    if step := choose_opening(memory, task, clinic, provider=task.provider or ANY_PROVIDER):
        return step
    if task.chosen is None:
        raise AssertionError("choose_opening answers None only for a chosen opening")
    details = {"start": task.chosen.start, "provider": provider_name(task.chosen.provider, clinic)}
    if task.done:
        return Finish("booked", details)
    if not task.confirmed:
        return _read_back(memory, details, task.reason)
    return Book(memory.patient.id if memory.patient else _new_patient(memory), task.chosen, task.reason)


def _read_back(memory: Memory, details: dict[str, object], reason: str) -> Ask:
    if memory.patient is not None and memory.patient.guardian and memory.subject:
        return Ask("confirm_details", "confirm_booking_for", {**details, "name": memory.subject.split()[0]})
    if len(reason.split()) > READ_BACK_WORDS:
        return Ask("confirm_details", "confirm_booking_plain", details)
    return Ask("confirm_details", "confirm_booking", {**details, "reason": reason})


def _new_patient(memory: Memory) -> NewPatient:
    if memory.subject is None or memory.date_of_birth is None or memory.phone is None:
        raise AssertionError("verify_or_enrol answers None for a new patient only with name, birth date and telephone number")
    return NewPatient(memory.subject, memory.date_of_birth, memory.phone)
