"""Installing a bundle: verified, unpacked beside what runs, made ready there, and switched to by one rename.

    FOLDER/current -> versions/<version>-<time>      what runs; replaced by one rename(2)
    FOLDER/versions/<version>-<time>/                venv/ models/ project/ packages/ bundle.json sbom.cdx.json

Whatever kills an installation, `current` names the old version or the new one, each whole: a version's folder is not
touched again once `current` names it, and one that never was named is removed by the next installation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import minisign

from appliance.faults import TheirFault
from appliance.provision.alone import alone
from appliance.provision.bundle.description import Description, processor_features, read_description, see_that_it_fits
from appliance.provision.bundle.signature import HashedPayload, Verified, verify
from appliance.provision.bundle.wheels import read_wheel
from appliance.provision.unpack import RESERVE, safe_path, write_member

Tell = Callable[[str], None]
"""Told what is being done, a few words at a time."""
_WHOLE = ".whole"
"""A file that every version has which was ever switched to."""
_LONGEST_DESCRIPTION = 1 << 20


@dataclass(frozen=True)
class Installed:
    """What an installation came to."""

    description: Description
    folder: Path
    """The version's folder, which `current` now names."""
    missing_packages: tuple[str, ...]
    lacking: tuple[str, ...]
    """Instructions of the processor that made the bundle which this one does not have."""


def examine(bundle: Path, key: minisign.PublicKey) -> Description:
    """What a bundle is, after its signature was found right. Raises TheirFault for one that is refused."""
    verified = verify(bundle, key)
    with _members(bundle, verified) as (tar, _):
        return _description(tar, iter(tar), bundle)


def install(bundle: Path, to: Path, key: minisign.PublicKey, tell: Tell) -> Installed:
    """Make what is in the bundle the current version in the folder `to`, without any network.

    Raises TheirFault, leaving what was current as it was, when anything of it is refused or does not work here.
    """
    busy = f"Another installation into {to} is going on."
    with alone(to / ".busy", str(to), busy=busy, repair="Run this as its owner, or correct --to."):
        tell("verifying the signature")
        verified = verify(bundle, key)
        versions = to / "versions"
        versions.mkdir(exist_ok=True)
        _sweep(versions, to)
        _see_room(versions, bundle.stat().st_size)
        tell("unpacking")
        description, place = _unpack(bundle, verified, versions)
        with _gone_unless_done(place):
            tell("installing the Python packages")
            _make_environment(place, description)
            (place / _WHOLE).touch()
            os.sync()
        tell("switching over")
        before = _current(to)
        _switch(to, place)
        for version in versions.iterdir():
            if version not in (place, before):  # the one before stays, to go back to
                shutil.rmtree(version, ignore_errors=True)
    here = set(processor_features())
    lacking = tuple(feature for feature in description.processor if feature not in here) if here else ()
    return Installed(description, place, missing_packages(description.packages), lacking)


def missing_packages(packages: Sequence[str]) -> tuple[str, ...]:
    """Those of the Debian packages that are not installed here; all of them where nobody can tell."""
    return tuple(package for package in packages if not _is_installed(package))


def _is_installed(package: str) -> bool:
    command = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}", package]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.startswith("ii")
    except FileNotFoundError:
        return False


def _current(to: Path) -> Path | None:
    link = to / "current"
    return to / link.readlink() if link.is_symlink() else None


def _sweep(versions: Path, to: Path) -> None:
    """Remove what killed installations left."""
    current = _current(to)
    for version in versions.iterdir():
        if version != current and not (version / _WHOLE).exists():
            shutil.rmtree(version)


def _see_room(folder: Path, need: int) -> None:
    free = shutil.disk_usage(folder).free
    if need + RESERVE > free:
        raise TheirFault(
            f"{folder} has {free / 1e9:.1f} GB free, and {(need + RESERVE) / 1e9:.1f} GB are needed.",
            repair="Make room, or choose another disk with --to.",
        )


@contextmanager
def _members(bundle: Path, verified: Verified) -> Iterator[tuple[tarfile.TarFile, HashedPayload]]:
    """The payload as a tar that is read once, and what tells whether it still is what was verified."""
    try:
        with bundle.open("rb") as stream:
            stream.seek(verified.payload)
            payload = HashedPayload(stream)
            with tarfile.open(fileobj=cast(IO[bytes], payload), mode="r|") as tar:
                yield tar, payload
    except (tarfile.TarError, EOFError) as error:
        raise TheirFault(
            f"{bundle} is refused: it changed while it was read.", repair="Copy it to a disk of this machine first."
        ) from error


def _description(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], bundle: Path) -> Description:
    first = next(members, None)
    stream = tar.extractfile(first) if first and first.name == "bundle.json" else None
    return read_description(stream.read(_LONGEST_DESCRIPTION) if stream else b"", bundle)


def _unpack(bundle: Path, verified: Verified, versions: Path) -> tuple[Description, Path]:
    """The payload in a folder of its own, which nothing names yet."""
    with _members(bundle, verified) as (tar, payload):
        members = iter(tar)
        description = _description(tar, members, bundle)
        see_that_it_fits(description, bundle)
        place = versions / f"{description.version}-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
        place.mkdir()
        with _gone_unless_done(place):
            (place / "bundle.json").write_text(description.model_dump_json(indent=1), encoding="utf-8")
            for member in members:
                path, stream = safe_path(member.name), tar.extractfile(member)
                if path is None or stream is None or not member.isreg():
                    raise TheirFault(f"{bundle} is refused: it holds {member.name!r}.", repair="Report it to whoever made it.")
                write_member(stream, place / path, member.size, executable=bool(member.mode & 0o100))
            # a stick that reads differently the second time, or somebody who swaps the file: nothing of it was run yet
            if payload.digest() != verified.digest:
                raise tarfile.ReadError("another payload than the one that was verified")
    return description, place


@contextmanager
def _gone_unless_done(place: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _make_environment(place: Path, description: Description) -> None:
    """A fresh virtual environment with what the wheels hold; then the wheels have done their work."""
    wheels = [read_wheel(path) for path in sorted((place / "wheels").glob("*.whl"))]
    _see_room(place, 2 * sum(wheel.unpacked for wheel in wheels))  # twice, for pip compiles what it writes
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PYTHONNOUSERSITE": "1"}
    _run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], environment, "Python could not make an environment")
    python = str(place / "venv" / "bin" / "python")
    wanted = [f"{description.name}=={description.version}", *(["pip"] if any(wheel.name == "pip" for wheel in wheels) else [])]
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--no-cache-dir",
    ]
    _run([*pip, "--no-index", "--find-links", str(place / "wheels"), *wanted], environment, "pip could not install it")
    command = place / "venv" / "bin" / "appliance"
    _run([str(command), "--version"], environment, "the new version does not start here")
    shutil.rmtree(place / "wheels")


def _run(command: Sequence[str], environment: Mapping[str, str], failure: str) -> None:
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise TheirFault(f"The bundle is refused: {failure} ({error.strerror}).", repair="What was current stays.") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()[-1]
        raise TheirFault(f"The bundle is refused: {failure}: {last}.", repair="What was current stays.")


def _switch(to: Path, place: Path) -> None:
    beside = to / ".current.new"
    beside.unlink(missing_ok=True)
    beside.symlink_to(place.relative_to(to))
    beside.replace(to / "current")
    handle = os.open(to, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
