"""When is my appointment? Told to the verified patient only."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Finish, ListAppointments, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.identity import verify
from appliance.conversation.talk import Manner
from appliance.intents._choosing import spoken_appointments

MANNER: Manner = "question"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards telling the coming appointments."""
    if step := verify(memory, clinic):
        return step
    if memory.patient is None:
        raise AssertionError("verify answers None only for a verified patient")
    if task.appointments is None:
        return ListAppointments(memory.patient.id)
    if not task.appointments:
        return Finish("no_appointments")
    return Finish("your_appointments", {"appointments": spoken_appointments(task.appointments, clinic)})
