"""A message for a person of the clinic: the words, who it is from, a number to call back; read back and kept."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, LeaveMessage, Step
from appliance.conversation.facts import Memory, Task


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:  # noqa: ARG001  # every plan has one signature
    """The next step towards a message that is kept."""
    if not task.message:
        return Ask("ask_message")
    if not memory.names:
        return Ask("ask_name", "ask_caller_name")
    if not memory.phone:
        return Ask("ask_phone")
    if task.done:
        return Finish("message_kept")
    if not task.confirmed:
        return Ask("confirm_details", "confirm_message", {"message": task.message, "phone": memory.phone})
    return LeaveMessage(task.message_to, f"From {memory.names[-1]}, phone {memory.phone}: {task.message}")
