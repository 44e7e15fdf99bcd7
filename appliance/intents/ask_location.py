"""Where are you? From clinic.toml."""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Finish, HandOver, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.talk import Manner

MANNER: Manner = "question"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:  # noqa: ARG001  # every plan has one signature
    """The answer, at once; a person where the clinic's file does not say."""
    if not clinic.clinic.address:
        return HandOver()
    return Finish("the_address", {"address": clinic.clinic.address, "parking": clinic.clinic.parking})
