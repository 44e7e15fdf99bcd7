from __future__ import annotations

import hashlib
import math
import socket
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.health import (
    Result,
    Subject,
    TestCall,
    Tools,
    agent,
    clock,
    configuration,
    database,
    disk,
    line,
    models,
    registration,
    voice,
)
from appliance.health import test_call as call_check
from tests.plant import Plant

GOOD_MODEL = b"weights"


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


@pytest.fixture
def subject(plant: Plant) -> Subject:
    return Subject(plant.settings, plant.machine, plant.clinic, thorough=True, clock=plant.clock)


@pytest.fixture
def agent_socket(plant: Plant) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(plant.machine.link_path))
        listener.listen()
        yield listener


def assert_found(result: Result, state: str, words: str) -> None:
    assert (result.state, words in result.sentence) == (state, True), result
    assert bool(result.repair) == (state != "ok"), "what is not well carries its repair"


def test_configuration_is_ok_when_both_files_are_right(subject: Subject) -> None:
    assert_found(configuration.check(subject), "ok", "Both settings files are right.")


def test_configuration_says_that_a_password_file_is_missing(subject: Subject, plant: Plant) -> None:
    plant.settings.write_text(plant.settings.read_text().replace('password = "x"', 'password_file = "secret"'))
    assert_found(configuration.check(subject), "broken", "sip.password_file")
    (plant.settings.parent / "secret").write_text("x")
    assert_found(configuration.check(subject), "ok", "right")


def test_configuration_warns_of_an_empty_password(subject: Subject, plant: Plant) -> None:
    plant.settings.write_text(plant.settings.read_text().replace('password = "x"', ""))
    assert_found(configuration.check(subject), "warning", "sip.password is empty")


@pytest.mark.parametrize(("age", "state"), [(0.4, "ok"), (4.9, "ok"), (5.5, "broken"), (-30, "broken")])
def test_line_is_judged_by_the_age_of_its_report(subject: Subject, plant: Plant, age: float, state: str) -> None:
    plant.write_line(age=age)
    assert line.check(subject).state == state


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({}, "ok", "last said yes 12 seconds ago"),
        ({"state": "off", "last_ok_at": None}, "ok", "switched off"),
        ({"last_ok_at_age": 61}, "broken", "Registration is lost: the PBX last said yes 61 seconds ago"),
        ({"state": "failed", "last_code": 408, "reason": "Request Timeout"}, "broken", "its last answer was 408 Request Timeout"),
        ({"state": "failed", "last_ok_at": None, "last_code": 401, "reason": "Unauthorized"}, "broken", "never accepted"),
        ({"state": "trying", "last_ok_at": None, "last_code": None}, "warning", "for the first time"),
        ({"state": "trying"}, "warning", "registering again"),
    ],
)
def test_registration_is_judged_by_the_age_of_the_last_200(
    subject: Subject, plant: Plant, told: dict[str, object], state: str, words: str
) -> None:
    age = told.pop("last_ok_at_age", None)
    plant.write_line(registration=told | ({"last_ok_at": plant.now - float(str(age))} if age else {}))
    assert_found(registration.check(subject), state, words)


def test_registration_of_a_dead_line_is_unknown(subject: Subject) -> None:
    assert_found(registration.check(subject), "unknown", "line is down")


def test_a_refused_password_and_a_silent_pbx_have_different_repairs(subject: Subject, plant: Plant) -> None:
    plant.write_line(registration={"state": "failed", "last_code": 403})
    assert "password" in registration.check(subject).repair
    plant.write_line(registration={"state": "failed", "last_code": 408})
    assert "sip.registrar" in registration.check(subject).repair


def test_agent_is_ok_when_its_socket_answers_and_it_reports(subject: Subject, plant: Plant, agent_socket: socket.socket) -> None:
    assert agent_socket
    plant.write_agent()
    assert_found(agent.check(subject), "ok", "up")
    plant.write_agent(rung="phrases")
    assert_found(agent.check(subject), "warning", "example phrases")
    plant.write_agent(chat="failed")
    assert_found(agent.check(subject), "warning", "instruct model")
    plant.write_agent(chat="server")
    assert_found(agent.check(subject), "ok", "up")
    plant.write_agent(age=60)
    assert_found(agent.check(subject), "warning", "stopped reporting")


def test_agent_is_broken_without_its_socket_whatever_it_reports(subject: Subject, plant: Plant) -> None:
    plant.write_agent()
    assert_found(agent.check(subject), "broken", str(plant.machine.link_path))


def test_agent_is_broken_when_the_socket_is_left_over_from_a_dead_one(
    subject: Subject, plant: Plant, agent_socket: socket.socket
) -> None:
    agent_socket.close()
    assert plant.machine.link_path.exists()
    assert_found(agent.check(subject), "broken", "refused")


def write_manifest(plant: Plant, *, digest: str = hashlib.sha256(GOOD_MODEL).hexdigest(), size: int = len(GOOD_MODEL)) -> Path:
    folder = plant.machine.paths.models
    assert folder
    (folder / "encoder").mkdir(exist_ok=True)
    (folder / "encoder" / "encoder.gguf").write_bytes(GOOD_MODEL)
    about = '[encoder]\nlicence = "Apache-2.0"\nsource = "a test"\n'
    (folder / "manifest.toml").write_text(f'{about}[encoder.files."encoder.gguf"]\nsha256 = "{digest}"\nbytes = {size}\n')
    return folder / "encoder"


