"""Am I speaking with a machine? Always told, and the call goes on where it was."""

from __future__ import annotations

from appliance.conversation.actions import Action, Say
from appliance.conversation.asking_again import OPEN, give_up, stalled
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """The truth, then the open question again."""
    del said
    if stalled(talk):
        return [Say("ai_disclosure"), *give_up(talk)]
    if talk.asked in OPEN:
        return [Say("ai_disclosure"), *talk.how_can_i_help()]
    return [Say("ai_disclosure"), *talk.ask_again()]
