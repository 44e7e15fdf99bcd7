"""One conversation with everything it needs: the pure core, the desk that does its acts, and the words.

event ──> Conversation.handle ──> actions ──> Desk.perform ──> result ──┐
                 ^──────────────────────────────────────────────────────┘   until it is the caller's turn ──> Reply
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.config import Clinic
from appliance.conversation.actions import Act, Action, Ask, HangUp, LeaveMessage, Say, TransferTo
from appliance.conversation.dialogue import Conversation, Intent
from appliance.conversation.events import CallStarted, Committed, Event, HungUp, Pressed, Result, Silence, TransferFailed
from appliance.conversation.facts import Memory
from appliance.interpreter import Heard, Interpreter, Sentence
from appliance.records.journal import Journal, NoJournal
from appliance.scheduling.calendar import is_open
from appliance.scheduling.desk import Desk


@dataclass(frozen=True)
class Reply:
    """The agent's turn: what to say, what was asked, and how the call goes on."""

    said: tuple[Sentence, ...]
    """Sentences in order, each with its language."""
    asked: str | None
    transfer: str | None = None
    hang_up: bool = False

    @property
    def text(self) -> str:
        """All sentences."""
        return " ".join(sentence.text for sentence in self.said)


class Reception:
    """One caller's conversation over text; a telephone call speaks and hears around it."""

    def __init__(
        self,
        clinic: Clinic,
        plans: Mapping[str, Intent],
        interpreter: Interpreter,
        desk: Desk,
        clock: Callable[[], datetime],
        journal: Journal | None = None,
    ) -> None:
        self.conversation = Conversation(clinic, plans)
        self.turns = 0
        self.message: tuple[str, str] | None = None
        """(to, text) of the last message kept."""
        self._clinic = clinic
        self._interpreter = interpreter
        self._desk = desk
        self._do: Callable[[Act], Result] = desk.perform
        self._clock = clock
        self._journal = journal or NoJournal()
        self._changing = threading.RLock()
        self._understanding = threading.Lock()
        self._understood: tuple[tuple[object, ...], Heard] | None = None

    @property
    def memory(self) -> Memory:
        """What the conversation knows."""
        return self.conversation.memory

    @property
    def asked(self) -> str | None:
        """The situation the next utterance answers."""
        return self.conversation.asked

    @property
    def language(self) -> str:
        """The language of the call."""
        return self._interpreter.language

    def start(self, caller_id: str | None) -> Reply:
        """The call was answered."""
        now = self._clock()
        greeting = self._reply(CallStarted(now, is_open(self._clinic, now), caller_id))
        return replace(greeting, said=(*greeting.said, *self._interpreter.greeting_offers()))

    def understand(self, text: str) -> Heard:
        """What `text` would mean here and now; nothing changes. Who asks for the same words meanwhile waits, and asks but once."""
        with self._understanding:
            here = (text, self.asked, self.turns, self._interpreter.language)
            if self._understood is None or self._understood[0] != here:
                heard = self._interpreter.understand(text, self.asked, self._clock(), self._day_spoken_of())
                self._understood = (here, heard)
            return self._understood[1]

    def foresee(self, heard: Heard) -> Reply:
        """What `hear` would answer if every commit went through; nothing changes, and nothing of it has been said to anybody."""
        with self._changing:
            apart = copy(self)
            apart.conversation = self.conversation.apart()
            apart._interpreter = self._interpreter.apart()
        apart._do, apart._journal, apart._changing = self._desk.foresee, NoJournal(), threading.RLock()
        return apart.hear(heard)

    def hear(self, heard: Heard) -> Reply:
        """The caller said something, perhaps in another language than before."""
        with self._changing:
            self.turns += 1
            about_language = self._interpreter.follow(heard)
            reply = self._reply(heard.said, farewell_in=heard.for_people)
        return replace(reply, said=(*about_language, *reply.said))

    def silence(self) -> Reply:
        """The caller said nothing for too long."""
        return self._reply(Silence())

    def press(self, digit: str) -> Reply:
        """The caller pressed a key."""
        about_language = self._interpreter.press(digit, self.asked)
        if about_language is not None:
            return self.hear(about_language)
        self.turns += 1
        return self._reply(Pressed(digit))

    def transfer_failed(self, target: str) -> Reply:
        """Nobody took the call."""
        return self._reply(TransferFailed(target))

    def hung_up(self) -> None:
        """The caller is gone."""
        self._reply(HungUp())

    def done(self, text: str) -> float:
        """How likely the words are all that the caller has to say, 0 to 1."""
        return self._interpreter.done(text, self.asked, self._clock())

    def murmured(self, text: str) -> bool:
        """Whether these words only say that the caller listens: "mm hmm"."""
        return self._interpreter.murmured(text)

    def alarming(self, text: str) -> bool:
        """Whether words, perhaps not all of them yet, speak of danger."""
        return self._interpreter.alarming(text)

    def _reply(self, event: Event, farewell_in: str | None = None) -> Reply:
        with self._changing:
            return self._answer(event, farewell_in)

    def _answer(self, event: Event, farewell_in: str | None) -> Reply:
        sentences: list[Sentence] = []
        asked, transfer, hang_up = None, None, False
        waiting: list[Event] = [event]
        while waiting:
            actions = self._handle(waiting.pop(0))
            leaving = any(isinstance(action, TransferTo) for action in actions)
            language = farewell_in if leaving else None  # an answer could only be heard in the call's language
            for action in actions:
                match action:
                    case Say():
                        sentences.append(self._interpreter.say(action.prompt, action.params, language))
                    case Ask():
                        sentences.append(self._interpreter.say(action.prompt, action.params, language))
                        asked = action.situation
                    case TransferTo():
                        transfer = action.target
                    case HangUp():
                        hang_up = True
                    case _:
                        waiting.append(self._perform(action))
        return Reply((*self._interpreter.key_offers(asked), *sentences), asked, transfer, hang_up)

    def _handle(self, event: Event) -> Sequence[Action]:
        self._journal.event(event)
        actions = self.conversation.handle(event)
        self._journal.actions(actions)
        return actions

    def _perform(self, act: Act) -> Event:
        result = self._do(act)
        if isinstance(act, LeaveMessage) and isinstance(result, Committed):
            self.message = (act.to, act.text)
        return result

    def _day_spoken_of(self) -> date | None:
        task = self.memory.task
        return task.days[-1].last if task and task.days else None
