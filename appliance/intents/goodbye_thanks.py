"""Goodbye. Where a question is open, the question decides what thanks mean; here the caller simply leaves."""

from __future__ import annotations

from appliance.conversation.actions import Action
from appliance.conversation.asking_again import OPEN
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """The end of a call in which nothing is open; None elsewhere."""
    if "wait" in said.cues or talk.asked not in OPEN - {"refused"} or talk.memory.task is not None:
        return None
    return talk.goodbye()
