"""What an installer gets wrong is told in one sentence that names file, key and repair, with exit status 2."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.ports import free_port

SAMPLE_CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
Machine = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Writes a right appliance.toml and clinic.toml, with whatever a test wants to be otherwise."""

    def write(*, more: str = "", sip: str = "", clinic: str = "", paths: str = "", sip_port: int = 0, page_port: int = 0) -> Path:
        (tmp_path / "clinic.toml").write_text(SAMPLE_CLINIC.read_text().replace("slot_minutes = 30", clinic or "slot_minutes = 30"))
        config = tmp_path / "appliance.toml"
        config.write_text(f"""\
clinic = "clinic.toml"
profile = "embedded"
{more}
[sip]
registrar = "127.0.0.1"
extension = "300"
registration = false
local_address = "127.0.0.1"
local_port = {sip_port or free_port()}
{sip}
[paths]
data = "data"
run = "run"
{paths}
[status]
port = {page_port or free_port()}
""")
        return config

    return write


def complaint(config: Path, *command: str) -> str:
    """The one sentence (and its repair) of a command that must fail with exit status 2."""
    done = subprocess.run([sys.executable, "-m", *command, "--config", str(config)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith(("{", "20"))]
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return said[0]


def test_a_wrong_key_in_appliance_toml(machine: Machine) -> None:
    said = complaint(machine(sip='pasword = "x"'), "appliance", "run")
    assert "appliance.toml: sip.pasword: there is no such key" in said
    assert "Did you mean password?" in said


def test_a_wrong_key_in_clinic_toml(machine: Machine) -> None:
    said = complaint(machine(clinic="slot_minute = 30"), "appliance", "run")
    assert "clinic.toml: clinic.slot_minute: there is no such key" in said
    assert "Did you mean slot_minutes?" in said


def test_a_wrong_own_phrase(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('refill_prescription = [\n"more of my [water tablets](medicine)"]')
    config = machine(clinic='slot_minutes = 30\nown_phrases = "own.toml"')
    for command in ("config", "validate"), ("agent",):
        said = complaint(config, "appliance", *command)
        assert f"{tmp_path / 'own.toml'}, line 2: refill_prescription, entry 1: there is no slot medicine." in said
        assert "Did you mean medication?" in said


@pytest.mark.parametrize(
    ("settings", "complaint_of_it"),
    [
        ('chat_server = "http://93.184.216.34/v1"', "understanding.chat_server: 93.184.216.34 is outside the building"),
        ('chat_server = "http://10.0.0.9/v1"\nchat_model = "x.gguf"', "understanding: chat_model and chat_server are both given"),
        ("time_limit_seconds = 60", "understanding.time_limit_seconds: Input should be less than or equal to 10"),
        ('chat_modell = "x.gguf"', "understanding.chat_modell: there is no such key. Did you mean chat_model?"),
    ],
)
def test_a_wrong_instruct_model(machine: Machine, settings: str, complaint_of_it: str) -> None:
    said = complaint(machine(paths=f"[understanding]\n{settings}"), "appliance", "config", "validate")
    assert f"appliance.toml: {complaint_of_it}" in said


def test_a_taken_sip_port(machine: Machine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        said = complaint(machine(sip_port=port), "appliance.telephony.line")
    assert "sip.local_port" in said
    assert str(port) in said


def test_a_taken_page_port(machine: Machine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = complaint(machine(page_port=port), "appliance.cli.status")
    assert "status.port" in said
    assert str(port) in said
