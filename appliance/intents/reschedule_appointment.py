"""Move: the old appointment stays until the new one is committed, and both change in one transaction."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, Move, Step
from appliance.conversation.facts import Days, Memory, Task
from appliance.conversation.identity import verify
from appliance.conversation.talk import Manner
from appliance.intents._choosing import choose_appointment, choose_opening, choose_provider, provider_name

MANNER: Manner = "calendar"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a moved appointment."""
    if step := verify(memory, clinic) or choose_appointment(memory, task, clinic):
        return step
    if memory.patient is None or task.appointment is None:
        raise AssertionError("verify and choose_appointment answer None only when both are known")
    old = {"old_start": task.appointment.start, "old_provider": provider_name(task.appointment.provider, clinic)}
    if not task.days and not task.times and not task.hours:
        return Ask("ask_date", "ask_new_date", old)
    if not task.days:  # "can we make it four o'clock": the same day
        task.days.append(Days(task.appointment.start.date(), task.appointment.start.date()))
    task.provider = task.provider or task.appointment.provider
    if step := choose_provider(memory, task, clinic):
        return step
    if step := choose_opening(memory, task, clinic, provider=task.provider):
        return step
    if task.chosen is None:
        raise AssertionError("choose_opening answers None only for a chosen opening")
    details = {**old, "start": task.chosen.start, "provider": provider_name(task.chosen.provider, clinic)}
    if task.done:
        return Finish("moved", details)
    if not task.confirmed:
        return Ask("confirm_details", "confirm_move", details)
    return Move(memory.patient.id, task.appointment.id, task.chosen)
