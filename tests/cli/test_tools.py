"""What a whole check borrows: understanding is tried as the agent would use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli.tools import health_tools
from appliance.config import Clinic, Machine, load_machine
from appliance.faults import TheirFault
from tests.plant import Plant
from tests.support.chat_server import chat_server
from tests.support.tiny_chat_model import write_knowing


def machine(folder: Path, understanding: str) -> Machine:
    settings = Plant(folder).settings
    settings.write_text(f"{settings.read_text()}[understanding]\n{understanding}\n")
    return load_machine(settings)


def tried(machine: Machine, clinic: Clinic) -> str:
    tools = health_tools(machine)
    assert tools.try_understanding is not None
    return tools.try_understanding(machine, clinic)


def test_with_neither_phrases_nor_model_that_is_said(tmp_path: Path, clinic: Clinic) -> None:
    assert tried(machine(tmp_path, ""), clinic) == "The clinic has no phrases of its own; no instruct model is configured."


def test_own_phrases_and_a_model_named_from_the_settings_folder_are_tried(tmp_path: Path, clinic: Clinic) -> None:
    write_knowing(tmp_path / "knowing.gguf")
    (tmp_path / "own.toml").write_text('billing = ["a b", "c d"]')
    own = clinic.model_copy(update={"clinic": clinic.clinic.model_copy(update={"own_phrases": tmp_path / "own.toml"})})
    said = tried(machine(tmp_path, 'chat_model = "knowing.gguf"\ntime_limit_seconds = 10'), own)
    assert said.startswith("2 own phrases are right; the instruct model answers in ")


def test_a_server_that_is_not_there_is_named_with_the_table(tmp_path: Path, clinic: Clinic) -> None:
    with pytest.raises(TheirFault, match=r"appliance\.toml: understanding: the server of the instruct model cannot be asked"):
        tried(machine(tmp_path, 'chat_server = "http://127.0.0.1:9/v1"'), clinic)


def test_a_model_too_slow_for_callers_is_told_with_what_it_takes(tmp_path: Path, clinic: Clinic) -> None:
    with chat_server(say='{"intent": "billing", "slots": []}', delay=0.5) as port:
        settings = f'chat_server = "http://127.0.0.1:{port}/v1"\ntime_limit_seconds = 0.3'
        with pytest.raises(TheirFault, match=r"takes \d+\.\d s to answer, longer than time_limit_seconds"):
            tried(machine(tmp_path, settings), clinic)


def test_a_wrong_own_phrase_is_told(tmp_path: Path, clinic: Clinic) -> None:
    (tmp_path / "own.toml").write_text('billling = ["a b"]')
    own = clinic.model_copy(update={"clinic": clinic.clinic.model_copy(update={"own_phrases": tmp_path / "own.toml"})})
    with pytest.raises(TheirFault, match=r"own\.toml: there is no intent billling\. Did you mean billing"):
        tried(machine(tmp_path, ""), own)


def test_a_missing_model_is_told(tmp_path: Path, clinic: Clinic) -> None:
    with pytest.raises(TheirFault, match=r"understanding\.chat_model: .*none\.gguf is missing"):
        tried(machine(tmp_path, 'chat_model = "none.gguf"'), clinic)
