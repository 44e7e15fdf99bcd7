"""The permanent media ports: where a call's audio enters and leaves the telephone library, 16 kHz mono in 20 ms frames.

Ports are made once and lent to calls, because a port destroyed while the media clock runs crashes the process. The clock thread
calls every port every 20 ms, lent or not, so each callback only copies and returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from appliance.telephony.frame_copy import choose_copy
from appliance.telephony.link import FRAME_BYTES, SAMPLE_RATE
from appliance.telephony.play_queue import PlayQueue

_SILENCE = bytes(FRAME_BYTES)


class CallAudio:
    """One call's audio while it borrows a port. `hear` gets each frame of the caller; it is called on the media clock."""

    def __init__(self, play: PlayQueue, hear: Callable[[bytes], None]) -> None:
        self.play = play
        self.hear = hear
        self.flowing = False
        """False until media is up and while on hold: nothing is played, so nothing queued is lost, and nothing is heard."""


class MediaPort(pj.AudioMediaPort):  # type: ignore[misc]  # the library has no types
    """One permanent port. `epoch` counts its borrowers."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.epoch = 0
        self.audio: CallAudio | None = None
        self.failures = 0
        self._read, self._write = choose_copy()
        shape = pj.MediaFormatAudio()
        shape.init(pj.PJMEDIA_FORMAT_PCM, SAMPLE_RATE, 1, 20_000, 16)
        self.createPort(name, shape)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """The bridge wants 20 ms for the caller; silence is sent as real packets, so that a PBX sees a live call."""
        try:
            audio = self.audio
            if audio is None or frame.size < FRAME_BYTES:  # a longer frame than asked for would overrun the library's buffer
                frame.type = pj.PJMEDIA_FRAME_TYPE_NONE
                return
            self._write(frame, (audio.play.take() if audio.flowing else None) or _SILENCE)
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
            frame.size = FRAME_BYTES
        except Exception:  # noqa: BLE001  # an exception that leaves a callback corrupts the library
            self.failures += 1

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """The bridge hands over 20 ms from the caller."""
        try:
            audio = self.audio
            if audio is None or not audio.flowing:
                return
            heard = self._read(frame.buf)
            if len(heard) == FRAME_BYTES:
                audio.hear(heard)
        except Exception:  # noqa: BLE001
            self.failures += 1


class PortPool:
    """All ports of the process; used by the owner thread only."""

    def __init__(self, size: int) -> None:
        self._ports = [MediaPort(f"slot{number}") for number in range(size)]
        self._free = list(self._ports)

    def borrow(self) -> MediaPort | None:
        """A free port, or None when all are lent."""
        if not self._free:
            return None
        port = self._free.pop(0)
        port.epoch += 1
        return port

    def give_back(self, port: MediaPort) -> None:
        """The call is over; the port falls silent at once."""
        port.audio = None
        self._free.append(port)
