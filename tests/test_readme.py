"""Every command of the README is run, against an appliance of the test's own where it needs one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.__main__ import parser
from tests.support.appliance_process import ApplianceProcess

PROJECT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (PROJECT / "README.md").read_text(), re.M | re.S)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line]
RUN_HERE = [line for line in COMMANDS if not line.startswith("scripts/") and " run " not in line]
MAY_WARN = {0, 1}
"""`check` answers 1 for a warning, such as a clinic that cannot be registered anywhere in a test."""


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApplianceProcess]:
    with ApplianceProcess(tmp_path_factory.mktemp("readme")) as running:
        yield running


@pytest.mark.parametrize("command", RUN_HERE)
def test_the_command_works(command: str, appliance: ApplianceProcess) -> None:
    command = command.replace("scripts/sample/appliance.toml", str(appliance.config))
    command = command.replace("sip:300@127.0.0.1:5070", appliance.address).replace(
        ".venv/bin/appliance", f"{sys.executable} -m appliance"
    )
    done = subprocess.run(["bash", "-c", command], cwd=PROJECT, input="", capture_output=True, text=True, timeout=240)
    assert done.returncode in (MAY_WARN if " check " in command else {0}), done.stderr + done.stdout
    assert done.stdout + done.stderr


def test_the_two_commands_of_the_first_screen_are_there_and_executable() -> None:
    scripts = [line.split()[0] for line in COMMANDS if line.startswith("scripts/")]
    assert scripts == ["scripts/quickstart", "scripts/test"]
    for script in scripts:
        assert (PROJECT / script).stat().st_mode & 0o111


def test_the_quickstart_ends_with_an_appointment_in_the_database() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "quickstart", "--once"], cwd=PROJECT, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Read back from the database" in done.stdout
    assert "Status page: http://127.0.0.1:" in done.stdout


@pytest.mark.parametrize("line", [line for line in COMMANDS if "appliance " in line and "|" not in line])
def test_every_appliance_command_is_one_the_command_line_knows(line: str) -> None:
    arguments = line.split("appliance ", 1)[1].split()
    assert callable(parser().parse_args(arguments).func)
