"""What a wheel says of itself and what it carries.

Wheels: https://packaging.python.org/specifications/binary-distribution-format/; bills of materials inside them: PEP 770.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import cast

from appliance.faults import TheirFault

_LIBRARY = re.compile(r"(?:^|/)(lib[^/]+?)(?:-[0-9a-f]{8,})*\.so(?:\.([0-9][0-9.]*))?$")
"""A shared library, without the hashes that auditwheel adds to its name."""
_OWN_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_VENDORED_METADATA = re.compile(r".+/[^/]+\.dist-info/METADATA")
_VENDORED_LIST = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.MULTILINE)
_REQUIRED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True)
class Carried:
    """Something of others inside a wheel."""

    name: str
    version: str
    path: str
    """Where in the wheel it lies, or where the wheel names it."""
    sha256: str = ""
    purl: str = ""


@dataclass(frozen=True)
class Wheel:
    """One wheel."""

    path: Path
    name: str
    """Normalised (PEP 503)."""
    version: str
    licence: str
    requires: tuple[str, ...]
    """Normalised names of what it always requires."""
    sha256: str
    unpacked: int
    """Bytes of its files."""
    carries: tuple[Carried, ...]


def read_wheel(path: Path) -> Wheel:
    """Look into a wheel. Raises TheirFault for a file that is none."""
    try:
        with zipfile.ZipFile(path) as zipped, path.open("rb") as stream:
            own = next(name for name in zipped.namelist() if _OWN_METADATA.fullmatch(name))
            metadata = _metadata(zipped, own)
            required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
            return Wheel(
                path=path,
                name=_normal(metadata["Name"]),
                version=metadata["Version"],
                licence=_licence(metadata),
                requires=tuple(_normal(found[1]) for line in required if (found := _REQUIRED.match(line))),
                sha256=hashlib.file_digest(stream, "sha256").hexdigest(),
                unpacked=sum(info.file_size for info in zipped.infolist()),
                carries=tuple(_carried(zipped)),
            )
    except (zipfile.BadZipFile, StopIteration, KeyError, OSError, TypeError) as error:
        raise TheirFault(f"{path} is no wheel.", repair="Remove it, or make it again.") from error


def _carried(zipped: zipfile.ZipFile) -> Iterator[Carried]:
    for name in zipped.namelist():
        if found := _LIBRARY.search(name):
            with zipped.open(name) as stream:
                yield Carried(
                    found[1], found[2] or "", name, hashlib.file_digest(cast(io.BufferedIOBase, stream), "sha256").hexdigest()
                )
        elif _VENDORED_METADATA.fullmatch(name):
            metadata = _metadata(zipped, name)
            yield _python(metadata["Name"], metadata["Version"], name)
        elif name.endswith("/_vendor/vendor.txt"):
            for vendored, version in _VENDORED_LIST.findall(zipped.read(name).decode(errors="replace")):
                yield _python(vendored, version, name)
        elif ".dist-info/sboms/" in name and name.endswith(".json"):
            yield from _named_in(zipped.read(name), name)


def _python(name: str, version: str, path: str) -> Carried:
    return Carried(name, version, path, purl=f"pkg:pypi/{_normal(name)}@{version}")


def _named_in(bill: bytes, path: str) -> Iterator[Carried]:
    """The components of a bill of materials; one that cannot be read adds nothing, for it is others' work."""
    try:
        content = json.loads(bill)
    except ValueError:
        return
    components = content.get("components") if isinstance(content, dict) else None
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict) and isinstance(component.get("name"), str):
            yield Carried(component["name"], str(component.get("version") or ""), path, purl=str(component.get("purl") or ""))


def _metadata(zipped: zipfile.ZipFile, name: str) -> Message:
    return BytesParser().parsebytes(zipped.read(name), headersonly=True)


def _licence(metadata: Message) -> str:
    """An SPDX expression where there is one, else what the authors wrote, in one line."""
    if expression := metadata["License-Expression"]:
        return str(expression)
    written = str(metadata["License"] or "").strip()
    if written and "\n" not in written and len(written) < 100:
        return written
    classifiers = [str(line) for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    return "; ".join(line.rpartition(":: ")[2] for line in classifiers)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
