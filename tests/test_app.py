"""The ladder of understanding: which rungs stand with what is there, and that the agent lives without any model."""

from __future__ import annotations

import logging
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from appliance.app import resolvers
from appliance.config import Clinic, Understanding
from appliance.provision.manifest import PROJECT_MODELS
from appliance.reports.files import AgentReport
from appliance.speech.audio import FRAME_BYTES, frames, samples_of
from appliance.telephony.link import Ended, Link, Mark, Offered, Played
from appliance.understanding.cascade import Cascade
from appliance.understanding.encoder import Encoder
from appliance.understanding.own_phrases import OwnPhrases
from appliance.understanding.phrases import NearestExample
from tests.support.chat_server import chat_server
from tests.support.engine_cases import EARS
from tests.support.micro_models import VOSK_DIGITS, broken_voice_folder, place_models, tone_folder
from tests.support.tiny_chat_model import write_knowing
from tests.support.waiting import wait_for

NONE = Understanding()


@pytest.fixture
def own(clinic: Clinic, tmp_path: Path) -> Clinic:
    """The sample clinic with a phrase of its own."""
    path = tmp_path / "own.toml"
    path.write_text('billing = ["charge it to the union"]')
    return clinic.model_copy(update={"clinic": clinic.clinic.model_copy(update={"own_phrases": path})})


def test_with_everything_in_place_the_encoder_is_the_first_rung(clinic: Clinic) -> None:
    ladder = resolvers(PROJECT_MODELS, clinic, NONE)
    assert (ladder.rung, ladder.chat) == ("encoder", "")
    assert isinstance(ladder.resolvers["en"], Encoder)


@pytest.mark.parametrize("missing", ["", "manifest.toml", "encoder/encoder.gguf", "encoder/heads.npz", "encoder/encoder.json"])
def test_without_the_encoders_files_example_phrases_take_its_place_loudly(
    clinic: Clinic, tmp_path: Path, caplog: pytest.LogCaptureFixture, missing: str
) -> None:
    if missing:
        shutil.copytree(PROJECT_MODELS, tmp_path / "models")
        (tmp_path / "models" / missing).unlink()
    ladder = resolvers(tmp_path / "models", clinic, NONE)
    assert ladder.rung == "phrases"
    assert ladder.resolvers["en"].resolve("please cancel my appointment", None).intent == "cancel_appointment"
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert "the encoder cannot be used" in record.getMessage()
    assert Path(missing).name in record.getMessage()


def test_own_phrases_count_on_either_rung(own: Clinic, tmp_path: Path) -> None:
    for models, rung in ((PROJECT_MODELS, "encoder"), (tmp_path, "phrases")):
        ladder = resolvers(models, own, NONE)
        assert ladder.rung == rung
        assert isinstance(ladder.resolvers["en"], OwnPhrases)
        assert ladder.resolvers["en"].resolve("please charge it to the union", None).intent == "billing"


def test_an_instruct_model_comes_last(own: Clinic, tmp_path: Path) -> None:
    write_knowing(tmp_path / "knowing.gguf")
    ladder = resolvers(tmp_path, own, Understanding(chat_model=tmp_path / "knowing.gguf", time_limit_seconds=10))
    assert ladder.chat == "model"
    assert isinstance(ladder.resolvers["en"], Cascade)
    unclear = "wibble wobble doors zzyzx"
    assert NearestExample("en").resolve(unclear, None).confidence < 0.35
    assert ladder.resolvers["en"].resolve(unclear, None).intent == "ask_hours"
    assert ladder.resolvers["en"].resolve("charge it to the union", None).intent == "billing"


def test_a_server_is_asked_only_when_something_is_unclear(clinic: Clinic, tmp_path: Path) -> None:
    with chat_server(say='{"intent": "ask_location", "slots": []}') as port:
        settings = Understanding(chat_server=f"http://127.0.0.1:{port}/v1", time_limit_seconds=10)
        ladder = resolvers(tmp_path, clinic, settings)
        assert ladder.chat == "server"
        assert ladder.resolvers["en"].resolve("wibble wobble zzyzx", None).intent == "ask_location"
        assert ladder.resolvers["en"].resolve("please cancel my appointment", None).intent == "cancel_appointment"


def test_a_broken_instruct_model_is_said_and_the_rest_stands(
    clinic: Clinic, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "noise.gguf").write_bytes(bytes(range(256)) * 40)
    ladder = resolvers(PROJECT_MODELS, clinic, Understanding(chat_model=tmp_path / "noise.gguf"))
    assert (ladder.rung, ladder.chat) == ("encoder", "failed")
    assert ladder.resolvers["en"].resolve("please cancel my appointment", None).intent == "cancel_appointment"
    assert "noise.gguf fails its self-test" in caplog.text


