"""A folder of models with a manifest of its own: small files, one archive, one file nobody published a checksum of."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path

from appliance.provision.download import Patience

IMPATIENT = Patience(connect_seconds=2, silence_seconds=0.3, window_seconds=0.2, least_bytes=1000, pauses=(0.01, 0.01, 0.01))


def zip_of(members: dict[str, bytes]) -> bytes:
    """A zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return stream.getvalue()


@dataclass(frozen=True)
class SmallModels:
    """`folder` is the folder of models; `files` what a mirror has, by path."""

    folder: Path
    files: dict[str, bytes]

    def place(self, name: str) -> Path:
        return self.folder / "downloaded" / name


def make_models(folder: Path) -> SmallModels:
    """`voice` (two files), `ear` (a zip with an outer folder), `unknown` (no checksum published), and `own` of the project."""
    dice = random.Random(7)
    weights, heard, unknown = dice.randbytes(300_000), dice.randbytes(5_000), dice.randbytes(40_000)
    archive = zip_of({"ear-1.0/am/final.mdl": heard, "ear-1.0/README": b"an ear\n"})
    files = {
        "/voice/v.onnx": weights,
        "/voice/v.json": b'{"rate": 16000}',
        "/ear/ear-1.0.zip": archive,
        "/unknown/u.bin": unknown,
    }
    own = b"the project's own"
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "own.bin").write_bytes(own)
    (folder / "manifest.toml").write_text(
        _entry("voice", {"v.onnx": weights, "v.json": files["/voice/v.json"]}, profiles='["cpu"]')
        + _entry("ear", {"ear-1.0.zip": archive}, profiles='["cpu", "gpu"]')
        + _entry("unknown", {"u.bin": unknown}, published=False)
        + _entry("own", {"own.bin": own}, source="made by this project")
    )
    return SmallModels(folder, files)


def _entry(
    name: str,
    files: dict[str, bytes],
    *,
    profiles: str = "[]",
    published: bool = True,
    source: str = "https://models.invalid/files",
) -> str:
    text = f'[{name}]\nlicence = "CC0-1.0"\nprofiles = {profiles}\nsource = "{source}"\n'
    for file, content in files.items():
        text += f'[{name}.files."{file}"]\nbytes = {len(content)}\n'
        if published:
            text += f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    return text
