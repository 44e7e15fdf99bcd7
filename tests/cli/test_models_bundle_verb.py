"""`appliance bundle`: made, verified and installed from the command line, with keys of the real minisign."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from appliance.__main__ import main
from tests.provision.file_server import FileServer
from tests.provision.small_bundle import NAME, make_wheel
from tests.provision.small_models import SmallModels, make_models


@pytest.fixture
def models(tmp_path: Path) -> SmallModels:
    return make_models(tmp_path / "models")


@pytest.fixture
def making(tmp_path: Path, models: SmallModels) -> list[str]:
    """The arguments of `bundle make` for a small project and its wheel."""
    subprocess.run(["minisign", "-G", "-W", "-p", "k.pub", "-s", "k.key"], cwd=tmp_path, capture_output=True, check=True)
    project, wheels = tmp_path / "project", tmp_path / "wheels"
    project.mkdir()
    wheels.mkdir()
    (project / "setup.cfg").write_text(f"[metadata]\nname = {NAME}\n")
    make_wheel(wheels, NAME, "1.0", requires="tiny-helper")
    make_wheel(wheels, "tiny-helper", "2.0")
    where = ["--project", str(project), "--wheels", str(wheels), "--models", str(models.folder)]
    return ["bundle", "make", "--out", str(tmp_path / "b"), "--key", str(tmp_path / "k.key"), *where]


def test_a_bundle_with_fetched_models_goes_from_one_folder_to_another(
    tmp_path: Path, models: SmallModels, making: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with FileServer(models.files) as server:
        for name in ("voice", "ear", "unknown"):
            assert main(["models", "fetch", name, "--mirror", server.address, "--models", str(models.folder)]) == 0
    assert main([*making, "--profile", "cpu"]) == 0
    key = str(tmp_path / "k.pub")
    assert main(["bundle", "verify", str(tmp_path / "b"), "--key", key]) == 0
    assert "models voice, ear, own" in capsys.readouterr().out
    site = tmp_path / "site"
    assert main(["bundle", "install", str(tmp_path / "b"), "--to", str(site), "--key", key]) == 0
    assert "current is now tiny-appliance 1.0." in capsys.readouterr().out
    assert main(["models", "verify", "--models", str(site / "current" / "models")]) == 0
    assert capsys.readouterr().out.split() == ["voice:", "verified", "ear:", "verified", "own:", "verified"]
    assert not list(tmp_path.glob(".b*"))


def test_a_profile_whose_models_are_not_here_makes_no_bundle(
    tmp_path: Path, making: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*making, "--profile", "cpu"]) == 2
    assert "Run `appliance models fetch voice`" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_a_changed_bundle_is_refused_with_one_sentence(
    tmp_path: Path, making: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(making) == 0
    with (tmp_path / "b").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x01")
    for verb in (["verify"], ["install", "--to", str(tmp_path / "site")]):
        assert main(["bundle", *verb, str(tmp_path / "b"), "--key", str(tmp_path / "k.pub")]) == 2
        assert "is refused: it is not as it was when it was signed" in capsys.readouterr().err
    assert not (tmp_path / "site" / "current").exists()
