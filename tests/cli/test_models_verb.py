"""`appliance models`: what it prints, how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.__main__ import main
from tests.provision.file_server import FileServer
from tests.provision.small_models import SmallModels, make_models


@pytest.fixture
def models(tmp_path: Path) -> SmallModels:
    return make_models(tmp_path / "models")


@pytest.fixture
def server(models: SmallModels) -> Iterator[FileServer]:
    with FileServer(models.files) as running:
        yield running


def states(models: SmallModels, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, str]:
    capsys.readouterr()
    assert main(["models", "list", "--json", "--models", str(models.folder), *options]) == 0
    return {name: row["state"] for name, row in json.loads(capsys.readouterr().out).items()}


def test_a_profile_is_fetched_listed_verified_and_removed(
    models: SmallModels, server: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--models", str(models.folder)]
    assert states(models, capsys) == {"voice": "absent", "ear": "absent", "unknown": "absent", "own": "present"}
    assert main(["models", "fetch", "--profile", "cpu", "--mirror", server.address, *where]) == 0
    assert capsys.readouterr().out == "voice: fetched and verified\near: fetched and verified\n"
    assert main(["models", "fetch", "ear", "--mirror", server.address, *where]) == 0
    assert capsys.readouterr().out == "ear: already here, verified\n"
    assert states(models, capsys, "--verify") == {"voice": "verified", "ear": "verified", "unknown": "absent", "own": "verified"}
    assert main(["models", "verify", *where]) == 0
    assert main(["models", "verify", "unknown", *where]) == 1
    (models.place("voice") / "v.json").write_text("{}")
    assert states(models, capsys)["voice"] == "damaged"
    assert main(["models", "verify", *where]) == 1
    assert "v.json has 2 bytes instead of 15" in capsys.readouterr().err
    assert main(["models", "remove", "voice", "ear", *where]) == 0
    assert states(models, capsys) == {"voice": "absent", "ear": "absent", "unknown": "absent", "own": "present"}


def test_the_table_names_every_model_with_its_licence(models: SmallModels, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--models", str(models.folder)]) == 0
    shown = capsys.readouterr().out
    for name in ("voice", "ear", "unknown", "own", "CC0-1.0", "cpu gpu", "absent", "present"):
        assert name in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch"], "No model is named."),
        (["fetch", "ears"], "There is no model ears. Did you mean ear?"),
        (["fetch", "ear", "--mirror", "example.org"], "--mirror: example.org is no address."),
        (["remove", "own"], "comes with the project"),
    ],
)
def test_a_wrong_command_is_one_sentence(
    models: SmallModels, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["models", *arguments, "--models", str(models.folder)]) == 2
    assert said in capsys.readouterr().err


def test_the_embedded_profile_needs_nothing(models: SmallModels, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fetch", "--profile", "embedded", "--models", str(models.folder)]) == 0
    assert "needs no models" in capsys.readouterr().out
