"""The ladder of understanding: which rungs stand with what is there, and that the agent lives without any model."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.app import resolvers
from appliance.config import Clinic, Understanding
from appliance.provision.manifest import PROJECT_MODELS
from appliance.understanding.cascade import Cascade
from appliance.understanding.encoder import Encoder
from appliance.understanding.own_phrases import OwnPhrases
from appliance.understanding.phrases import NearestExample
from tests.support.chat_server import chat_server
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


def test_an_agent_without_any_model_answers_and_reports_its_rung(tmp_path: Path) -> None:
    sample = PROJECT_MODELS.parent / "scripts" / "sample" / "clinic.toml"
    config = tmp_path / "appliance.toml"
    config.write_text(
        f'clinic = "{sample}"\nprofile = "embedded"\n[sip]\nregistrar = "127.0.0.1"\nextension = "300"\nregistration = false\n'
        '[paths]\ndata = "data"\nrun = "run"\nmodels = "nowhere"\n'
    )
    command = [sys.executable, "-m", "appliance", "agent", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as agent:
        try:
            report = tmp_path / "run" / "agent.json"
            wait_for(report.exists, "the agent's report", 120)
            assert agent.poll() is None
            assert json.loads(report.read_text())["rung"] == "phrases"
        finally:
            agent.send_signal(signal.SIGTERM)
            _, said = agent.communicate(timeout=30)
    assert agent.returncode == 0
    assert str(tmp_path / "nowhere" / "manifest.toml") in said
