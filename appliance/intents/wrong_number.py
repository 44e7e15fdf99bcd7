"""A wrong number: told once where the caller is, then a polite end."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask
from appliance.conversation.asking_again import OPEN
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk

SURE = 0.8


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """Where the caller is; None where something was asked for that a clinic does."""
    intent = talk.intents.get(said.intent)
    asked_for = intent is not None and intent.plan is not None and said.confidence >= SURE
    if talk.asked not in OPEN or asked_for or said.intent in ("ai_disclosure", "speak_to_human", "change_language"):
        return None
    return talk.ask(Ask("wrong_number_told", params={"clinic": talk.clinic.clinic.name}))
