"""The measuring is measured: peers of known delay over real SIP and RTP, and packets held back on the way."""

from __future__ import annotations

import pytest

from appliance.bench.wire.calibration import read

TOLERANCE_MS = 5.0
TURNS = 7


@pytest.mark.parametrize("delay", [0.0, 100.0, 250.0])
def test_a_peer_of_known_delay_reads_back_as_that_delay(delay: float) -> None:
    """The median, since a busy machine may delay single packets; a bias is what this looks for."""
    assert abs(read(delay, 0.0, TURNS).error_ms) < TOLERANCE_MS


def test_packets_held_back_for_100_ms_show_as_100_ms_more() -> None:
    plain, held = read(100.0, 0.0, TURNS), read(100.0, 100.0, TURNS)
    assert held.read_ms - plain.read_ms == pytest.approx(100, abs=2 * TOLERANCE_MS)
