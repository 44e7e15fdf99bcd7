"""Reading an utterance against the open question: yes, no, goodbye, a request, or the value that was asked for."""

from __future__ import annotations

from appliance.conversation.events import Said
from appliance.conversation.talk import Talk

SURE = 0.8
"""From this confidence on an utterance is taken for what it was read as, whatever was asked."""


def agrees(said: Said) -> bool:
    """A yes, also one with more around it."""
    return said.intent == "affirm" or ("yes" in said.cues and said.intent not in ("deny", "correct_info"))


def declines(said: Said) -> bool:
    """A no."""
    return said.intent == "deny" or ("no" in said.cues and said.intent in ("goodbye_thanks", "correct_info", "provide_info"))


def leaves(said: Said) -> bool:
    """The caller says goodbye."""
    return said.intent == "goodbye_thanks"


def requests_a_task(talk: Talk, said: Said) -> bool:
    """Whether a task is asked for in so many words."""
    intent = talk.intents.get(said.intent)
    return intent is not None and intent.plan is not None


def answers_it(talk: Talk, said: Said) -> bool:
    """Whether the utterance holds what the open question wants."""
    match talk.asked:
        case "ask_name":
            return said.name is not None
        case "ask_dob":
            return said.date_of_birth is not None
        case "ask_phone":
            return said.phone is not None or "same_number" in said.cues
        case "ask_provider":
            return said.provider is not None
        case "ask_date" | "ask_time":
            return bool(said.days or said.times or said.hours or "soonest" in said.cues)
        case "offer_slots" | "slot_taken" | "ask_which_appointment":
            return said.choice is not None or bool(said.days or said.times or said.hours or said.cues & {"later", "earlier"})
    return False
