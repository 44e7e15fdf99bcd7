"""One conversation with everything it needs: the pure core, the desk that does its acts, and the words.

event ──> Conversation.handle ──> actions ──> Desk.perform ──> result ──┐
                 ^──────────────────────────────────────────────────────┘   until it is the caller's turn ──> Reply
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from appliance.config import Clinic
from appliance.conversation.actions import Act, Ask, HangUp, LeaveMessage, Say, TransferTo
from appliance.conversation.dialogue import Conversation, Plan
from appliance.conversation.events import CallStarted, Committed, Event, HungUp, Pressed, Said, Silence, TransferFailed
from appliance.conversation.facts import Memory
from appliance.languages import Wording
from appliance.scheduling.calendar import is_open
from appliance.scheduling.desk import Desk
from appliance.understanding.reader import Reader


@dataclass(frozen=True)
class Reply:
    """The agent's turn: what to say, what was asked, and how the call goes on."""

    said: tuple[str, ...]
    """Sentences in order."""
    asked: str | None
    transfer: str | None = None
    hang_up: bool = False

    @property
    def text(self) -> str:
        """All sentences."""
        return " ".join(self.said)


class Reception:
    """One caller's conversation over text; a telephone call speaks and hears around it."""

    def __init__(
        self,
        clinic: Clinic,
        plans: Mapping[str, Plan],
        reader: Reader,
        desk: Desk,
        wording: Wording,
        clock: Callable[[], datetime],
    ) -> None:
        self.conversation = Conversation(clinic, plans)
        self.turns = 0
        self.message: tuple[str, str] | None = None
        """(to, text) of the last message kept."""
        self._clinic = clinic
        self._reader = reader
        self._desk = desk
        self._wording = wording
        self._clock = clock

    @property
    def memory(self) -> Memory:
        """What the conversation knows."""
        return self.conversation.memory

    @property
    def asked(self) -> str | None:
        """The situation the next utterance answers."""
        return self.conversation.asked

    def start(self, caller_id: str | None) -> Reply:
        """The call was answered."""
        now = self._clock()
        return self._reply(CallStarted(now, is_open(self._clinic, now), caller_id))

    def understand(self, text: str) -> Said:
        """What `text` would mean here and now; nothing changes."""
        return self._reader.read(text, self.asked, self._clock(), self._day_spoken_of())

    def hear(self, said: Said) -> Reply:
        """The caller said something."""
        self.turns += 1
        return self._reply(said)

    def silence(self) -> Reply:
        """The caller said nothing for too long."""
        return self._reply(Silence())

    def press(self, digit: str) -> Reply:
        """The caller pressed a key."""
        self.turns += 1
        return self._reply(Pressed(digit))

    def transfer_failed(self, target: str) -> Reply:
        """Nobody took the call."""
        return self._reply(TransferFailed(target))

    def hung_up(self) -> None:
        """The caller is gone."""
        self._reply(HungUp())

    def complete(self, partial: str) -> bool:
        """Whether the words so far hold what was asked for."""
        return self._reader.complete(partial, self.asked, self._clock())

    def _reply(self, event: Event) -> Reply:
        sentences: list[str] = []
        asked, transfer, hang_up = None, None, False
        waiting: list[Event] = [event]
        while waiting:
            for action in self.conversation.handle(waiting.pop(0)):
                match action:
                    case Say():
                        sentences.append(self._wording.say(action.prompt, action.params))
                    case Ask():
                        sentences.append(self._wording.say(action.prompt, action.params))
                        asked = action.situation
                    case TransferTo():
                        transfer = action.target
                    case HangUp():
                        hang_up = True
                    case _:
                        waiting.append(self._perform(action))
        return Reply(tuple(sentences), asked, transfer, hang_up)

    def _perform(self, act: Act) -> Event:
        result = self._desk.perform(act)
        if isinstance(act, LeaveMessage) and isinstance(result, Committed):
            self.message = (act.to, act.text)
        return result

    def _day_spoken_of(self) -> date | None:
        task = self.memory.task
        return task.days[-1].last if task and task.days else None
