"""Who has the floor: the table of turn-taking, total over its states and events.

What happens in a call is one of `Happening`, what the call then does is one of `Do`; nothing else decides when the agent talks,
listens, stops or leaves. `python -m appliance.conversation.turn_taking` prints the diagram that stands in the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Floor(StrEnum):
    """The states of a call, by who talks."""

    RINGING = "ringing"
    THINKING = "thinking"  # the caller is done, the answer is being found
    SPEAKING = "speaking"  # the agent talks and may be interrupted
    LISTENING = "listening"  # nobody talks, the caller may
    HEARING = "hearing"  # the caller talks
    HELD = "held"  # the PBX has put us on hold
    PARTING = "parting"  # last words, said to their end
    LEAVING = "leaving"  # hang-up or transfer has been asked for
    ENDED = "ended"


class Happening(StrEnum):
    """What can happen to a call."""

    OFFERED = "offered"
    REPLY = "reply"  # there is something to say, and then it is the caller's turn
    LAST_REPLY = "last reply"  # there is something to say, and then the call leaves
    NO_REPLY = "no reply"
    PLAYED = "played"  # the reply has been heard to its end
    VOICE = "voice"  # the caller has begun to talk
    NOISE = "noise"  # it was no speech
    MURMUR = "murmur"  # the agent stopped for a noise, or for an "mm-hm"
    UTTERANCE = "utterance"  # the caller is done
    KEY = "key"
    QUIET = "quiet"  # nobody has talked for too long
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER_FAILED = "transfer failed"
    HANG_UP = "hang-up"  # the caller, the PBX or the line is gone


class Do(StrEnum):
    """What the call does about it."""

    NOTHING = ""
    GREET = "greet"
    SPEAK = "speak"
    STOP = "stop talking"
    LISTEN = "listen"
    ANSWER = "answer"
    STOP_AND_ANSWER = "stop talking and answer"
    NUDGE = "ask whether anybody is there"
    REPEAT = "say it again"
    GO_ON = "go on"
    LEAVE = "transfer or hang up"
    STAY = "say that nobody took the call"
    END = "end"


@dataclass(frozen=True)
class Move:
    """The next state, and what is done on the way."""

    to: Floor
    do: Do = Do.NOTHING


F, H = Floor, Happening
_MOVES: Mapping[tuple[Floor, Happening], Move] = {
    (F.RINGING, H.OFFERED): Move(F.THINKING, Do.GREET),
    (F.THINKING, H.REPLY): Move(F.SPEAKING, Do.SPEAK),
    (F.THINKING, H.LAST_REPLY): Move(F.PARTING, Do.SPEAK),
    (F.THINKING, H.NO_REPLY): Move(F.LISTENING, Do.LISTEN),
    (F.SPEAKING, H.PLAYED): Move(F.LISTENING, Do.LISTEN),
    (F.SPEAKING, H.VOICE): Move(F.HEARING, Do.STOP),
    (F.SPEAKING, H.KEY): Move(F.THINKING, Do.STOP_AND_ANSWER),
    (F.SPEAKING, H.HOLD): Move(F.HELD, Do.STOP),
    (F.LISTENING, H.VOICE): Move(F.HEARING),
    (F.LISTENING, H.KEY): Move(F.THINKING, Do.ANSWER),
    (F.LISTENING, H.QUIET): Move(F.THINKING, Do.NUDGE),
    (F.LISTENING, H.HOLD): Move(F.HELD),
    (F.HEARING, H.NOISE): Move(F.LISTENING),
    (F.HEARING, H.MURMUR): Move(F.SPEAKING, Do.GO_ON),
    (F.HEARING, H.UTTERANCE): Move(F.THINKING, Do.ANSWER),
    (F.HEARING, H.KEY): Move(F.THINKING, Do.ANSWER),
    (F.HEARING, H.HOLD): Move(F.HELD),
    (F.HELD, H.RESUME): Move(F.SPEAKING, Do.REPEAT),
    (F.PARTING, H.PLAYED): Move(F.LEAVING, Do.LEAVE),
    (F.LEAVING, H.TRANSFER_FAILED): Move(F.THINKING, Do.STAY),
}
"""What changes something. Everything else leaves the call as it is, but for a hang-up, which ends it from anywhere."""


def move(floor: Floor, happening: Happening) -> Move:
    """The move for any state and anything that can happen in it."""
    if happening is H.HANG_UP:
        return Move(F.ENDED, Do.NOTHING if floor is F.ENDED else Do.END)
    return _MOVES.get((floor, happening), Move(floor))


def diagram() -> str:
    """The table as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html)."""
    lines = ["stateDiagram-v2", f"    [*] --> {F.RINGING}"]
    for (floor, happening), made in _MOVES.items():
        lines.append(f"    {floor} --> {made.to}: {happening}{f' / {made.do}' if made.do else ''}")
    live = ", ".join(floor for floor in F if floor is not F.ENDED)
    return "\n".join([*lines, f"    note right of {F.ENDED}: hang-up ends the call from {live}", f"    {F.ENDED} --> [*]"])


if __name__ == "__main__":
    print(diagram())  # noqa: T201  # the diagram is the output
