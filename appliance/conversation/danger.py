"""Danger: an emergency or a crisis is answered at once, from every state, and nothing else happens in that call."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask, Outcome, Say
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk

PROMPTS: dict[Outcome, str] = {"emergency": "emergency_instruction", "crisis": "crisis_support"}


def alarm(talk: Talk, said: Said) -> list[Action] | None:
    """The instruction, and the nurse where somebody is there."""
    if said.crisis:
        return _danger(talk, "crisis")
    return _danger(talk, "emergency") if said.emergency else None


def after_support(talk: Talk, said: Said) -> list[Action] | None:
    """Somebody in a crisis answered; the number once more, and the call ends as what it was."""
    del said
    if talk.asked != "crisis_support":
        return None
    return [Say("crisis_goodbye"), *talk.end("crisis")]


def symptoms(talk: Talk, said: Said) -> list[Action] | None:
    """An alarming symptom without a word of when it was is asked about once, before anything is booked for it."""
    task = talk.memory.task
    if talk.asked != "ask_symptoms_now":
        if task is not None and task.symptoms is None and "symptoms" in said.cues and task.intent == "book_appointment":
            task.symptoms = True
        return None
    if said.intent == "affirm" or "yes" in said.cues:
        return _danger(talk, "emergency")
    if (said.intent == "deny" or "no" in said.cues) and task is not None:
        task.symptoms = False
        return talk.advance()
    return None


def nobody_came(talk: Talk) -> list[Action]:
    """The nurse did not take the call: the instruction again; it never depends on a transfer."""
    kind = talk.outcome or "emergency"
    if kind == "crisis":
        talk.outcome, talk.transfer = None, None
        return talk.ask(Ask("crisis_support"))
    return [Say(PROMPTS[kind]), *talk.end(kind)]


def _danger(talk: Talk, kind: Outcome) -> list[Action]:
    talk.memory.task = None
    if talk.memory.clinic_open and "nurse" in talk.clinic.clinic.transfer:
        return [Say(PROMPTS[kind]), Say("transferring_to_nurse"), *talk.end(kind, transfer="nurse")]
    if kind == "crisis":  # nobody in a crisis is hung up on at once
        return talk.ask(Ask("crisis_support"))
    return [Say(PROMPTS[kind]), *talk.end(kind)]
