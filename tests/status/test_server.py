from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.plant import Plant

PORT = 23020


def start(settings: Path, *command: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", *command, "--config", str(settings)]
    return subprocess.Popen(program, stderr=subprocess.PIPE, text=True)


def fetch(address: str) -> str:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{address}", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("command", [("appliance.status.server",), ("appliance.cli.status",)])
def test_the_process_serves_until_sigterm_and_ends_with_0(tmp_path: Path, command: tuple[str, ...]) -> None:
    process = start(Plant(tmp_path, port=PORT).settings, *command)
    try:
        assert '"live":true' in fetch("/live")
        assert "Cedar Hill Family Clinic" in fetch("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0


@pytest.mark.parametrize("command", [("appliance", "status"), ("appliance.cli.status",)])
def test_the_verb_status_serves_the_cheap_checks(tmp_path: Path, command: tuple[str, ...]) -> None:
    process = start(Plant(tmp_path, port=PORT).settings, *command)
    try:
        health = fetch("/health")
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert '"name":"registration"' in health
    assert '"name":"test_call"' not in health


@pytest.mark.parametrize("command", [("appliance.status.server",), ("appliance.cli.status",)])
def test_a_taken_port_is_one_sentence_with_key_and_repair(tmp_path: Path, command: tuple[str, ...]) -> None:
    plant = Plant(tmp_path, port=PORT)
    with socket.create_server(("127.0.0.1", PORT)):
        process = start(plant.settings, *command)
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 2
    assert complaint.splitlines()[-1] == (
        f"appliance.toml: status.port: port {PORT} on 127.0.0.1 is taken by another program."
        " Give status.port a free port, or stop that program."
    )
    assert "Traceback" not in complaint


def test_an_address_of_another_machine_names_status_host(tmp_path: Path) -> None:
    plant = Plant(tmp_path, port=PORT)
    plant.settings.write_text(plant.settings.read_text().replace("[status]\n", '[status]\nhost = "192.0.2.77"\n'))
    process = start(plant.settings, "appliance.status.server")
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "status.host: 192.0.2.77 is not an address of this machine." in complaint
