"""What one measured call leaves behind: times of packets, what was said, and what the appliance said it heard and answered.

Every time is in seconds of the Unix clock: the kernel's for packets that came, the caller's own for packets it sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from appliance.bench.wire.answers import Answer
from appliance.telephony.caller.g711 import FRAME_SAMPLES, SAMPLE_RATE
from appliance.telephony.caller.rtp import GapStatistics

FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE


class Frame(NamedTuple):
    """20 ms of the agent."""

    at: float
    level: float
    """dBFS."""


@dataclass(frozen=True)
class Line:
    """Words that the appliance says it spoke (agent) or understood (caller)."""

    at: float
    who: str
    words: str


Manner = Literal["answer", "barge_in", "noise"]


@dataclass(frozen=True)
class Said:
    """Something the caller let be heard. Samples are counted from its beginning, which was sent as frame `first_frame`."""

    answer: Answer
    manner: Manner
    first_frame: int
    onset: int
    end: int
    """The sample after the last audible one."""
    pauses: int = 0
    """How many silences were put into it."""


@dataclass
class CallRecord:
    """One call."""

    user: str
    voice: str
    lines: list[Line] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    acknowledged_at: float | None = None
    ended_at: float | None = None
    status: int = 0
    why: str = ""
    packets: GapStatistics | None = None

    def spoken_at(self, said: Said, sample: int) -> float:
        """When this sample left the caller's mouth: a packet leaves when its 20 ms are over."""
        frame, offset = divmod(sample, FRAME_SAMPLES)
        return self.sent_at[said.first_frame + frame] - FRAME_SECONDS + offset / SAMPLE_RATE

    def began(self, said: Said) -> float:
        """When the caller's first audible sample was spoken."""
        return self.spoken_at(said, said.onset)

    def ended(self, said: Said) -> float:
        """When the caller's last audible sample was over."""
        return self.spoken_at(said, said.end - 1) + 1 / SAMPLE_RATE

    def complete(self, said: Said) -> bool:
        """Whether it was sent to its end; a call may end before."""
        return said.first_frame + (said.end - 1) // FRAME_SAMPLES < len(self.sent_at)
