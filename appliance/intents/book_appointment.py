"""Book: who, why, with whom, when; offer, read back, commit, and only then say that it is booked."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Book, Finish, Step
from appliance.conversation.facts import ANY_PROVIDER, Memory, NewPatient, Task
from appliance.conversation.identity import verify_or_enrol
from appliance.intents._choosing import choose_opening, provider_name, suitable_providers


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a booked appointment."""
    if step := verify_or_enrol(memory):
        return step
    if not task.reason:
        return Ask("ask_reason")
    if task.provider is None:
        suitable = suitable_providers(memory, clinic)
        if len(suitable) > 1:
            return Ask("ask_provider", params={"providers": [provider_name(p, clinic) for p in suitable]})
        task.provider = ANY_PROVIDER
    if not task.days:
        return Ask("ask_date")
    if step := choose_opening(memory, task, clinic, provider=task.provider):
        return step
    if task.chosen is None:
        raise AssertionError("choose_opening answers None only for a chosen opening")
    details = {"start": task.chosen.start, "provider": provider_name(task.chosen.provider, clinic), "reason": task.reason}
    if task.done:
        return Finish("booked", details)
    if not task.confirmed:
        return Ask("confirm_details", "confirm_booking", details)
    patient = memory.patient.id if memory.patient else _new_patient(memory)
    return Book(patient, task.chosen, task.reason)


def _new_patient(memory: Memory) -> NewPatient:
    if memory.date_of_birth is None or memory.phone is None:
        raise AssertionError("verify_or_enrol answers None for a new patient only with birth date and telephone number")
    return NewPatient(memory.names[-1], memory.date_of_birth, memory.phone)
