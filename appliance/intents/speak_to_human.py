"""A person: at any turn, without a reason, in opening hours; else a message for that person."""

from __future__ import annotations

from appliance.conversation.actions import Action, Say
from appliance.conversation.asking_again import give_up, stalled
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """The nurse or billing where they are named, else the front desk."""
    if talk.asked == "offer_message" and not talk.reachable():
        if stalled(talk):
            return give_up(talk)
        return [Say("nobody_answers" if talk.memory.clinic_open else "closed_now"), *talk.ask_again()]
    named = [target for target in ("billing", "nurse") if target in said.cues and target in talk.clinic.clinic.transfer]
    return talk.hand_over(named[0] if named else "front_desk")
