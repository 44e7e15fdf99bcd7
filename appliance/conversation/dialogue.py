"""The dialogue: which task is on, what to ask next, and what every answer leads to.

Rule 1: `handle` is the only door; an event goes in, the actions to do come out, and the last of them says whose turn it is.
Rule 2: a task never keeps a position. After every event its intent's plan looks at what is known and names the next step,
        so callers may answer in any order, answer twice, or correct themselves.
Rule 3: alarm before everything, a person on request before everything else.
Rule 4: "booked" is said only as the answer to Committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from appliance.config import Clinic
from appliance.conversation.actions import Action, Ask, Finish, HandOver, HangUp, Outcome, Say, Step, TransferTo
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
from appliance.conversation.facts import Memory, Task
from appliance.conversation.keypad import spoken_for
from appliance.conversation.learning import learn


class Plan(Protocol):
    """An intent's plan: from what is known to the next step."""

    def __call__(self, memory: Memory, task: Task, clinic: Clinic) -> Step:
        """The next step of this task."""


class Conversation:
    """One caller's conversation. `plans` holds a plan for every intent that is a task of its own."""

    def __init__(self, clinic: Clinic, plans: Mapping[str, Plan]) -> None:
        self.memory = Memory()
        self.outcome: Outcome | None = None
        """How the call ended; None while it goes on."""
        self.transfer: str | None = None
        self._clinic = clinic
        self._plans = plans
        self._question: Ask | None = None
        self._silences = 0
        self._not_understood = 0
        self._refused = False

    @property
    def asked(self) -> str | None:
        """The situation the next utterance answers."""
        return self._question.situation if self._question else None

    def handle(self, event: Event) -> list[Action]:
        """One event in, the actions it leads to out; nothing comes out of a conversation that is over."""
        if isinstance(event, HungUp):
            self.outcome = self.outcome or ("done" if self.memory.finished else "abandoned")
            return []
        if self.outcome is not None and not isinstance(event, TransferFailed):
            return []
        match event:
            case CallStarted():
                self.memory.clinic_open, self.memory.today = event.clinic_open, event.now.date()
                self.memory.caller_id = event.caller_id
                return self._ask(Ask("greeting", params={"clinic": self._clinic.clinic.name}))
            case Said():
                return self._said(event)
            case Silence():
                return self._silence()
            case Pressed():
                said = spoken_for(event.digit, self.asked)
                return self._said(said) if said else []
            case _:
                return self._result(event)

    # --- the caller said something ----------------------------------------------------------------------------------------

    def _said(self, said: Said) -> list[Action]:
        self._silences = 0
        for rule in (self._alarm, self._person, self._question_about_us, self._answer, self._request):
            actions = rule(said)
            if actions is not None:
                if rule != self._question_about_us:  # somebody who asks for nothing else is not getting on either
                    self._not_understood = 0
                return actions
        return self._misunderstanding()

    def _alarm(self, said: Said) -> list[Action] | None:
        kind: Outcome | None = "crisis" if said.crisis else "emergency" if said.emergency else None
        if kind is None:
            return None
        prompt = "crisis_support" if kind == "crisis" else "emergency_instruction"
        if self.memory.clinic_open and "nurse" in self._clinic.clinic.transfer:
            return [Say(prompt), Say("transferring_to_nurse"), *self._end(kind, transfer="nurse")]
        return [Say(prompt), *self._end(kind)]

    def _person(self, said: Said) -> list[Action] | None:
        wanted = said.intent in ("speak_to_human", "change_language", "billing")
        if wanted or (said.intent == "affirm" and self.asked in ("offer_transfer", "identity_failed")):
            billing = said.intent == "billing" and "billing" in self._clinic.clinic.transfer
            return self._hand_over("billing" if billing else "front_desk")
        return None

    def _question_about_us(self, said: Said) -> list[Action] | None:
        match said.intent:
            case "repeat" if self._question:
                return self._ask(self._question)
            case "ai_disclosure" if self._not_understood + 1 < self._clinic.clinic.policy.max_not_understood:
                self._not_understood += 1
                return [Say("ai_disclosure"), *self._ask(self._question or Ask("anything_else"))]
            case "greeting" if self.asked in (None, "greeting") and not said.name:
                return self._ask(Ask("greeting", "how_can_i_help"))
        return None

    def _answer(self, said: Said) -> list[Action] | None:
        """What the question now open makes of this."""
        leaving = said.intent == "goodbye_thanks"
        match self.asked:
            case "anything_else" if leaving or said.intent == "deny":
                return self._goodbye()
            case "anything_else" if said.intent == "affirm":
                return self._ask(Ask("greeting", "how_can_i_help"))
            case "offer_message" | "offer_transfer" if leaving or said.intent == "deny":
                return self._goodbye()
            case "offer_message" if said.intent == "affirm":
                return self._start("leave_message", said)
            case "identity_failed" | "refused" if leaving:
                return self._goodbye()
            case "identity_failed" if said.intent not in self._plans:
                self._refused = True
                return self._ask(Ask("refused"))
            case "ask_new_patient" if said.intent in ("affirm", "deny"):
                return self._enrol(said.intent == "affirm", said)
            case "confirm_details":
                return self._confirmation(said)
        return self._goodbye() if leaving and self.memory.task is None else None

    def _confirmation(self, said: Said) -> list[Action] | None:
        task = self.memory.task
        if task is None:
            return None
        changed = learn(self.memory, said, "confirm_details")
        if changed and task.intent == "cancel_appointment":
            task.appointment, task.chosen = None, None
        if changed:
            return self._advance()
        if said.intent == "affirm":
            task.confirmed = True
            return self._advance()
        if said.intent in ("deny", "correct_info"):
            if task.intent == "cancel_appointment":
                return self._finish(Finish("kept"))
            task.chosen, task.openings = None, None
            return self._ask(Ask("ask_date", "what_to_change"))
        return None

    def _enrol(self, is_new: bool, said: Said) -> list[Action]:
        learn(self.memory, said, "ask_new_patient")
        self.memory.new_patient = is_new
        return self._advance() if is_new else self._failed_verification()

    def _request(self, said: Said) -> list[Action] | None:
        """A new task, or more about the one that is on."""
        task = self.memory.task
        if said.intent in self._plans and (task is None or task.done or task.intent != said.intent):
            return self._start(said.intent, said)
        if learn(self.memory, said, self.asked) and self.memory.task is not None:
            return self._advance()
        if task is not None and said.intent == task.intent:
            return self._advance()
        return None

    def _misunderstanding(self) -> list[Action]:
        self._not_understood += 1
        if self._not_understood >= self._clinic.clinic.policy.max_not_understood:
            return [Say("giving_up"), *self._hand_over("front_desk")]
        if self.asked in (None, "greeting", "not_understood", "silence_prompt", "refused"):
            return self._ask(Ask("not_understood"))
        return [Say("sorry"), *self._ask(self._question or Ask("not_understood"))]

    def _silence(self) -> list[Action]:
        self._silences += 1
        if self._silences > self._clinic.clinic.policy.silence_prompts:
            return [Say("goodbye_after_silence"), *self._end("hung_up_after_silence")]
        if self.asked in (None, "greeting", "silence_prompt", "not_understood"):
            return self._ask(Ask("silence_prompt"))
        return [Say("still_there"), *self._ask(self._question or Ask("silence_prompt"))]

    # --- a task goes on ---------------------------------------------------------------------------------------------------

    def _start(self, intent: str, said: Said) -> list[Action]:
        self.memory.task = Task(intent)
        learn(self.memory, said, None)
        return self._advance()

    def _advance(self) -> list[Action]:
        task = self.memory.task
        if task is None:
            return self._ask(Ask("anything_else"))
        step = self._plans[task.intent](self.memory, task, self._clinic)
        match step:
            case Ask():
                return self._ask(step)
            case Finish():
                return self._finish(step)
            case HandOver():
                return self._hand_over(step.target)
            case _:
                return [step]

    def _result(self, result: Result) -> list[Action]:
        memory, task = self.memory, self.memory.task
        match result:
            case PatientFound():
                memory.patient = result.patient
            case PatientUnknown():
                memory.looked_up = (tuple(memory.names), memory.date_of_birth or memory.today)
                enrolling = task is not None and task.intent == "book_appointment" and memory.failures == 0
                if not (enrolling and memory.new_patient is not False):
                    return self._failed_verification()
            case AppointmentsListed() if task:
                task.appointments = result.appointments
            case OpeningsFound() if task:
                task.openings, task.exact = result.openings, result.exact
            case Committed() if task:
                task.done = True
            case OpeningTaken() if task:
                task.chosen, task.confirmed, task.openings = None, False, None
                return [Say("just_taken"), *self._advance()]
            case ActFailed():
                return [Say("our_fault"), *self._hand_over("front_desk")]
            case TransferFailed():
                self.outcome, self.transfer = None, None
                return [Say("nobody_answers"), *self._ask(Ask("offer_message"))]
        return self._advance()

    def _failed_verification(self) -> list[Action]:
        memory = self.memory
        memory.failures += 1
        if memory.failures >= self._clinic.clinic.policy.verify_attempts:
            self._refused = True
            memory.task = None
            return self._ask(Ask("identity_failed"))
        memory.date_of_birth = None
        return [Say("no_match"), *self._ask(Ask("ask_dob"))]

    # --- the ways a turn ends ---------------------------------------------------------------------------------------------

    def _ask(self, question: Ask) -> list[Action]:
        self._question = replace(question, prompt=question.prompt or question.situation)
        return [self._question]

    def _finish(self, step: Finish) -> list[Action]:
        if self.memory.task is not None:
            self.memory.finished.append(self.memory.task.intent)
            self.memory.task = None
        return [Say(step.prompt, step.params), *self._ask(Ask("anything_else"))]

    def _hand_over(self, target: str) -> list[Action]:
        if self.memory.clinic_open and target in self._clinic.clinic.transfer:
            return [Say("transferring"), *self._end("transferred", transfer=target)]
        return [Say("closed_now" if not self.memory.clinic_open else "nobody_answers"), *self._ask(Ask("offer_message"))]

    def _goodbye(self) -> list[Action]:
        refused = self._refused and not self.memory.finished
        return [Say("goodbye"), *self._end("refused" if refused else "done")]

    def _end(self, outcome: Outcome, transfer: str | None = None) -> list[Action]:
        self.outcome, self.transfer, self._question = outcome, transfer, None
        return [TransferTo(transfer) if transfer else HangUp()]
