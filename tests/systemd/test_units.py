"""The units are what systemd understands, as locked up as promised, and start what they say; systemd need not run here."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from appliance.cli.options import DEFAULT_CONFIG
from tests.support.line_process import LineProcess
from tests.support.waiting import wait_for

PROJECT = Path(__file__).parents[2]
UNITS = PROJECT / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
PROGRAMS = "/opt/clinic-voice-appliance/current/venv/bin"
EXPOSURE = {"appliance-agent.service": 0.5, "appliance-line@.service": 1.2, "appliance-status.service": 1.0}
"""The most that `systemd-analyze security` may say; 1.2 for what is not named here."""
LOADED = {"appliance-line@.service": "appliance-line@1.service"}


class _Settings(configparser.RawConfigParser):
    """A unit file, for tests that look at one setting; of a repeated key the last counts."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
        self.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
        self.read_string(path.read_text())


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units in a folder of their own, starting this environment's programs instead of installed ones."""
    shutil.copytree(UNITS, tmp_path / "units")
    for path in (tmp_path / "units").glob("*.service"):
        path.write_text(path.read_text().replace(PROGRAMS, str(Path(sys.executable).parent)))
    return tmp_path / "units"


def analyze(units: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """systemd-analyze, finding our units before those of the machine."""
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "SYSTEMD_COLORS": "0"}
    return subprocess.run(["systemd-analyze", *words], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", [*SERVICES, "appliance-check.timer", "appliance.target"])
def test_systemd_finds_no_fault_in_a_unit(name: str, units: Path) -> None:
    done = analyze(units, "verify", "--recursive-errors=yes", LOADED.get(name, name))
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_does_find_a_misspelt_key(units: Path) -> None:
    path = units / "appliance-agent.service"
    path.write_text(path.read_text().replace("WatchdogSec", "WatchdgSec"))
    assert analyze(units, "verify", "--recursive-errors=yes", path.name).returncode != 0


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_more_exposed_than_promised(name: str, units: Path) -> None:
    threshold = str(round(10 * EXPOSURE.get(name, 1.2)))
    done = analyze(units, "security", "--offline=true", f"--threshold={threshold}", str(units / name))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_without_the_common_hardening_every_service_would_be_exposed(name: str, units: Path) -> None:
    """The promise hangs on the drop-in that systemd reads by the units' prefix."""
    shutil.rmtree(units / "appliance-.service.d")
    assert analyze(units, "security", "--offline=true", "--threshold=12", str(units / name)).returncode != 0


def test_the_agent_has_no_network_at_all() -> None:
    service = _Settings(UNITS / "appliance-agent.service")["Service"]
    assert service["PrivateNetwork"] == "yes"
    assert service["RestrictAddressFamilies"] == "AF_UNIX"


def test_a_late_frame_is_worse_than_a_late_answer() -> None:
    """The line goes before the agent on the processor, and is killed after it when memory runs out."""
    line, agent = (_Settings(UNITS / f"appliance-{name}.service")["Service"] for name in ("line@", "agent"))
    assert int(line["CPUWeight"]) > int(agent["CPUWeight"])
    assert int(line["Nice"]) < int(agent["Nice"])
    assert int(line["OOMScoreAdjust"]) < int(agent["OOMScoreAdjust"])


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "appliance-check.service"])
def test_what_must_always_run_is_watched_and_started_again(name: str) -> None:
    unit = _Settings(UNITS / name)
    assert (unit["Service"]["Type"], unit["Service"]["Restart"]) == ("notify", "always")
    assert unit["Service"].get("WatchdogSec") or name == "appliance-status.service"  # gunicorn watches its own worker
    assert unit["Unit"]["StartLimitBurst"]


def test_the_target_brings_up_the_three_processes_and_the_hourly_check() -> None:
    wanted = set(_Settings(UNITS / "appliance.target")["Unit"]["Wants"].split())
    assert wanted == {"appliance-agent.service", "appliance-line@1.service", "appliance-status.service", "appliance-check.timer"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_a_command_that_there_is(name: str) -> None:
    """With the settings at their default place, which is where the installer puts them."""
    command = shlex.split(_Settings(UNITS / name)["Service"]["ExecStart"].replace("%i", "1"))
    program = Path(sys.executable).parent / Path(command[0]).relative_to(PROGRAMS)
    done = subprocess.run([program, *command[1:], "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--config" in done.stdout
    condition = _Settings(UNITS / "appliance-.service.d" / "hardening.conf")["Unit"]["ConditionPathExists"]
    assert condition == str(DEFAULT_CONFIG)


def test_the_lines_command_really_becomes_a_line(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    started = _start("appliance-line@.service", line.config)
    try:
        wait_for(lambda: line.report().get("pid") == started.pid, "the line's report", 15)
    finally:
        started.terminate()
        assert started.wait(10) == 0


def test_the_status_pages_command_really_serves(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line.config.write_text(f"{line.config.read_text()}[status]\nport = {port}\n")
    started = _start("appliance-status.service", line.config)
    try:
        wait_for(lambda: _answers(port), "the status page", 20)
    finally:
        started.terminate()
        assert started.wait(10) == 0


def test_the_checks_command_really_examines(tmp_path: Path) -> None:
    """Nothing runs here, so it must say so and fail."""
    started = _start("appliance-check.service", LineProcess(tmp_path).config)
    output, _ = started.communicate(timeout=60)
    assert started.returncode == 2
    assert json.loads(output)["state"] == "broken"


def _start(name: str, config: Path) -> subprocess.Popen[str]:
    """The command of a unit, in the environment that the unit gives and nothing else of ours."""
    command = shlex.split(_Settings(UNITS / name)["Service"]["ExecStart"].replace("%i", "1"))
    command[0] = str(Path(sys.executable).parent / Path(command[0]).relative_to(PROGRAMS))
    given = _Settings(UNITS / "appliance-.service.d" / "hardening.conf")["Service"]["Environment"]
    environment = dict(word.split("=", 1) for word in shlex.split(given))
    environment |= {"APPLIANCE_CONFIG": str(config), "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(config.parent)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=2):
            return True
    except OSError:
        return False


def test_the_user_and_the_folders_are_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for command in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):
        name = {"systemd-sysusers": "sysusers", "systemd-tmpfiles": "tmpfiles"}[command[0]]
        done = subprocess.run(
            [*command, f"--root={tmp_path}", UNITS / f"appliance.{name}.conf"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "clinic-voice:" in (tmp_path / "etc" / "passwd").read_text()
    assert (tmp_path / "var" / "lib" / "appliance").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "etc" / "clinic-voice-appliance").stat().st_mode & 0o777 == 0o750
