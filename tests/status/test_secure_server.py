"""The page as its own process with a certificate, and the command that adds its users."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.status.server import THREADS
from tests.plant import Plant
from tests.support.tls_authority import Authority, make_authority

PORT = 25010


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "tls")


def settings(folder: Path, more: str) -> Path:
    plant = Plant(folder, port=PORT)
    plant.settings.write_text(plant.settings.read_text() + more)
    return plant.settings


@pytest.fixture
def secured(tmp_path: Path, authority: Authority) -> Iterator[ssl.SSLContext]:
    """What trusts a running page with a certificate."""
    files = f'tls_certificate_file = "{authority.server_certificate}"\ntls_key_file = "{authority.server_key}"\n'
    path = settings(tmp_path, files)
    process = subprocess.Popen([sys.executable, "-m", "appliance.status.server", "--config", str(path)], stderr=subprocess.DEVNULL)
    context = ssl.create_default_context(cafile=str(authority.ca_certificate))
    try:
        wait_for(context)
        yield context
    finally:
        process.terminate()
        process.wait(10)


def fetch(context: ssl.SSLContext, address: str = "/live") -> tuple[str, str | None]:
    with urllib.request.urlopen(f"https://127.0.0.1:{PORT}{address}", timeout=10, context=context) as answer:
        return str(answer.read().decode()), answer.headers["Server"]


def wait_for(context: ssl.SSLContext) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            fetch(context)
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_page_comes_over_tls_12_or_newer_and_names_no_product(secured: ssl.SSLContext) -> None:
    assert fetch(secured) == ('{"live":true}\n', "appliance")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", PORT), 5) as connection, pytest.raises(ssl.SSLError):
        old.wrap_socket(connection)


def test_clients_that_say_nothing_or_stall_in_the_handshake_do_not_stop_the_page(secured: ssl.SSLContext) -> None:
    stalled = [socket.create_connection(("127.0.0.1", PORT), 5) for _ in range(THREADS)]
    try:
        assert fetch(secured)[0] == '{"live":true}\n'
        for connection in stalled:
            connection.send(b"\x16\x03\x01\x02\x00")  # the first bytes of a handshake that never goes on
        deadline = time.monotonic() + 40
        while True:
            try:
                assert fetch(secured)[0] == '{"live":true}\n'
                break
            except OSError:
                assert time.monotonic() < deadline, "the stalled clients were never cut off"
    finally:
        for connection in stalled:
            connection.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('host = "0.0.0.0"\n', "status.host: 0.0.0.0 can be reached by others"),
        ('tls_certificate_file = "nowhere.pem"\ntls_key_file = "nowhere.key"\n', "tls_key_file cannot be used (No such file"),
        ('tls_certificate_file = "c.pem"\n', "give both or none"),
        ('monitors = ["here"]\n', "here is not an IP address"),
    ],
)
def test_what_would_be_unsafe_or_cannot_work_is_one_sentence(tmp_path: Path, more: str, words: str) -> None:
    path = settings(tmp_path, more)
    done = subprocess.run(
        [sys.executable, "-m", "appliance.status.server", "--config", str(path)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def users(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance", "users", *words, "--config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_command_adds_shows_resets_and_removes_users(tmp_path: Path) -> None:
    path = settings(tmp_path, "")
    assert "Nobody can sign in yet" in users(path, "list").stdout
    added = users(path, "add", "maria.lopez", "--role", "front-desk")
    assert added.returncode == 0
    assert added.stdout.splitlines()[0].startswith("Set-up code: ")
    assert f"http://127.0.0.1:{PORT}/set-up" in added.stdout
    again = users(path, "add", "Maria.Lopez", "--role", "operator")
    assert (again.returncode, "There is a user maria.lopez already." in again.stderr) == (2, True)
    assert users(path, "reset", "maria.lopez").stdout.splitlines()[0] != added.stdout.splitlines()[0]
    assert "front-desk" in users(path, "list").stdout
    assert users(path, "remove", "maria.lopez").returncode == 0
    assert "Nobody can sign in yet" in users(path, "list").stdout