@contextmanager
def running_agent(folder: Path, profile: str, models: Path) -> Iterator[subprocess.Popen[str]]:
    """An agent of the sample clinic, in `with` from its first report on; ended by SIGTERM, its words then under agent.log."""
    sample = PROJECT_MODELS.parent / "scripts" / "sample" / "clinic.toml"
    config = folder / "appliance.toml"
    config.write_text(
        f'clinic = "{sample}"\nprofile = "{profile}"\n[sip]\nregistrar = "127.0.0.1"\nextension = "300"\nregistration = false\n'
        f'[paths]\ndata = "data"\nrun = "run"\nmodels = "{models}"\n'
    )
    command = [sys.executable, "-m", "appliance", "agent", "--config", str(config), "--show"]
    with (
        (folder / "shown").open("w") as shown,
        (folder / "agent.log").open("w") as log,
        subprocess.Popen(command, stdout=shown, stderr=log, text=True) as agent,
    ):
        try:
            wait_for(lambda: report_path(folder).exists() or agent.poll() is not None, "the agent's report", 180)
            assert agent.poll() is None, (folder / "agent.log").read_text()
            yield agent
        finally:
            agent.send_signal(signal.SIGTERM)
            agent.wait(timeout=30)
    assert agent.returncode == 0


def report_path(folder: Path) -> Path:
    return folder / "run" / "agent.json"


def test_an_agent_without_any_model_answers_and_reports_its_rung(tmp_path: Path) -> None:
    with running_agent(tmp_path, "cpu", tmp_path / "nowhere"):
        report = AgentReport.model_validate_json(report_path(tmp_path).read_bytes())
    assert report.rung == "phrases"
    assert (report.asked, report.profile, report.recognizer, report.synthesizer) == ("cpu", "embedded", "sphinx", "espeak")
    assert {(step.kind, step.language, step.used) for step in report.stepped_down} == {
        ("recognizer", "en", "sphinx"),
        ("recognizer", "es", ""),
        ("synthesizer", "en", "espeak"),
        ("synthesizer", "es", "espeak"),
    }
    assert str(tmp_path / "nowhere" / "manifest.toml") in (tmp_path / "agent.log").read_text()


def test_a_whole_call_with_the_models_of_the_cpu_profile_beside_a_broken_one(tmp_path: Path) -> None:
    """Digits said on the line are heard by vosk and answered by Piper; the broken Spanish voice is reported and replaced."""
    models = {
        "vosk-small-en": VOSK_DIGITS,
        "piper-en_US-ljspeech-medium": tone_folder(tmp_path / "tone"),
        "piper-es_ES-carlfm-x_low": broken_voice_folder(tmp_path / "broken"),
    }
    number = EARS["vosk"].one
    with running_agent(tmp_path, "cpu", place_models(tmp_path / "models", models)):
        report = AgentReport.model_validate_json(report_path(tmp_path).read_bytes())
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as connection:
            connection.connect(str(tmp_path / "run" / "agent.sock"))
            line = Link(connection)
            line.send(Offered("c1", "5550100", "300"))
            greeting = heard_until_mark(line)
            caller = threading.Thread(target=say, args=(line, number.sound()))
            caller.start()
            answer = heard_until_mark(line)
            caller.join()
            line.send(Ended("hung up"))
    assert f"caller: {number.text}\n" in (tmp_path / "shown").read_text()
    for english in (greeting, answer[-3 * 32_000 :]):
        assert tonal(english), "it is not the tone voice that spoke"
    assert not tonal(answer[:32_000]), "the offer of Spanish was not spoken by espeak-ng"
    in_use = {(engine.kind, engine.language): engine.engine for engine in report.engines}
    assert in_use == {
        ("recognizer", "en"): "vosk",
        ("synthesizer", "en"): "piper",
        ("synthesizer", "es"): "espeak",
    }
    why = {(step.kind, step.language): step.why for step in report.stepped_down}
    assert str(tmp_path / "models" / "piper-es_ES-carlfm-x_low" / "tone.onnx") in why["synthesizer", "es"]
    assert "whisper-base" in why["recognizer", "en"]
    assert "vosk-small-es" in why["recognizer", "es"]
    assert {model.name for model in report.models} == {"vosk-small-en", "piper-en_US-ljspeech-medium"}


def say(line: Link, pcm: bytes) -> None:
    """As a line sends what a caller says, and two seconds of silence after it."""
    for frame in [*frames(pcm), *[bytes(FRAME_BYTES)] * 100]:
        line.send_audio(frame)
        time.sleep(0.02)


def heard_until_mark(line: Link) -> bytes:
    """What the agent says until it wants to be told that it was played, which it then is."""
    heard, until = bytearray(), time.monotonic() + 60
    while time.monotonic() < until:
        message = line.receive(1.0)
        if isinstance(message, bytes):
            heard += message
        if isinstance(message, Mark):
            line.send(Played(message.mark))
            return bytes(heard)
    raise AssertionError("the agent did not finish a reply")


def tonal(pcm: bytes) -> bool:
    """Whether the loud parts are single tones, as in no voice of a person."""
    samples = samples_of(pcm)
    blocks = samples[: len(samples) // 640 * 640].reshape(-1, 640)
    loud = blocks[np.sqrt(np.mean(np.square(blocks), axis=1)) > 0.03]
    spectra = np.square(np.abs(np.fft.rfft(loud * np.hanning(640), axis=1)))
    peaks = np.argmax(spectra, axis=1)
    near = [spectrum[max(0, peak - 4) : peak + 5].sum() / spectrum.sum() for spectrum, peak in zip(spectra, peaks, strict=True)]
    return len(near) > 20 and float(np.median(near)) > 0.9
