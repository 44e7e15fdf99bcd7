"""What the caller says and when: the scripted calls of the evaluation data, or a plain list of lines.

A call is a JSON object: `opening` (first line; "" says nothing), `answers` (situation -> lines said in that order, the last one
repeats; `default` for every other situation), `events` (`at` a situation, `every_turn` or `after_disclosure`; `type` silence with
`seconds`, barge_in with `after_ms` and `say`, say with `say`, dtmf with `digits`, hangup). A line may also be an object:
{"say": "..."}, {"silence": 6}, {"dtmf": "2#"} or {"hangup": true}. A JSON list is a list of lines, one for each turn of the agent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from appliance.faults import TheirFault
from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.wav import load_wav

GREETING = "greeting"
DEFAULT = "default"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(_Strict):
    """Speak this line."""

    say: str


class Silence(_Strict):
    """Say nothing for so many seconds, unless the agent speaks again before."""

    silence: Annotated[float, Field(gt=0, le=120)]


class Press(_Strict):
    """Press these keys."""

    dtmf: Annotated[str, Field(pattern=r"^[0-9*#A-D]+$")]


class HangUp(_Strict):
    """End the call."""

    hangup: Literal[True] = True


@dataclass(frozen=True)
class Play:
    """Send recorded audio, 8 kHz."""

    samples: Samples


Line = Say | Silence | Press | HangUp
Deed = Line | Play
"""What a caller may do when it is its turn."""


class Event(_Strict):
    """Something out of turn."""

    at: str
    type: Literal["silence", "barge_in", "say", "dtmf", "hangup"]
    seconds: Annotated[float, Field(gt=0, le=120)] = 6.0
    after_ms: Annotated[int, Field(ge=0)] = 0
    say: str = ""
    digits: str = ""

    def deed(self) -> Line:
        """What to do when its time has come."""
        match self.type:
            case "silence":
                return Silence(silence=self.seconds)
            case "dtmf":
                return Press(dtmf=self.digits)
            case "hangup":
                return HangUp()
            case _:
                return Say(say=self.say)


def _kind_of_line(line: object) -> str:
    """Which class a line of a file is, so that a mistake is told of that class alone."""
    kinds = ("silence", "dtmf", "hangup")
    return next((kind for kind in kinds if kind in line), "say") if isinstance(line, dict) else "text"


_AnyLine = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[Say, Tag("say")]
    | Annotated[Silence, Tag("silence")]
    | Annotated[Press, Tag("dtmf")]
    | Annotated[HangUp, Tag("hangup")],
    Discriminator(_kind_of_line),
]


class _Call(BaseModel):
    """One call of the evaluation data; its other keys (expected, now, ...) are not the caller's business."""

    opening: str
    answers: dict[str, tuple[_AnyLine, ...]] = {}
    events: tuple[Event, ...] = ()


_LINES: TypeAdapter[list[str | Line]] = TypeAdapter(list[_AnyLine])


@dataclass
class Script:
    """What one caller does in one call. It remembers what has been said, so each call needs a fresh one (`fresh`)."""

    opening: str = ""
    answers: Mapping[str, Sequence[str | Line]] = field(default_factory=dict)
    events: Sequence[Event] = ()
    lines: Sequence[Deed] | None = None
    """When given: one for each turn of the agent, whatever it says; nothing else counts then."""

    def __post_init__(self) -> None:
        self._left = list(self.events)
        self._opened = not self.opening and GREETING in self.answers
        self._said: dict[str, int] = {}
        self._turns = 0

    @classmethod
    def of_lines(cls, lines: Sequence[str | Deed]) -> Script:
        """A script that says these lines in this order."""
        return cls(lines=[_line(line) for line in lines])

    @classmethod
    def of_wav(cls, path: Path) -> Script:
        """A script that plays a WAV file after the agent's first turn. Raises TheirFault when it cannot be read."""
        return cls(lines=[Play(load_wav(path, SAMPLE_RATE))])

    @classmethod
    def load(cls, path: Path, call_id: str | None = None) -> Script:
        """Read a script file; `call_id` picks one of a file with several. Raises TheirFault naming file and key."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TheirFault(
                f"{path}: the script cannot be read ({error.strerror}).", repair="Correct the path that was given."
            ) from error
        except ValueError as error:
            raise TheirFault(f"{path}: this is not valid JSON: {error}.", repair="Correct that line.") from error
        calls = [entry for entry in data if isinstance(entry, dict) and "opening" in entry] if isinstance(data, list) else []
        if calls:
            chosen = [entry for entry in calls if call_id in (None, entry.get("id"))]
            if len(chosen) != 1:
                ids = ", ".join(str(entry.get("id")) for entry in calls)
                raise TheirFault(
                    f"{path} holds {len(calls)} calls, and not one was picked.", repair=f"Pick one with --call: {ids}."
                )
            data = chosen[0]
        try:
            if isinstance(data, list):
                return cls.of_lines(_LINES.validate_python(data))
            call = _Call.model_validate(data)
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(str(part) for part in problem["loc"])
            repair = "Write a call with opening, answers and events, or a list of lines."
            raise TheirFault(f"{path}: {key or 'the file as a whole'}: {problem['msg']}.", repair=repair) from error
        return cls(call.opening, call.answers, call.events)

    def fresh(self) -> Script:
        """The same script for another call."""
        return Script(self.opening, self.answers, self.events, self.lines)

    def everything_said(self) -> Iterator[str]:
        """Every line, so that a voice can speak them before the call."""
        if self.opening:
            yield self.opening
        lines = [*(line for answers in self.answers.values() for line in answers), *(self.lines or ())]
        yield from (spoken.say for spoken in map(_line, lines) if isinstance(spoken, Say))
        yield from (event.say for event in self.events if event.say)

    def barge_in(self, situation: str | None) -> Event | None:
        """The interruption that is due while the agent speaks; None as `situation` means that it is not known yet."""
        here = {"every_turn", *([situation] if situation else [])}
        return next((event for event in self._left if event.type == "barge_in" and event.at in here), None)

    def use(self, event: Event) -> Deed:
        """Take an interruption: what to do now."""
        if event.at != "every_turn":
            self._left.remove(event)
        self._opened = self._opened or event.say == self.opening
        return event.deed()

    def next(self, situation: str) -> Deed | None:
        """What to do after the agent's turn; None when there is nothing more to say."""
        if self.lines is not None:
            self._turns += 1
            return self.lines[self._turns - 1] if self._turns <= len(self.lines) else None
        here = {situation, "every_turn"} | ({"after_disclosure"} if situation == "anything_else" else set())
        event = next((event for event in self._left if event.at in here), None)
        if event:
            return self.use(event)
        if not self._opened:
            self._opened = True
            return Say(say=self.opening) if self.opening else Silence(silence=120)
        key = situation if self.answers.get(situation) else DEFAULT
        lines = self.answers.get(key) or ["yes"]
        index = self._said.get(situation, 0)
        self._said[situation] = index + 1
        return _line(lines[min(index, len(lines) - 1)])


def _line(line: str | Deed) -> Deed:
    return Say(say=line) if isinstance(line, str) else line
