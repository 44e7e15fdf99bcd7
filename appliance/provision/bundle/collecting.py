"""What goes into a bundle: the source tree, wheels, Debian packages, models."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import tomli_w

from appliance.faults import TheirFault
from appliance.provision.lock import read_lock
from appliance.provision.manifest import DOWNLOADED, Model, described, model_folder, read_catalogue, verify

_ONLY_FOR_BUILDING = frozenset({"build-essential", "cmake"})
"""Packages of scripts/prepare that a site with ready wheels does not need."""
_LEFT_OUT = ("models/", ".git/", ".venv/")
"""Parts of the source tree that are elsewhere in the bundle, or nowhere."""

Content = Path | bytes


def source_tree(project: Path) -> dict[str, Path]:
    """The files of the project by their path: what git keeps, or everything where there is no git."""
    if not (project / "setup.cfg").is_file():
        raise TheirFault(f"{project} is not the source tree of the appliance.", repair="Give it with --project.")
    if (project / ".git").exists():
        listed = _run(["git", "-C", str(project), "ls-files", "-z"], "git could not list the files of the project").split("\0")
        names = [name for name in listed if name]
    else:
        names = [path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    kept = (name for name in names if not name.startswith(_LEFT_OUT))
    return {name: project / name for name in kept if (project / name).is_file() and not (project / name).is_symlink()}


def commit_of(project: Path) -> str:
    """The commit that the source tree is at, with -dirty when something was changed; empty where there is no git."""
    if not (project / ".git").exists():
        return ""
    return _run(["git", "-C", str(project), "describe", "--always", "--dirty"], "git could not name the commit").strip()


def distribution(project: Path) -> str:
    """The name that setup.cfg gives the project."""
    settings = configparser.ConfigParser()
    settings.read(project / "setup.cfg", encoding="utf-8")
    return settings["metadata"]["name"]


def needed_packages(project: Path) -> tuple[str, ...]:
    """The Debian packages that scripts/prepare installs for running; none for a tree without it."""
    script = project / "scripts" / "prepare"
    if not script.exists():
        return ()
    found = re.search(r"^packages=\((.*?)\)", script.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if not found:
        raise TheirFault(f"{script} does not say packages=(...).", repair="Restore it from the release.")
    return tuple(package for package in shlex.split(found[1]) if package not in _ONLY_FOR_BUILDING)


def build_wheels(project: Path, scratch: Path) -> list[Path]:
    """The project and everything it requires as wheels, and pip itself, from pip's cache and registry."""
    copy, wheels = scratch / "project", scratch / "wheels"
    for name, path in source_tree(project).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy / name)
    environment = dict(os.environ)
    trimmed = copy / "scripts" / "cmake" / "llama-library-only.cmake"
    if trimmed.exists():
        environment["CMAKE_ARGS"] = f"-DLLAVA_BUILD=OFF -DCMAKE_PROJECT_INCLUDE={trimmed} {environment.get('CMAKE_ARGS', '')}"
    pip = [sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check", "--no-input", "--wheel-dir", str(wheels)]
    _run([*pip, str(copy), f"pip=={version('pip')}"], "pip could not make the wheels", environment)
    return ready_wheels(wheels)


def ready_wheels(folder: Path) -> list[Path]:
    """The wheels that lie in a folder. Raises TheirFault when there are none."""
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise TheirFault(f"{folder} has no wheels.", repair="Correct --wheels, or leave it out.")
    return wheels


def download_packages(packages: Sequence[str], scratch: Path) -> list[Path]:
    """The .deb files of packages and of everything they need, on a machine with nothing installed."""
    archives = scratch / "archives"
    (archives / "partial").mkdir(parents=True)
    nothing_installed = scratch / "status"
    nothing_installed.touch()
    options = {
        "Dir::State::status": nothing_installed,
        "Dir::Cache::archives": archives,
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
    }
    command = ["apt-get", "-q", "-y", "--download-only", "--no-install-recommends"]
    command += [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    _run([*command, "install", *packages], f"apt-get could not download {' '.join(packages)}")
    return sorted(archives.glob("*.deb"))


def chosen_models(folder: Path, names: Sequence[str], *, thorough: bool = True) -> dict[str, Model]:
    """The project's own models and those named, verified. Raises TheirFault for one that is not here or wrong."""
    catalogue = read_catalogue(folder)
    chosen = {name: model for name, model in catalogue.items() if not model.downloadable or name in names}
    for name in chosen:
        verify(folder, name, thorough=thorough)
    return chosen


def model_files(folder: Path, models: Mapping[str, Model]) -> dict[str, Content]:
    """The files of models, the manifest, and a lock that names no others, by their path in a folder of models."""
    files: dict[str, Content] = {"manifest.toml": folder / "manifest.toml"}
    lock = {name: fetched.model_dump() for name, fetched in read_lock(folder).items() if name in models}
    if lock:
        files["lock.toml"] = tomli_w.dumps(lock).encode()
    for name, model in models.items():
        place = model_folder(folder, name, model)
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            within = Path(DOWNLOADED, name) if model.downloadable else Path(name)
            files[(within / path.relative_to(place)).as_posix()] = path
    return files


def model_digests(folder: Path, models: Mapping[str, Model]) -> dict[str, dict[str, str]]:
    """SHA-256 of every file of the models, by model and file."""
    digests: dict[str, dict[str, str]] = {name: {} for name in models}
    for row in _rows(folder, models):
        digests[row["name"]][row["file"]] = row["sha256"]
    return digests


def _rows(folder: Path, models: Mapping[str, Model]) -> Iterator[dict[str, str]]:
    return (row for row in described(folder) if row["name"] in models)


def _run(command: Sequence[str], failure: str, environment: Mapping[str, str] | None = None) -> str:
    """A program's output. What it says on stderr goes to ours; TheirFault when it fails or is not there."""
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise TheirFault(f"{failure}: there is no {command[0]} here.", repair=f"Install {command[0]}.") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise TheirFault(f"{failure}: {''.join(last)}.", repair="See that the network and its registries are reachable from here.")
    return done.stdout
