"""Cancel: the verified patient's own appointment, read back before it is given up."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Cancel, Finish, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.identity import verify
from appliance.conversation.talk import Manner
from appliance.intents._choosing import choose_appointment, provider_name

MANNER: Manner = "calendar"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a cancelled appointment."""
    if step := verify(memory, clinic) or choose_appointment(memory, task, clinic):
        return step
    if memory.patient is None or task.appointment is None:
        raise AssertionError("verify and choose_appointment answer None only when both are known")
    details = {"start": task.appointment.start, "provider": provider_name(task.appointment.provider, clinic)}
    if task.done:
        return Finish("cancelled", details)
    if not task.confirmed:
        return Ask("confirm_details", "confirm_cancel", details)
    return Cancel(memory.patient.id, task.appointment.id)