def test_models_are_ok_when_every_byte_is_the_manifests(subject: Subject, plant: Plant) -> None:
    write_manifest(plant)
    assert_found(models.check(subject), "ok", "Models verified: encoder.")
    assert_found(models.check(replace(subject, thorough=False)), "ok", "Models present: encoder.")


def test_one_changed_bit_of_a_model_is_found(subject: Subject, plant: Plant) -> None:
    folder = write_manifest(plant)
    (folder / "encoder.gguf").write_bytes(bytes([GOOD_MODEL[0] ^ 1]) + GOOD_MODEL[1:])
    assert_found(models.check(subject), "broken", "its SHA-256 differs")


def test_a_short_or_missing_model_is_found_without_hashing(subject: Subject, plant: Plant) -> None:
    folder = write_manifest(plant)
    cheap = replace(subject, thorough=False)
    (folder / "encoder.gguf").write_bytes(GOOD_MODEL[:-1])
    assert_found(models.check(cheap), "broken", "has 6 bytes instead of 7")
    (folder / "encoder.gguf").unlink()
    assert_found(models.check(cheap), "broken", "is missing")


@pytest.mark.parametrize("text", [None, "[encoder", '[encoder]\nfiles = "x"\n'])
def test_a_missing_or_malformed_manifest_is_broken(subject: Subject, plant: Plant, text: str | None) -> None:
    assert plant.machine.paths.models
    if text is not None:
        (plant.machine.paths.models / "manifest.toml").write_text(text)
    assert_found(models.check(subject), "broken", "manifest")


@pytest.mark.parametrize(("free", "state"), [(50_000_000, "broken"), (700_000_000, "warning"), (9_000_000_000, "ok")])
def test_disk_is_judged_by_free_bytes(free: int, state: str) -> None:
    assert disk.judge(free, "some GB are free").state == state


def test_disk_without_the_data_folder_names_the_key(subject: Subject, plant: Plant) -> None:
    plant.machine.paths.data.rmdir()
    assert_found(disk.check(subject), "broken", "paths.data")


def test_database_is_ok_when_whole_and_a_warning_before_the_first_start(subject: Subject, plant: Plant) -> None:
    assert_found(database.check(subject), "warning", "no database")
    plant.write_calls((5, "done", 3))
    assert_found(database.check(subject), "ok", "whole")


def test_a_damaged_database_is_broken(subject: Subject, plant: Plant) -> None:
    plant.write_calls(*((minutes, "done", 3) for minutes in range(200)))
    content = bytearray(plant.machine.database_path.read_bytes())
    content[4096 : 4096 * 4] = b"\xff" * (4096 * 3)
    plant.machine.database_path.write_bytes(content)
    assert_found(database.check(subject), "broken", "damaged")


def test_a_file_that_is_no_database_is_broken(subject: Subject, plant: Plant) -> None:
    plant.machine.database_path.write_bytes(b"hello" * 1000)
    assert_found(database.check(subject), "broken", "damaged")


@pytest.mark.parametrize(("now", "state"), [(0.0, "broken"), (1795447800.0, "ok"), (4e9, "broken")])
def test_clock_must_be_in_the_years_this_version_can_live_in(subject: Subject, now: float, state: str) -> None:
    assert clock.check(replace(subject, clock=lambda: now)).state == state


def tone(seconds: float, amplitude: float) -> bytes:
    waves = (max(-32768, min(32767, int(amplitude * math.sin(n / 8)))) for n in range(int(seconds * voice.SAMPLE_RATE)))
    return b"".join(struct.pack("<h", sample) for sample in waves)


@pytest.mark.parametrize(
    ("seconds", "amplitude", "state", "words"),
    [
        (2.5, 5000, "ok", "speaks"),
        (2.5, 50, "broken", "silence"),
        (2.5, 90_000, "warning", "clipped"),
        (0.0, 5000, "broken", "made 0.0 s"),
        (12.0, 5000, "broken", "made 12.0 s"),
    ],
)
def test_voice_is_judged_by_length_loudness_and_clipping(seconds: float, amplitude: float, state: str, words: str) -> None:
    assert_found(voice.judge(tone(seconds, amplitude)), state, words)


def test_voice_and_test_call_say_unknown_where_they_cannot_run(subject: Subject) -> None:
    assert_found(voice.check(subject), "unknown", "no voice")
    assert_found(call_check.check(subject), "unknown", "cannot place a call")


@pytest.mark.parametrize(
    ("call", "state", "words"),
    [
        (TestCall(answered=True, heard_seconds=3.2), "ok", "3.2 s of speech"),
        (TestCall(answered=True, heard_seconds=0.1), "broken", "only 0.1 s"),
        (TestCall(answered=False, heard_seconds=0.0, reason="486 Busy Here"), "broken", "486 Busy Here"),
    ],
)
def test_a_call_must_be_answered_with_speech(subject: Subject, call: TestCall, state: str, words: str) -> None:
    assert_found(call_check.check(replace(subject, tools=Tools(place_test_call=lambda: call))), state, words)
