"""The floor of one conversation: what is known, which question is open, and the ways a turn can end.

Every method answers actions, and the last of them says whose turn it is: an Ask (the caller's), an act (the desk's), or the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from appliance.config import Clinic
from appliance.conversation.actions import (
    Action,
    Ask,
    Finish,
    HandOver,
    HangUp,
    Mismatch,
    Outcome,
    Refuse,
    Say,
    Step,
    TransferTo,
)
from appliance.conversation.events import Said
from appliance.conversation.facts import Days, Memory, Task

Manner = Literal["question", "errand", "calendar"]
"""How a request meets a task that is on: a question is answered at once and the task goes on; an errand waits its turn;
requests about the calendar take each other's place, for they are a change of mind."""


class Plan(Protocol):
    """A task's plan: from what is known to the next step."""

    def __call__(self, memory: Memory, task: Task, clinic: Clinic) -> Step:
        """The next step of this task."""


Respond = Callable[["Talk", Said], "list[Action] | None"]
"""What is answered at once to an utterance of this intent; None where it means nothing here."""


@dataclass(frozen=True)
class Intent:
    """What one intent leads to: a task with a plan, or an answer at once."""

    plan: Plan | None = None
    respond: Respond | None = None
    manner: Manner = "errand"


class Talk:
    """The state of one conversation."""

    def __init__(self, clinic: Clinic, intents: Mapping[str, Intent]) -> None:
        self.clinic = clinic
        self.intents = intents
        self.memory = Memory()
        self.outcome: Outcome | None = None
        """How the call ended; None while it goes on."""
        self.transfer: str | None = None
        self.question: Ask | None = None
        """The question that is open."""
        self.spoken: list[Action] = []
        """What was said in the agent's last turn, to say it again."""
        self.misses = 0
        """Utterances in a row that were not understood."""
        self.stalls = 0
        """Utterances in a row that were understood but led nowhere: "hello?", "are you a robot?"."""
        self.unanswered: set[str] = set()
        """People who did not take this call."""
        self.silences = 0
        self.rudeness = 0
        self.refusals = 0
        self.refused = False
        self.last_answer: Finish | None = None
        self.repeats = 0
        """How often the last answer was given again, which shows that it did not help."""

    @property
    def asked(self) -> str | None:
        """The situation the next utterance answers."""
        return self.question.situation if self.question else None

    # --- whose turn it is -------------------------------------------------------------------------------------------------

    def ask(self, question: Ask) -> list[Action]:
        """Ask, and remember what was asked."""
        self.question = replace(question, prompt=question.prompt or question.situation)
        return [self.question]

    def ask_again(self, otherwise: str = "not_understood") -> list[Action]:
        """The open question once more; its next wording says it in other words."""
        return self.ask(self.question or Ask(otherwise))

    def anything_else(self) -> list[Action]:
        """What waited, or the last question of a call."""
        return self._go_on() or self.ask(Ask("anything_else"))

    def how_can_i_help(self) -> list[Action]:
        """The floor is the caller's."""
        return self.ask(Ask("anything_else", "your_turn"))

    def hand_over(self, target: str = "front_desk") -> list[Action]:
        """A person; while nobody can take the call, a message for the same person."""
        reachable = target if target in self.clinic.clinic.transfer else "front_desk"
        self.memory.message_to = reachable
        if self.reachable(reachable):
            return [Say("transferring"), *self.end("transferred", transfer=reachable)]
        return [Say("nobody_answers" if self.memory.clinic_open else "closed_now"), *self.ask(Ask("offer_message"))]

    def reachable(self, target: str = "front_desk") -> bool:
        """Whether a call can be handed to this person; not to one who did not answer in this call."""
        return self.memory.clinic_open and target in self.clinic.clinic.transfer and target not in self.unanswered

    def refuse(self, step: Refuse) -> list[Action]:
        """Say no, and leave the ways that are open; whoever asks for the same again and again is told goodbye."""
        self.refused = True
        self.refusals += 1
        self.memory.task = None
        self.memory.suspended.clear()
        self.memory.waiting.clear()
        if self.refusals >= MOST_REFUSALS:
            return [Say("refused_again"), *self.goodbye()]
        return self.ask(Ask(step.situation, step.prompt))

    def goodbye(self) -> list[Action]:
        """The call is over for the caller."""
        refused = self.refused and not self.memory.finished
        return [Say("goodbye"), *self.end("refused" if refused else "done")]

    def end(self, outcome: Outcome, transfer: str | None = None) -> list[Action]:
        """The last action of a call."""
        self.outcome, self.transfer, self.question = outcome, transfer, None
        return [TransferTo(transfer) if transfer else HangUp()]

    # --- a task goes on ---------------------------------------------------------------------------------------------------

    def advance(self) -> list[Action]:
        """The next step of the task that is on."""
        task = self.memory.task
        plan = self.intents[task.intent].plan if task else None
        if task is None or plan is None:
            return self.anything_else()
        step = plan(self.memory, task, self.clinic)
        self.memory.verified = self.memory.verified or self.memory.authorised
        match step:
            case Ask():
                return self.ask(step)
            case Finish():
                return self._finish(step)
            case HandOver():
                return self._leave_to_a_person(step.target)
            case Refuse():
                return self.refuse(step)
            case Mismatch():
                return self.mismatch()
            case _:
                return [step]

    def mismatch(self) -> list[Action]:
        """One attempt to verify is used up; what was said is forgotten, and nobody learns which part of it was wrong."""
        memory = self.memory
        memory.failures += 1
        memory.date_of_birth, memory.looked_up = None, None
        if memory.patient is not None:
            memory.caller = None
        else:
            memory.subject = None
        if memory.failures >= self.clinic.clinic.policy.verify_attempts:
            return self.refuse(Refuse("identity_failed", "identity_failed"))
        return [Say("no_match"), *self.advance()]

    def _finish(self, step: Finish) -> list[Action]:
        memory, task = self.memory, self.memory.task
        self.repeats = self.repeats + 1 if step == self.last_answer else 0
        self.last_answer = step
        if task is not None:
            memory.finished.append(task.intent)
            memory.last_question = task if self.intents[task.intent].manner == "question" else None
            memory.task = self._for_the_next_person(task)
            if memory.task is not None:
                return [Say(step.prompt, step.params), *self.advance()]
            if memory.last_question is not None and self.repeats > (MOST_REPEATS if memory.suspended else 0):
                return [Say(step.prompt, step.params), *self._offer_a_person()]
        return [Say(step.prompt, step.params), *self.anything_else()]

    def _offer_a_person(self) -> list[Action]:
        """The same answer twice in a row did not help."""
        return self.ask(Ask("offer_transfer") if self.reachable() else Ask("offer_message"))

    def _leave_to_a_person(self, target: str) -> list[Action]:
        """Only a person can do this; done in this call is what can be done."""
        self.memory.task = None
        return self.hand_over(target)

    def _go_on(self) -> list[Action]:
        """The task that a question interrupted, or the request that waited; nothing when there is neither."""
        memory = self.memory
        memory.task = None
        if memory.suspended:
            memory.task = memory.suspended.pop()
            return self.advance()
        if memory.waiting:
            memory.task = memory.waiting.pop(0)
            return [Say("next_request"), *self.advance()]
        return []

    def _for_the_next_person(self, task: Task) -> Task | None:
        """The same for the next of several people, right after the one before."""
        if not task.done or task.people < 2 or task.chosen is None:
            return None
        self.memory.forget_subject()
        chosen = task.chosen
        later = [t for t in task.times if t > chosen.start.time()]
        after = chosen.start.hour * 60 + chosen.start.minute + self.clinic.clinic.slot_minutes
        times = later or [chosen.start.time().replace(hour=after // 60 % 24, minute=after % 60)]
        day = Days(chosen.start.date(), chosen.start.date())
        return Task(
            task.intent, provider=chosen.provider, days=[day], times=times[:1], reason=task.reason, people=task.people - 1, nth=2
        )


MOST_REFUSALS = 3
MOST_REPEATS = 1
