"""The far side's audio in its own time: packets late on the network still lie where their sender meant them to be."""

from __future__ import annotations

import numpy as np

from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.caller.rtp import Heard

_NEW_CLOCK = 1.0
"""Seconds between RTP time and arrival after which the sender must have begun a new RTP clock (after hold or transfer)."""


class Recording:
    """Collects packets; `samples` lays them out from the first one on."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, Samples]] = []
        self._began: float | None = None
        self._zero = 0

    def add(self, heard: Heard) -> None:
        """One packet."""
        if self._began is None:
            self._began, self._zero = heard.arrived, heard.timestamp
        due = int((heard.arrived - self._began) * SAMPLE_RATE)
        place = (heard.timestamp - self._zero + 2**31) % 2**32 - 2**31
        if abs(place - due) > _NEW_CLOCK * SAMPLE_RATE:
            self._zero, place = heard.timestamp - due, due
        if place >= 0:
            self._pieces.append((place, heard.samples))

    def samples(self) -> Samples:
        """8 kHz mono; silence where nothing came."""
        laid = np.zeros(max((place + len(piece) for place, piece in self._pieces), default=0), np.int16)
        for place, piece in self._pieces:
            laid[place : place + len(piece)] = piece
        return laid
