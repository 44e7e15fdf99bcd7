"""Hold on a second. The caller gets time, and the question stays open."""

from __future__ import annotations

from dataclasses import replace

from appliance.conversation.actions import Action
from appliance.conversation.asking_again import give_up, stalled
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk

NOTHING_ELSE = frozenset({"provide_info", "silence_noise", "goodbye_thanks", "out_of_scope", "repeat"})
SHORT = 8


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """Patience; None where the utterance says more than that."""
    times = said.times and "one_moment" not in said.cues  # "one moment" is not one o'clock
    says_more = said.days or times or said.name or said.date_of_birth or said.phone or said.choice is not None
    if says_more or said.intent not in NOTHING_ELSE or len(said.text.split()) > SHORT or talk.question is None:
        return None
    if stalled(talk):
        return give_up(talk)
    return [replace(talk.question, prompt="take_your_time", params={})]
