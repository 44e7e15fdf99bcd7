"""I'll be there. The verified patient's appointment is read back; nothing in the calendar changes."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Finish, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.identity import verify
from appliance.conversation.talk import Manner
from appliance.intents._choosing import choose_appointment, provider_name

MANNER: Manner = "question"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards the appointment read back."""
    if step := verify(memory, clinic) or choose_appointment(memory, task, clinic):
        return step
    if task.appointment is None:
        raise AssertionError("choose_appointment answers None only when the appointment is known")
    return Finish(
        "attendance_confirmed",
        {"start": task.appointment.start, "provider": provider_name(task.appointment.provider, clinic)},
    )
