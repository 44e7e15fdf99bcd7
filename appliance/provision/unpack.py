"""Unpacking archives that others made: regular files only, none outside the folder, none larger than announced."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from appliance.faults import TheirFault

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
RESERVE = 200_000_000
"""Bytes of the disk that are left alone; the health check calls a disk with less broken."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    open: Callable[[], IO[bytes]]


def is_archive(name: str) -> bool:
    """Whether a file of this name is unpacked."""
    return name.endswith(SUFFIXES)


def unpack(archive: Path, to: Path) -> None:
    """Unpack a zip or tar file into the folder `to`, without the one folder that everything in it may lie in.

    Raises TheirFault, naming the archive, when it is damaged, holds what does not belong there, or is too large.
    """
    try:
        if archive.name.endswith(".zip"):
            with zipfile.ZipFile(archive) as zipped:
                _write_all(_fitting(_zip_members(zipped, archive), archive, to), archive, to)
        else:
            with tarfile.open(archive) as tar:
                _write_all(_fitting(_tar_members(tar, archive), archive, to), archive, to)
    # zipfile raises RuntimeError for an encrypted member and NotImplementedError for a compression it does not know
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(archive, f"is damaged or of an unknown kind ({type(error).__name__})") from error


def safe_path(name: str) -> PurePosixPath | None:
    """The path of an archive's member when it stays inside the folder it is unpacked to; else None."""
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0] or not name.isprintable():
        return None
    return path


def write_member(stream: IO[bytes], path: Path, size: int, *, executable: bool = False) -> None:
    """Write `size` bytes of `stream` to a new file. EOFError when there are fewer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    left = size
    with path.open("xb") as target:
        while left and (chunk := stream.read(min(left, _CHUNK))):
            target.write(chunk)
            left -= len(chunk)
        target.flush()
        os.fsync(target.fileno())
    if left:
        raise EOFError(path.name)
    path.chmod(0o755 if executable else 0o644)


def _zip_members(zipped: zipfile.ZipFile, archive: Path) -> Iterator[_Member]:
    for info in zipped.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir():
            continue
        if kind not in (0, stat.S_IFREG):
            raise _refused(archive, f"holds {info.filename!r}, which is no regular file")
        yield _Member(info.filename, info.file_size, lambda info=info: zipped.open(info))  # type: ignore[misc]


def _tar_members(tar: tarfile.TarFile, archive: Path) -> Iterator[_Member]:
    for info in tar:
        if info.isdir():
            continue
        if not info.isreg():
            raise _refused(archive, f"holds {info.name!r}, which is no regular file")
        yield _Member(info.name, info.size, lambda info=info: _opened(tar, info))  # type: ignore[misc]


def _opened(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(info)
    if stream is None:
        raise tarfile.ReadError(info.name)
    return stream


def _fitting(members: Iterator[_Member], archive: Path, to: Path) -> Sequence[_Member]:
    """All members, unless they are more than the disk takes."""
    room, kept = shutil.disk_usage(to).free - RESERVE, []
    for member in members:
        room -= member.size
        if room < 0:
            raise _refused(archive, "does not fit on the disk when it is unpacked")
        kept.append(member)
    return kept


def _write_all(members: Sequence[_Member], archive: Path, to: Path) -> None:
    paths = [safe_path(member.name) for member in members]
    for member, path in zip(members, paths, strict=True):
        if path is None:
            raise _refused(archive, f"holds {member.name!r}, which would lie outside its folder")
    if not members:
        raise _refused(archive, "is empty")
    known = [path for path in paths if path]
    outer = 1 if len({path.parts[0] for path in known}) == 1 and all(len(path.parts) > 1 for path in known) else 0
    for member, path in zip(members, known, strict=True):
        target = to.joinpath(*path.parts[outer:])
        try:
            with member.open() as stream:
                write_member(stream, target, member.size)
        except (FileExistsError, NotADirectoryError) as error:
            raise _refused(archive, f"holds {member.name!r} twice") from error


def _refused(archive: Path, why: str) -> TheirFault:
    return TheirFault(
        f"{archive.name} is refused: it {why}.", repair="Report it to whoever keeps that source; nothing of it is used."
    )
