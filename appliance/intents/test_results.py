"""Test results: never read out; a message for the nurse, from the verified patient."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, LeaveMessage, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.identity import verify
from appliance.intents._messages import message_text


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a message that is kept."""
    if step := verify(memory, clinic):
        return step
    if task.done:
        return Finish("message_kept_nurse" if memory.clinic_open else "message_kept_closed")
    if not task.agreed:
        return Ask("offer_message", "offer_results_message")
    if not task.confirmed:
        return Ask("confirm_details", "confirm_results_message")
    return LeaveMessage("nurse", message_text(memory, task, task.reason))
