"""The shell scripts: well-formed, careful, and telling when something is wrong. Nothing is installed here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SCRIPTS = sorted(
    path
    for folder in (PROJECT / "scripts", PROJECT / ".ci")
    for path in folder.iterdir()
    if path.is_file() and path.read_bytes().startswith(b"#!")
)
CLEAN = {
    "setup.cfg": "[mypy]\nstrict = True\nfiles = sample\n[importlinter]\nroot_package = sample\n"
    "[importlinter:contract:layers]\nname = layers\ntype = layers\nlayers =\n    sample.top\n    sample.bottom\n",
    "sample/__init__.py": "",
    "sample/top.py": "from sample import bottom\n\nname: str = bottom.name\n",
    "sample/bottom.py": 'name = "below"\n',
    "scripts/hello": "#!/usr/bin/env bash\necho hello\n",
    ".ci/run": "#!/usr/bin/env bash\ntrue\n",
}
FLAWS = {
    "ruff check": ("sample/bottom.py", 'import os\n\nname = "below"\n'),
    "ruff format": ("sample/bottom.py", "name   =   'below'\n"),
    "mypy": ("sample/bottom.py", "name: str = 3\n"),
    "import-linter": ("sample/bottom.py", 'from sample import top\n\nname = str(top) and "below"\n'),
    "bash -n": ("scripts/hello", "#!/usr/bin/env bash\nif true; then\n"),
    "shellcheck": ("scripts/hello", "#!/usr/bin/env bash\ncd $1\n"),
}


def run(*command: str | Path, cwd: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal, as a build machine does."""
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_the_promised_scripts_are_there() -> None:
    assert {"prepare", "lint", "test", "quickstart", "run"} <= {path.name for path in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_stops_at_errors_and_is_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[1].startswith("# "), "the second line says what it is for"
    checked = run("shellcheck", script)
    assert checked.returncode == 0, checked.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project without a flaw, with this project's lint and tools."""
    for name, text in CLEAN.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    shutil.copy(PROJECT / "scripts" / "lint", tmp_path / "scripts" / "lint")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def test_lint_passes_what_is_clean(project: Path) -> None:
    done = run("scripts/lint", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", FLAWS)
def test_lint_fails_on_one_flaw_of_each_kind(project: Path, tool: str) -> None:
    name, text = FLAWS[tool]
    (project / name).write_text(text)
    done = run("scripts/lint", cwd=project)
    assert done.returncode == 1
    assert any(line.startswith("Failed:") and tool in line for line in done.stderr.splitlines()), done.stderr


def test_lint_without_its_tools_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(PROJECT / "scripts" / "lint", tmp_path / "scripts" / "lint")
    done = run("scripts/lint", cwd=tmp_path)
    assert done.returncode == 2
    assert "scripts/prepare --tests" in done.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What scripts/prepare reads, in a folder of its own."""
    shutil.copytree(PROJECT / "scripts", tmp_path / "scripts")
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_prepare_refuses_an_unknown_word(clone: Path) -> None:
    done = run("scripts/prepare", "--everything", cwd=clone)
    assert done.returncode == 2
    assert "--everything" in done.stderr


def test_prepare_without_apt_names_the_packages(clone: Path) -> None:
    done = run("scripts/prepare", cwd=clone, PATH=_path(clone))
    assert done.returncode == 2
    assert "no apt-get" in done.stderr
    assert "espeak-ng" in done.stderr


@pytest.mark.parametrize(("words", "kind"), [((), "run"), ((), "tests"), (("--tests",), "tests")])
def test_prepare_does_nothing_when_everything_is_there(clone: Path, words: tuple[str, ...], kind: str) -> None:
    """The stamp of an earlier run is believed; an environment for the tests will do for a run as well."""
    _prepared(clone, kind)
    done = run("scripts/prepare", *words, cwd=clone, PATH=_path(clone, "dpkg-query"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("words", "kind", "changed"), [(("--tests",), "run", False), ((), "run", True)])
def test_prepare_installs_when_something_is_new(clone: Path, words: tuple[str, ...], kind: str, *, changed: bool) -> None:
    """More is asked for, or setup.cfg has changed. The pip of this environment refuses, so that nothing is installed here."""
    _prepared(clone, kind)
    if changed:
        (clone / "setup.cfg").write_text((clone / "setup.cfg").read_text() + "\n")
    done = run("scripts/prepare", *words, cwd=clone, PATH=_path(clone, "dpkg-query"))
    assert done.returncode == 2
    assert "installing Python packages" in done.stderr
    assert "pip could not install" in done.stderr


def _path(clone: Path, *more: str) -> str:
    """A PATH with a shell and a few tools but no apt-get, so that no test can install a package."""
    tools = clone / "tools"
    tools.mkdir()
    for name in ("bash", "env", "dirname", "cat", "grep", "sha256sum", "nproc", "python3.11", *more):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    return str(tools)


def _prepared(clone: Path, kind: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(clone / ".venv")], check=True)
    pip = clone / ".venv" / "lib" / "python3.11" / "site-packages" / "pip"
    pip.mkdir(parents=True)
    (pip / "__init__.py").touch()
    (pip / "__main__.py").write_text("raise SystemExit('not here')\n")
    (clone / ".venv" / "bin" / "appliance").write_text("#!/bin/sh\n")
    (clone / ".venv" / "bin" / "appliance").chmod(0o755)
    names = ("setup.cfg", "pyproject.toml", "scripts/prepare")
    parts = [*(clone / name for name in names), *sorted((clone / "scripts" / "cmake").iterdir())]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    (clone / ".venv" / "prepared").write_text(f"{digest}  - {kind}\n")


def test_the_build_machine_runs_every_test(tmp_path: Path) -> None:
    """.ci/run calls scripts/test beside it, from wherever it is started, and passes its verdict on."""
    for name in ("scripts", ".ci"):
        (tmp_path / name).mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "scripts" / "test").write_text("#!/bin/sh\necho all of them\nexit 3\n")
    (tmp_path / "scripts" / "test").chmod(0o755)
    done = run(tmp_path / ".ci" / "run", cwd=Path("/"))
    assert (done.returncode, done.stdout) == (3, "all of them\n")
