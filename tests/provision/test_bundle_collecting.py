"""What a bundle takes from the source tree, and what it leaves out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.provision.bundle.collecting import (
    chosen_models,
    commit_of,
    distribution,
    model_files,
    needed_packages,
    ready_wheels,
    source_tree,
)
from appliance.provision.bundle.description import processor_features
from tests.provision.small_models import make_models

PROJECT = Path(__file__).parents[2]


def test_of_the_project_everything_that_git_keeps_goes_but_the_models() -> None:
    tree = source_tree(PROJECT)
    assert {"setup.cfg", "pyproject.toml", "appliance/__main__.py", "scripts/prepare", "LICENSE"} <= set(tree)
    assert not [name for name in tree if name.startswith(("models/", ".venv/", ".git/")) or name.endswith(".pyc")]
    assert distribution(PROJECT) == "clinic-voice-appliance"


def test_a_bundle_names_the_commit_it_was_made_of_and_whether_that_is_all(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@invalid", *arguments], cwd=tmp_path, check=True)

    assert commit_of(tmp_path) == ""
    git("init", "-q")
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = x\n")
    git("add", "setup.cfg")
    git("commit", "-q", "-m", "x")
    clean = commit_of(tmp_path)
    assert re.fullmatch("[0-9a-f]{7,}", clean)
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = y\n")
    assert commit_of(tmp_path) == f"{clean}-dirty"


def test_the_site_needs_what_the_script_installs_for_running_and_no_compiler() -> None:
    packages = needed_packages(PROJECT)
    assert "espeak-ng" in packages
    assert not {"build-essential", "cmake"} & set(packages)


def test_a_tree_without_git_goes_as_it_lies(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = x\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.py").touch()
    (tmp_path / "a" / "link.py").symlink_to("/etc/passwd")
    assert set(source_tree(tmp_path)) == {"setup.cfg", "a/b.py"}
    assert needed_packages(tmp_path) == ()


def test_what_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match="is not the source tree"):
        source_tree(tmp_path)
    with pytest.raises(TheirFault, match="has no wheels"):
        ready_wheels(tmp_path)
    models = make_models(tmp_path / "models")
    with pytest.raises(TheirFault, match="The model ear is not on this machine"):
        chosen_models(models.folder, ["ear"])


def test_a_damaged_model_is_not_taken_along(tmp_path: Path) -> None:
    models = make_models(tmp_path / "models")
    assert set(model_files(models.folder, chosen_models(models.folder, []))) == {"manifest.toml", "own/own.bin"}
    (models.folder / "own" / "own.bin").write_bytes(b"the project's owl")
    with pytest.raises(TheirFault, match="its SHA-256 differs"):
        chosen_models(models.folder, [])


def test_of_a_processor_only_what_compilers_use_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nflags\t\t: fpu avx2 sse4_2 avx512f constant_tsc\n\nprocessor\t: 1\n")
    assert processor_features(tmp_path / "cpuinfo") == ("avx2", "avx512f", "sse4_2")
    assert processor_features(tmp_path / "nothing") == ()
