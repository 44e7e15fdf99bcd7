"""Models of the manifest onto this machine and off it again: brought, checked, unpacked, then placed by one rename."""

from __future__ import annotations

import difflib
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.faults import TheirFault
from appliance.provision.alone import alone
from appliance.provision.download import Patience, Show, download
from appliance.provision.lock import Fetched, Pin, read_lock, write_lock
from appliance.provision.manifest import DOWNLOADED, Model, ModelFile, Profile, model_folder, read_catalogue, verify
from appliance.provision.unpack import RESERVE, is_archive, unpack

Tell = Callable[[str, int], Show]
"""Told of each file and its size before it is brought; answers what is to be told of its progress."""
_UNPACKED = 2.5
"""How much larger an unpacked speech model is, with room to spare; measured again before it is unpacked."""


@dataclass(frozen=True)
class Origin:
    """Where files are taken from: their source, unless a folder or a mirror has them (<model>/<file>, or <file>)."""

    folder: Path | None = None
    mirror: str = ""
    patience: Patience = field(default_factory=Patience)


def of_profile(catalogue: Mapping[str, Model], profile: Profile) -> list[str]:
    """The models that a profile fetches."""
    return [name for name, model in catalogue.items() if profile in model.profiles]


def known(catalogue: Mapping[str, Model], name: str) -> Model:
    """The model of this name. Raises TheirFault, with the name that was probably meant."""
    if name not in catalogue:
        near = difflib.get_close_matches(name, catalogue, n=1)
        repair = f"Did you mean {near[0]}?" if near else "`appliance models list` shows their names."
        raise TheirFault(f"There is no model {name}.", repair=repair)
    return catalogue[name]


def fetch(folder: Path, name: str, *, origin: Origin, tell: Tell) -> bool:
    """Bring the model `name` into the folder of models; False when it is there already, byte for byte.

    Raises TheirFault when it cannot be had or is not what the manifest, or an earlier fetch, says; what was there stays.
    """
    model = known(read_catalogue(folder), name)
    if not model.downloadable:
        raise TheirFault(f"The model {name} comes with the project.", repair="Restore it from the release if it is damaged.")
    with _alone(folder):
        if is_whole(folder, name):
            return False
        parts = folder / DOWNLOADED / ".parts" / name
        parts.mkdir(parents=True, exist_ok=True)
        _see_that_it_fits(model, parts)
        lock = read_lock(folder)
        pins = dict(lock.get(name, Fetched()).fetched)
        for file, wanted in model.files.items():
            pinned = pins.get(file)
            sha256 = wanted.sha256 or (pinned.sha256 if pinned else None)
            _bring(name, file, model, parts / file, checked=bool(sha256), origin=origin, show=tell(file, wanted.bytes))
            pins[file] = _checked(parts / file, wanted, sha256, published=wanted.sha256 is not None)
        staged = _staged(folder / DOWNLOADED, name, model, parts)
        placed = {path.relative_to(staged).as_posix(): _pin(path) for path in sorted(staged.rglob("*")) if path.is_file()}
        # the pins come first: a model without them would not be checked, pins without their model are only pins
        write_lock(folder, {**lock, name: Fetched(fetched=pins, placed=placed)})
        _place(staged, model_folder(folder, name, model))
        shutil.rmtree(parts)
    return True


def remove(folder: Path, name: str) -> bool:
    """Delete a fetched model and what is left of broken downloads; its pins stay. False when there was nothing."""
    model = known(read_catalogue(folder), name)
    if not model.downloadable:
        raise TheirFault(f"The model {name} comes with the project and is not removed.", repair="Name a fetched one.")
    with _alone(folder):
        lock = read_lock(folder)
        place, parts = model_folder(folder, name, model), folder / DOWNLOADED / ".parts" / name
        found = place.exists() or parts.exists()
        if name in lock and lock[name].placed:
            write_lock(folder, {**lock, name: Fetched(fetched=lock[name].fetched)})
        if place.exists():
            _discard(place)
        shutil.rmtree(parts, ignore_errors=True)
    return found


def is_whole(folder: Path, name: str, *, thorough: bool = True) -> bool:
    """Whether a model is here and right."""
    try:
        verify(folder, name, thorough=thorough)
    except TheirFault:
        return False
    return True


def _alone(folder: Path) -> AbstractContextManager[None]:
    busy = f"Another command is changing {folder}."
    return alone(folder / DOWNLOADED / ".busy", str(folder), busy=busy, repair="Run this as its owner.")


def _see_that_it_fits(model: Model, parts: Path) -> None:
    here = sum(path.stat().st_size for path in parts.iterdir() if path.name in model.files)
    unpacked = sum(file.bytes * _UNPACKED for name, file in model.files.items() if is_archive(name))
    need, free = int(model.size - here + unpacked) + RESERVE, shutil.disk_usage(parts).free
    if need > free:
        raise TheirFault(
            f"{parts.parents[1]} has {free / 1e9:.1f} GB free, and {need / 1e9:.1f} GB are needed.",
            repair="Make room, or move the folder of models to a larger disk and name it in paths.models.",
        )


def _bring(name: str, file: str, model: Model, part: Path, *, checked: bool, origin: Origin, show: Show) -> None:
    wanted = model.files[file]
    if origin.folder is None:
        base = f"{origin.mirror.rstrip('/')}/{name}" if origin.mirror else model.source
        download(f"{base}/{file}", part, size=wanted.bytes, checked=checked, show=show, patience=origin.patience)
        return
    candidates = [origin.folder / name / file, origin.folder / file]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise TheirFault(f"{origin.folder} has neither {name}/{file} nor {file}.", repair="Copy the file there, or correct --from.")
    shutil.copyfile(found, part)
    show(wanted.bytes)


def _checked(part: Path, wanted: ModelFile, sha256: str | None, *, published: bool) -> Pin:
    """The pin of a file that is what it must be; else it is put aside and TheirFault raised."""
    pin, why = _pin(part), ""
    if pin.bytes != wanted.bytes:
        why = f"it has {pin.bytes} bytes, and the manifest says {wanted.bytes}"
    elif sha256 and pin.sha256 != sha256:
        said = "the manifest's" if published else "that of the first fetch, which lock.toml keeps"
        why = f"its SHA-256 is {pin.sha256}, not {said}, {sha256}"
    elif wanted.md5 and _digest(part, "md5") != wanted.md5:
        why = f"its MD5 is not the manifest's, {wanted.md5}"
    if why:
        aside = part.with_name(part.name + ".refused")
        part.replace(aside)
        raise TheirFault(
            f"{part.name} is refused: {why}; it was put aside as {aside}.",
            repair="Fetch it again, from another source if this repeats (--mirror, --from).",
        )
    return pin


def _pin(path: Path) -> Pin:
    return Pin(bytes=path.stat().st_size, sha256=_digest(path, "sha256"))


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()


def _staged(downloaded: Path, name: str, model: Model, parts: Path) -> Path:
    """A folder beside the model's place with everything that belongs there."""
    staged = downloaded / f".new-{name}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    for file in model.files:
        if is_archive(file):
            unpack(parts / file, staged)
        else:
            # a link and not a move: the part stays until the whole is placed
            os.link(parts / file, staged / file)
    return staged


def _place(staged: Path, place: Path) -> None:
    if place.exists():  # only what failed verification is replaced
        _discard(place)
    staged.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _discard(place: Path) -> None:
    """Take a folder away at once, then delete it, so that no half of it is ever found."""
    old = place.with_name(f".old-{place.name}")
    shutil.rmtree(old, ignore_errors=True)
    place.rename(old)
    shutil.rmtree(old)
