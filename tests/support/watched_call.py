"""A call that is played against the real reception, desk and records, and watched: after every turn the rules of tests/support/
call_rules.py must hold. What the caller has proven is worked out here from the caller's own words, not taken from the conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from appliance.conversation.actions import Act, Action, Ask, Say
from appliance.conversation.events import CallStarted, Event, HungUp, Pressed, Result, Said, Silence, TransferFailed
from appliance.interpreter import Heard
from appliance.reception import Reply
from appliance.scheduling.calendar import is_open
from appliance.understanding.reader import Reader
from tests.support import call_rules
from tests.support.front_desk import FrontDesk, Kept

CallersDoing = CallStarted | Said | Pressed | Silence | HungUp | TransferFailed

ENDLESS = 100
"""A turn of so many steps is one that never ends."""


@dataclass
class Ledger:
    """Everything the caller has said or typed in this call."""

    words: str = ""
    """All texts and values, lower case."""
    names: set[str] = field(default_factory=set)
    births: set[date] = field(default_factory=set)
    keys: str = ""
    caller_id: str = ""

    def hear(self, said: Said) -> None:
        """Take down an utterance, further requests included."""
        values = [getattr(said, each.name) for each in fields(said)]
        self.words += " " + " ".join(value.casefold() for value in values if isinstance(value, str))
        self.names.update(name.casefold() for name in (said.name, said.own_name) if name)
        if said.date_of_birth:
            self.births.add(said.date_of_birth)
            self.words += f" {said.date_of_birth.isoformat()}"
        for one in said.more:
            self.hear(one)

    def born(self, day: date) -> bool:
        """Whether this birth date was said or typed."""
        return day in self.births or day.strftime("%m%d%Y") in self.keys

    def mentions(self, fragment: str) -> bool:
        """Whether the caller said this."""
        return fragment in self.words or fragment == self.caller_id or fragment in self.keys


@dataclass(frozen=True)
class Turn:
    """One thing the caller did and everything that came of it."""

    caller: CallersDoing
    steps: Sequence[Action | Result]
    """Actions and the results of acts, in order."""
    reply: Reply
    before: Kept
    after: Kept
    asked_before: str | None
    asked_after: str | None
    read_back: Say | Ask | None
    """The last read-back the caller had heard before this turn."""
    open: bool
    """Whether the call was going on before this turn."""

    @property
    def spoken(self) -> list[Say | Ask]:
        return [step for step in self.steps if isinstance(step, Say | Ask)]

    @property
    def acts(self) -> list[Act]:
        return [step for step in self.steps if isinstance(step, Act)]

    @property
    def prompts(self) -> list[str]:
        return [one.prompt or one.situation if isinstance(one, Ask) else one.prompt for one in self.spoken]


class _Watch:
    """The journal that the reception tells everything."""

    def __init__(self) -> None:
        self.steps: list[Action | Result] = []

    def event(self, event: Event) -> None:
        if isinstance(event, Result):
            self.steps.append(event)

    def actions(self, actions: Sequence[Action]) -> None:
        self.steps.extend(actions)
        if len(self.steps) > ENDLESS:
            raise RecursionError(f"a turn does not end: {self.steps[-2:]}")


class WatchedCall:
    """One caller, and somebody beside the line who sees that the rules are kept."""

    def __init__(
        self,
        desk: FrontDesk,
        caller_id: str | None = None,
        readers: Mapping[str, Reader] | None = None,
        evidence: Callable[[Ledger, Said], None] = Ledger.hear,
    ) -> None:
        """`evidence` takes down what an utterance proves; by default every value in it was the caller's own."""
        self.desk = desk
        self.ledger = Ledger(caller_id=caller_id or "")
        self.turns: list[Turn] = []
        self.known = call_rules.facts_on_file(desk.clinic)
        self._evidence = evidence
        self._watch = _Watch()
        self._read_back: Say | Ask | None = None
        self.reception = desk.reception("watched", readers or {}, self._watch)
        started = CallStarted(desk.now, clinic_open=is_open(desk.clinic, desk.now), caller_id=caller_id)
        self._turn(started, lambda: self.reception.start(caller_id))

    @property
    def over(self) -> bool:
        return self.reception.conversation.outcome is not None

    @property
    def asked(self) -> str | None:
        return self.reception.asked

    @property
    def language(self) -> str:
        """The language the last sentence was in."""
        return next((s.language for turn in reversed(self.turns) for s in reversed(turn.reply.said)), "en")

    @property
    def prompt(self) -> str:
        """The question as it was put last."""
        return next((p for turn in reversed(self.turns) for p in reversed(turn.prompts)), "")

    def say(self, said: Said, language: str = "en") -> Turn:
        self._evidence(self.ledger, said)
        return self._turn(said, lambda: self.reception.hear(Heard(said, language)))

    def speak(self, text: str) -> Turn:
        """Words, for a call that has readers."""
        heard = self.reception.understand(text)
        self._evidence(self.ledger, heard.said)
        return self._turn(heard.said, lambda: self.reception.hear(heard))

    def press(self, keys: str) -> Turn:
        for key in keys:
            self.ledger.keys += key
            turn = self._turn(Pressed(key), lambda key=key: self.reception.press(key))  # type: ignore[misc]
        return turn

    def silence(self) -> Turn:
        return self._turn(Silence(), self.reception.silence)

    def transfer_failed(self) -> Turn:
        target = self.reception.conversation.transfer or "front_desk"
        return self._turn(TransferFailed(target), lambda: self.reception.transfer_failed(target))

    def hang_up(self) -> Turn:
        def gone() -> Reply:
            self.reception.hung_up()
            return Reply((), None)

        return self._turn(HungUp(), gone)

    def _turn(self, caller: CallersDoing, do: Callable[[], Reply]) -> Turn:
        self._watch.steps = []
        before, asked, live = self.desk.kept(), self.asked, not self.over
        try:
            reply = do()
        except Exception as error:
            raise call_rules.BrokenRule(f"{error!r} came of {_brief(caller)}\n{self.story()}") from error
        steps = [step for step in self._watch.steps if not isinstance(step, TransferFailed)]
        turn = Turn(caller, steps, reply, before, self.desk.kept(), asked, self.asked, self._read_back, live)
        self.turns.append(turn)
        call_rules.check(self, turn)
        read = [one for one in turn.spoken if one.prompt.startswith("confirm_")]
        self._read_back = read[-1] if read else self._read_back
        return turn

    def story(self) -> str:
        """The call so far, for a failure's message; everybody in it is invented."""
        return "\n".join(
            f"  {_brief(turn.caller)}\n    -> {turn.prompts} {turn.acts or ''} {turn.asked_after}" for turn in self.turns
        )

    @property
    def proven(self) -> set[str]:
        """Ids of the patients whose identity the caller's own words prove, by the rules of the clinic's file."""
        return {
            patient.id
            for patient in self.desk.clinic.patients
            if patient.name.casefold() in self.ledger.names
            and self.ledger.born(patient.date_of_birth)
            and (patient.guardian is None or patient.guardian.casefold() in self.ledger.names)
        }


def _brief(event: CallersDoing) -> str:
    """An event without the values that are as usual."""
    told = {each.name: getattr(event, each.name) for each in fields(event)}
    usual = {each.name: each.default for each in fields(event)}
    return f"{type(event).__name__}({', '.join(f'{name}={v!r}' for name, v in told.items() if v != usual[name])})"
