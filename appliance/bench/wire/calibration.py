"""Is the measuring right? A peer of known delay must read back as that delay, with and without packets held back on the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import numpy as np

from appliance.bench.wire.answers import Answer
from appliance.bench.wire.levels import AUDIBLE_DBFS, speech_bounds
from appliance.bench.wire.phone import Phone
from appliance.bench.wire.prompts import Prompts
from appliance.bench.wire.record import CallRecord
from appliance.bench.wire.speech import Speech
from appliance.bench.wire.turns import turns_of
from appliance.faults import OurFault
from appliance.telephony.caller.g711 import FRAME_SAMPLES, Samples

DELAYS_MS = (0.0, 100.0, 250.0)
HELD_MS = 100.0
LOUD_FRAMES = 12
_QUIET = 0.6
_ANSWER = Answer("other", ("",))


@dataclass(frozen=True)
class Reading:
    """What was put in and what was read back (the median), in ms; `error_p95_ms` is what 95 % of the readings are off at most."""

    delay_ms: float
    held_ms: float
    read_ms: float
    error_p95_ms: float

    @property
    def name(self) -> str:
        """For a table."""
        return f"{self.delay_ms:g} ms" + (f" and {self.held_ms:g} ms on the way" if self.held_ms else "")

    @property
    def error_ms(self) -> float:
        """Read back less put in."""
        return self.read_ms - self.delay_ms - self.held_ms


def calibrate(turns: int = 20) -> list[Reading]:
    """Each known delay, and one of them with packets held back."""
    readings = [read(delay, 0.0, turns) for delay in DELAYS_MS]
    return [*readings, read(DELAYS_MS[1], HELD_MS, turns)]


def read(delay_ms: float, held_ms: float, turns: int) -> Reading:
    """Speak so many times to a peer of this delay, over a way that holds its packets back, and measure as for an appliance."""
    with peer(delay_ms) as address:
        record = Phone(address, CallRecord("calibration", ""), hold_seconds=held_ms / 1000).call(_Beeper(turns))
    gaps = [1000 * turn.first for turn in turns_of(record, Prompts({})) if turn.first is not None]
    if not gaps:
        raise OurFault("The calibration heard no answer of its own peer.", repair="Try again on a machine that is less busy.")
    errors = [abs(gap - delay_ms - held_ms) for gap in gaps]
    return Reading(delay_ms, held_ms, median(gaps), float(np.percentile(errors, 95)))


@contextmanager
def peer(delay_ms: float) -> Iterator[str]:
    """A peer process; its SIP address."""
    command = [sys.executable, "-m", "appliance.bench.wire.peer", "--delay", str(delay_ms), "--loud-frames", str(LOUD_FRAMES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both were asked for")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait()


class _Beeper:
    """Says a sound of LOUD_FRAMES frames whenever the peer has been quiet for a while."""

    def __init__(self, turns: int) -> None:
        self._left = turns
        self._seen = 0
        self._quiet_since = 0.0
        self._heard = False

    def step(self, phone: Phone, now: float) -> None:
        frames = phone.record.frames
        for frame in frames[self._seen :]:
            if frame.level > AUDIBLE_DBFS:
                self._quiet_since, self._heard = frame.at, True
        self._seen = len(frames)
        if phone.speaking or not self._heard or now - self._quiet_since < _QUIET:
            return
        if not self._left:
            phone.hang_up("measured")
            return
        self._left -= 1
        self._heard = False
        sound = _sound()
        phone.say(Speech(sound, *speech_bounds(sound)), _ANSWER)


def _sound() -> Samples:
    """Noise that ends within its last frame's last block, so that the true end is known to the sample."""
    chance = np.random.default_rng(1)
    sound: Samples = chance.integers(-8_000, 8_000, LOUD_FRAMES * FRAME_SAMPLES).astype(np.int16)
    return sound
