"""A refill: a message for the nurse, from a verified patient, with the medicine and the pharmacy; nothing is promised."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, LeaveMessage, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.identity import verify
from appliance.intents._messages import message_text


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a message that is kept."""
    if step := verify(memory, clinic, discloses=False):
        return step
    medication = task.medication or task.message
    if not medication:
        return Ask("ask_message", "ask_medication")
    if not task.pharmacy:
        return Ask("ask_pharmacy")
    if task.done:
        return Finish("message_kept_nurse" if memory.clinic_open else "message_kept_closed")
    if not task.confirmed:
        return Ask("confirm_details", "confirm_refill", {"medication": medication, "pharmacy": task.pharmacy})
    return LeaveMessage("nurse", message_text(memory, task, task.medication, task.pharmacy))
