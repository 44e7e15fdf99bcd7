"""Asking again, with an end: other words on the first miss, keys on the second, then a person or a message.

Silence has its own count: the question again, then a goodbye.
"""

from __future__ import annotations

from collections.abc import Mapping

from appliance.conversation.actions import Action, Ask, Say
from appliance.conversation.talk import Talk

OPEN = frozenset({None, "greeting", "not_understood", "silence_prompt", "refused"})
"""Where no question of ours is open, so that the ways that are open must be named."""
KEYS: Mapping[str, str] = {
    "confirm_details": "press_yes_no",
    "ask_new_patient": "press_yes_no",
    "ask_symptoms_now": "press_yes_no",
    "offer_message": "press_yes_no",
    "offer_transfer": "press_yes_no",
    "identity_failed": "press_yes_no",
    "anything_else": "press_yes_no",
    "ask_dob": "press_dob",
    "ask_phone": "press_phone",
    "offer_slots": "press_choice",
    "slot_taken": "press_choice",
    "ask_which_appointment": "press_choice",
}
"""Which keys a question can be answered with."""
MOST_STALLS = 6
"""So many utterances in a row that lead nowhere, and a person takes over."""


def misunderstood(talk: Talk) -> list[Action]:
    """Nothing that was heard makes sense here."""
    talk.misses += 1
    if talk.misses >= talk.clinic.clinic.policy.max_not_understood:
        talk.misses = 0
        return [Say("giving_up"), *give_up(talk)]
    if talk.asked in OPEN or talk.question is None:
        return talk.ask(Ask("not_understood"))
    return _again(talk, "sorry", keys=talk.misses > 1)


def stalled(talk: Talk) -> bool:
    """Count an utterance that led nowhere; True when there were too many of them."""
    talk.stalls += 1
    return talk.stalls >= MOST_STALLS


def silence(talk: Talk) -> list[Action]:
    """The caller says nothing."""
    talk.silences += 1
    if talk.silences > talk.clinic.clinic.policy.silence_prompts:
        return [Say("goodbye_after_silence"), *talk.end("crisis" if talk.asked == "crisis_support" else "hung_up_after_silence")]
    if talk.asked in (OPEN - {"refused"}):
        return talk.ask(Ask("silence_prompt"))
    return _again(talk, "still_there", keys=talk.silences > 1)


def _again(talk: Talk, first: str, *, keys: bool) -> list[Action]:
    question = talk.question
    if question is None:
        return talk.ask(Ask("not_understood"))
    if keys and question.situation in KEYS:
        # the question is told, not asked: what is asked now is the key
        return [Say(first), Say(question.prompt, question.params), Ask(question.situation, KEYS[question.situation])]
    return [Say(first), *talk.ask(question)]


def give_up(talk: Talk) -> list[Action]:
    """A person; the offer of a message while nobody can take the call; and where that leads nowhere either, the end."""
    if talk.asked == "offer_message" and not talk.reachable():
        return talk.goodbye()
    talk.memory.task = None
    return talk.hand_over()
