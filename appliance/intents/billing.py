"""A bill: the people who keep the books, or a message for them while nobody is there."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import HandOver, Step
from appliance.conversation.facts import Memory, Task


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:  # noqa: ARG001  # every plan has one signature
    """At once: nothing about money is known here."""
    return HandOver("billing")
