"""Abuse: stay polite, name the ways that are open, and after repeated abuse let a person decide, or end the call."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask, Say
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk

ENOUGH = 3
WANTED = 0.6
"""Anger with a request in it is served, not answered."""


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """A calm answer; None when there is a request in the anger."""
    intent = talk.intents.get(said.intent)
    wanted = (intent is not None and intent.plan is not None) or said.intent in ("speak_to_human", "goodbye_thanks")
    if (wanted and said.confidence >= WANTED) or said.intent in ("affirm", "deny"):
        return None
    talk.rudeness += 1
    if talk.rudeness < ENOUGH:
        if talk.question is None or talk.asked in ("greeting", "not_understood", "silence_prompt"):
            return [Say("calm"), *talk.how_can_i_help()]
        return [Say("calm"), *talk.ask(Ask("offer_transfer") if talk.rudeness > 1 and talk.reachable() else talk.question)]
    if talk.reachable():
        return talk.hand_over()
    return [Say("abuse_ends_the_call"), *talk.goodbye()]
