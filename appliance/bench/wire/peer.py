"""A telephone of known slowness, as a process of its own: `python -m appliance.bench.wire.peer --delay MS --loud-frames N`.

It picks up, greets with a beep, and answers the caller's N-th audible packet with another beep exactly MS later. What the bench
reads back must be that delay. It prints its SIP address on stdout and ends with its standard input.
"""

from __future__ import annotations

import argparse
import select
import sys
import time

import numpy as np

from appliance.bench.wire.levels import AUDIBLE_DBFS, dbfs
from appliance.telephony.caller import sdp
from appliance.telephony.caller.g711 import FRAME_SAMPLES, SAMPLE_RATE, Samples
from appliance.telephony.caller.rtp import RtpStream
from appliance.telephony.caller.sip_message import Request, reply
from appliance.telephony.caller.sip_transaction import Transactions

_HOST = "127.0.0.1"
_FRAME = 0.02
_BEEP_FRAMES = 20
_BEEP_HERTZ = 437.0


class Peer:
    """One call at a time; the packet clock restarts with each beep, so that a delay need not be a multiple of 20 ms."""

    def __init__(self, delay_seconds: float, loud_frames: int) -> None:
        self._sip = Transactions(_HOST)
        self._delay, self._awaited = delay_seconds, loud_frames
        self._rtp: RtpStream | None = None
        self._heard = 0
        self._beep_at: float | None = None
        self._tick = 0.0

    @property
    def address(self) -> str:
        """What a caller dials."""
        return f"sip:peer@{_HOST}:{self._sip.port}"

    def run(self) -> None:
        """Until standard input is closed."""
        while True:
            due = min(self._tick, self._beep_at or self._tick) if self._rtp else time.monotonic() + 0.05
            sources = [self._sip.fileno(), sys.stdin.fileno(), *([self._rtp.fileno()] if self._rtp else [])]
            ready = select.select(sources, [], [], max(0.0, due - time.monotonic()))[0]
            if sys.stdin.fileno() in ready:
                return
            for arrival in self._sip.poll(time.monotonic()):
                if isinstance(arrival, tuple) and isinstance(arrival[0], Request):
                    self._on_request(arrival[0], arrival[1])
            if self._rtp:
                self._converse(self._rtp)

    def _converse(self, rtp: RtpStream) -> None:
        for heard in rtp.receive():
            if dbfs(heard.samples) > AUDIBLE_DBFS:
                self._heard += 1
                if self._heard == self._awaited:
                    waited = time.time() - heard.arrived
                    self._beep_at = time.monotonic() - waited + self._delay
        now = time.monotonic()
        if self._beep_at is not None and now >= self._beep_at:
            rtp.say(_beep())
            self._tick, self._beep_at, self._heard = self._beep_at, None, 0
        while now >= self._tick:
            rtp.tick()
            self._tick += _FRAME

    def _on_request(self, request: Request, sender: tuple[str, int]) -> None:
        extra: tuple[tuple[str, str], ...] = (("contact", f"<{self.address}>"),)
        body = b""
        if request.method == "INVITE":
            self._hang_up()
            theirs = sdp.parse(request.body)
            self._rtp = RtpStream(_HOST)
            self._rtp.connect(theirs)
            self._rtp.say(_beep())
            self._tick, self._heard, self._beep_at = time.monotonic(), 0, None
            body = sdp.answer(_HOST, self._rtp.port, theirs, version=1)
            extra = (*extra, ("content-type", "application/sdp"))
        elif request.method == "BYE":
            self._hang_up()
        elif request.method == "ACK":
            return
        self._sip.respond(request, reply(request, 200, "OK", tag="peer", extra=extra, body=body), sender)

    def _hang_up(self) -> None:
        if self._rtp:
            self._rtp.close()
        self._rtp = None


def _beep() -> Samples:
    """Loud from its first sample on."""
    count = _BEEP_FRAMES * FRAME_SAMPLES
    tone: Samples = (9_000 * np.cos(2 * np.pi * _BEEP_HERTZ * np.arange(count) / SAMPLE_RATE)).astype(np.int16)
    return tone


def main() -> None:
    """Serve until the parent lets go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, required=True, metavar="MS")
    parser.add_argument("--loud-frames", type=int, required=True, metavar="N")
    arguments = parser.parse_args()
    peer = Peer(arguments.delay / 1000, arguments.loud_frames)
    sys.stdout.write(f"{peer.address}\n")
    sys.stdout.flush()
    peer.run()


if __name__ == "__main__":
    main()
