"""A message for a person of the clinic: the words, who it is from, a number to call back; read back and kept."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, LeaveMessage, Step
from appliance.conversation.facts import Memory, Task
from appliance.intents._messages import message_text


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The next step towards a message that is kept."""
    if not task.message:
        return Ask("ask_message", "ask_message_more" if "message_content" in task.noted else "ask_message")
    if memory.speaker is None:
        return Ask("ask_name", "ask_caller_name")
    if not memory.phone:
        return Ask("ask_phone")
    if task.done:
        return Finish("message_kept" if memory.clinic_open else "message_kept_closed")
    if not task.confirmed:
        return Ask("confirm_details", "confirm_message", {"message": task.message.rstrip(" .!"), "phone": memory.phone})
    to = task.message_to if task.message_to in clinic.clinic.transfer else "front_desk"
    return LeaveMessage(to, message_text(memory, task))
