"""The dialogue: every event finds the one rule that answers it.

Rule 1: `handle` is the only door; an event goes in, the actions to do come out, and the last of them says whose turn it is.
Rule 2: a task never keeps a position. After every event its intent's plan looks at what is known and names the next step,
        so callers may answer in any order, answer twice, or correct themselves.
Rule 3: alarm before everything, a person on request before everything else.
Rule 4: "booked" is said only as the answer to Committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from appliance.config import Clinic
from appliance.conversation import answers, danger, requests
from appliance.conversation.actions import Action, Ask, Outcome, Say
from appliance.conversation.asking_again import give_up, misunderstood, silence, stalled
from appliance.conversation.events import (
    ActFailed,
    AppointmentsListed,
    CallStarted,
    Committed,
    Event,
    HungUp,
    OpeningsFound,
    OpeningTaken,
    PatientFound,
    PatientUnknown,
    Pressed,
    Result,
    Said,
    Silence,
    TransferFailed,
)
from appliance.conversation.facts import Memory
from appliance.conversation.keypad import Keypad
from appliance.conversation.reading import leaves
from appliance.conversation.talk import Intent, Plan, Talk

__all__ = ["Conversation", "Intent", "Plan"]

BESIDE_THE_MODEL: Mapping[str, str] = {
    "injection": "out_of_scope",
    "abuse": "abuse",
    "wait": "wait",
    "wrong_number": "wrong_number",
}
"""Cues that decide, whatever intent was read, and the intent that answers them; the first that answers wins."""


class Conversation:
    """One caller's conversation. `intents` is what each intent leads to."""

    def __init__(self, clinic: Clinic, intents: Mapping[str, Intent]) -> None:
        self._talk = Talk(clinic, intents)
        self._keypad = Keypad()

    def apart(self) -> Conversation:
        """Another conversation in the same state, whose further course is its own."""
        shared: dict[int, object] = {id(one): one for one in (self._talk.clinic, self._talk.intents)}
        return deepcopy(self, shared)

    @property
    def memory(self) -> Memory:
        """Everything the conversation knows."""
        return self._talk.memory

    @property
    def outcome(self) -> Outcome | None:
        """How the call ended; None while it goes on."""
        return self._talk.outcome

    @property
    def transfer(self) -> str | None:
        """To whom the call was handed."""
        return self._talk.transfer

    @property
    def asked(self) -> str | None:
        """The situation the next utterance answers."""
        return self._talk.asked

    def handle(self, event: Event) -> list[Action]:
        """One event in, the actions it leads to out; nothing comes out of a conversation that is over."""
        talk = self._talk
        if isinstance(event, HungUp):
            talk.outcome = talk.outcome or ("done" if talk.memory.finished else "abandoned")
            return []
        if talk.outcome is not None and not isinstance(event, TransferFailed):
            return []
        new_turn = isinstance(event, Said | Pressed | Silence | CallStarted)
        actions = self._handle(event)
        if actions:
            spoken: list[Action] = [action for action in actions if isinstance(action, Say | Ask)]
            talk.spoken = spoken if new_turn else [*talk.spoken, *spoken]
        return actions

    def _handle(self, event: CallStarted | Said | Silence | Pressed | Result) -> list[Action]:
        talk = self._talk
        match event:
            case CallStarted():
                memory = talk.memory
                memory.clinic_open, memory.today = event.clinic_open, event.now.date()
                memory.caller_id = event.caller_id
                return talk.ask(Ask("greeting", params={"clinic": talk.clinic.clinic.name}))
            case Said():
                self._keypad.forget()
                return self._said(event)
            case Silence():
                pressed = self._keypad.pause()
                return self._said(pressed) if pressed else silence(talk)
            case Pressed():
                said = self._keypad.press(event.digit, talk.asked)
                return self._said(said) if said else []
            case _:
                return self._result(event)

    # --- the caller said something ----------------------------------------------------------------------------------------

    def _said(self, said: Said) -> list[Action]:
        talk = self._talk
        talk.silences = 0
        for rule in (danger.alarm, danger.after_support, danger.symptoms, self._message, self._at_once):
            actions = rule(talk, said)
            if actions is not None:
                return actions
        for rule in (answers.answer, answers.goodbye, requests.request, requests.more):
            actions = rule(talk, said)
            if actions is not None:
                talk.misses, talk.stalls = 0, 0
                return actions
        if leaves(said) or said.intent in ("greeting", "ai_disclosure", "repeat"):
            return give_up(talk) if stalled(talk) else talk.ask_again()
        return misunderstood(talk)

    @staticmethod
    def _message(talk: Talk, said: Said) -> list[Action] | None:
        """A message may sound like anything."""
        return answers.answer(talk, said) if talk.asked == "ask_message" and said.cues.isdisjoint({"injection"}) else None

    @staticmethod
    def _at_once(talk: Talk, said: Said) -> list[Action] | None:
        """What is answered without any task, whatever is being asked."""
        beside = [intent for cue, intent in BESIDE_THE_MODEL.items() if cue in said.cues]
        for name in (*beside, said.intent):
            intent = talk.intents.get(name)
            actions = intent.respond(talk, said) if intent and intent.respond else None
            if actions is not None:
                return actions
        return None

    # --- the desk did something -------------------------------------------------------------------------------------------

    def _result(self, result: Result) -> list[Action]:
        talk = self._talk
        memory, task = talk.memory, talk.memory.task
        match result:
            case PatientFound():
                memory.patient = result.patient
            case PatientUnknown():
                memory.looked_up = (memory.subject or "", memory.date_of_birth or memory.today)
                memory.unknown += 1
                if memory.on_behalf == "child" and memory.caller is None and not memory.name_again:
                    # the name of a parent who was asked for the child's
                    memory.name_again, memory.caller, memory.subject = True, memory.subject, None
                    return talk.advance()
                if not self._may_be_new():
                    return talk.mismatch()
            case AppointmentsListed() if task:
                task.appointments = result.appointments
            case OpeningsFound() if task:
                task.openings, task.exact = result.openings, result.exact
            case Committed() if task:
                task.done = True
                memory.unknown = 0
                memory.last_start = task.chosen.start if task.chosen else memory.last_start
                memory.last_booking = task if task.intent == "book_appointment" else memory.last_booking
            case OpeningTaken() if task:
                task.chosen, task.confirmed, task.openings = None, False, None
                return [Say("just_taken"), *talk.advance()]
            case ActFailed():
                memory.task = None
                return [Say("our_fault"), *talk.hand_over()]
            case TransferFailed():
                if talk.outcome in ("emergency", "crisis"):
                    return danger.nobody_came(talk)
                talk.outcome, talk.transfer = None, None
                talk.unanswered.add(result.target)
                return [Say("nobody_answers"), *talk.ask(Ask("offer_message"))]
        return talk.advance()

    def _may_be_new(self) -> bool:
        """Whether somebody not on file may be enrolled: to be booked, and not after trying one birth date after the other."""
        memory, task = self._talk.memory, self._talk.memory.task
        if task is None or task.intent != "book_appointment" or memory.unknown > self._talk.clinic.clinic.policy.verify_attempts:
            return False
        return memory.new_patient is True or (memory.new_patient is None and memory.failures == 0)
