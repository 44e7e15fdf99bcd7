"""A folder of models with a manifest of its own: genuine engines' small models under the names that the profiles want."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support.tone_voice import write_tone_voice

VOSK_DIGITS = Path(__file__).parents[2] / "models" / "vosk-digits"


def place_models(folder: Path, models: Mapping[str, Path]) -> Path:
    """Copy each model's folder into `folder` by its name, and write the manifest that is right for them. Returns `folder`."""
    manifest = ""
    for name, source in models.items():
        shutil.copytree(source, folder / name)
        manifest += f'[{name}]\nlicence = "CC0-1.0"\nsource = "a test"\n'
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            manifest += f'[{name}.files."{path.relative_to(source).as_posix()}"]\nbytes = {len(content)}\nsha256 = "{digest}"\n'
    folder.mkdir(exist_ok=True)
    (folder / "manifest.toml").write_text(manifest)
    return folder


def tone_folder(folder: Path) -> Path:
    """A folder with the tone voice, as a fetched Piper voice lies."""
    write_tone_voice(_made(folder))
    return folder


def broken_voice_folder(folder: Path) -> Path:
    """A Piper voice whose file is half of one: the manifest knows it so, and only the engine's own test can tell."""
    path = write_tone_voice(_made(folder))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
