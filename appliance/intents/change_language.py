"""Another language: one that the call can change to never gets here; every other one is a person's."""

from __future__ import annotations

from appliance.conversation.actions import Action
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """A person who may speak it, or a message for one."""
    del said
    return talk.hand_over()
