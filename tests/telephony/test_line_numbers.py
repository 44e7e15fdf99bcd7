"""Several lines of one machine do not get into each other's way."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config import Machine, Sip
from appliance.faults import TheirFault
from appliance.telephony.numbered import numbered
from tests.support.line_process import LineProcess
from tests.support.waiting import wait_for


def machine(tmp_path: Path, **sip: object) -> Machine:
    """A machine behind a SIP proxy, as several lines are."""
    settings = {"registrar": "127.0.0.1", "extension": "100", "registration": False} | sip
    return Machine(clinic=tmp_path / "clinic.toml", sip=Sip.model_validate(settings))


def test_the_first_line_is_what_the_file_says(tmp_path: Path) -> None:
    whole = machine(tmp_path, registration=True)
    assert numbered(whole, 1) is whole


def test_every_line_has_ports_and_a_report_of_its_own_and_the_same_agent(tmp_path: Path) -> None:
    whole = machine(tmp_path)
    lines = [numbered(whole, number) for number in range(1, 5)]
    assert len({line.sip.local_port for line in lines}) == 4
    assert len({line.line_report_path for line in lines}) == 4
    assert {line.link_path for line in lines} == {whole.link_path}
    ranges = [line.sip.rtp_ports for line in lines]
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ranges))


@pytest.mark.parametrize(
    ("number", "sip", "named"),
    [
        (0, {}, "no line 0"),
        (2, {"registration": True}, "sip.registration"),
        (9, {"rtp_ports": (50_000, 53_999)}, "sip.rtp_ports"),
        (3, {"local_port": 65_533}, "sip.local_port"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_one_sentence(tmp_path: Path, number: int, sip: dict[str, object], named: str) -> None:
    with pytest.raises(TheirFault, match=named):
        numbered(machine(tmp_path, **sip), number)


def test_the_verb_becomes_the_line_in_the_same_process(tmp_path: Path) -> None:
    """systemd watches the process it started."""
    line = LineProcess(tmp_path)
    started = subprocess.Popen([sys.executable, "-m", "appliance", "line", "--config", str(line.config)])
    try:
        wait_for(lambda: line.report().get("pid") == started.pid, "the line's report", 15)
    finally:
        started.terminate()
        assert started.wait(10) == 0
