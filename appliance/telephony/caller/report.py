"""What a placed call tells: events while it lasts, a report when it is over."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.caller.rtp import GapStatistics

Kind = Literal[
    "ringing", "answered", "refused", "agent_started", "agent_stopped", "heard", "caller_started", "caller_stopped", "pressed",
    "held", "resumed", "transferred", "ended",
]  # fmt: skip


@dataclass(frozen=True)
class CallerEvent:
    """Something that happened at `at` seconds after the call was placed.

    `agent_started` and `agent_stopped` are the moments the sound began and ended on the wire (kernel time of the packet), not when
    it was noticed. `heard` is one turn of the agent: `text` as recognised, `situation` of the nearest prompt, `score` 0 to 1.
    `caller_started` carries the words said, `pressed` the keys, `transferred` the target, `ended` and `refused` why.
    """

    kind: Kind
    at: float
    text: str = ""
    situation: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class CallReport:
    """One call, from the caller's side. `status` is the final SIP status; `duration` counts seconds since the answer."""

    to: str
    answered: bool
    status: int
    reason: str
    duration: float
    ended_by: Literal["agent", "caller"] | None
    why: str
    transferred_to: str | None
    codec: str | None
    events: tuple[CallerEvent, ...]
    gaps: GapStatistics
    agent_audio: Samples
    """Everything the agent's side sent, 8 kHz, in its own time."""

    @property
    def response_times(self) -> tuple[float, ...]:
        """Seconds from the end of each thing the caller said to the beginning of the agent's next words."""
        waits, stopped = list[float](), None
        for event in sorted(self.events, key=lambda event: event.at):
            if event.kind == "caller_stopped":
                stopped = event.at
            elif event.kind == "agent_started" and stopped is not None:
                waits.append(round(event.at - stopped, 3))
                stopped = None
        return tuple(waits)

    def as_json(self) -> dict[str, Any]:
        """The report without the audio, ready for json.dumps."""
        fields = {name: value for name, value in vars(self).items() if name not in ("agent_audio", "events", "gaps")}
        events = [{key: value for key, value in asdict(event).items() if value not in (None, "")} for event in self.events]
        seconds = round(len(self.agent_audio) / SAMPLE_RATE, 2)
        return fields | {
            "agent_audio_s": seconds,
            "gaps": asdict(self.gaps),
            "response_times": self.response_times,
            "events": events,
        }
