"""Are the models that the manifest names all there, and byte for byte the right ones?"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

import appliance
from appliance.health import Result, Subject

SLOW = False
REPAIR = "Fetch the models again from the project or its bundle; until then the agent understands by example phrases."


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")
    path: str
    sha256: str
    bytes: int | None = None


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    files: tuple[_File, ...] = ()


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="ignore")
    model: tuple[_Model, ...] = ()


def check(subject: Subject) -> Result:
    """Compare presence and size, and when thorough the SHA-256, of every file with manifest.toml."""
    folder = subject.machine.paths.models or Path(appliance.__file__).parent.parent / "models"
    manifest = folder / "manifest.toml"
    try:
        models = _Manifest.model_validate(tomllib.loads(manifest.read_text(encoding="utf-8"))).model
    except OSError:
        return Result("models", "broken", f"{manifest} cannot be read, so no model can be trusted.", REPAIR)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError):
        return Result("models", "broken", f"{manifest} is not a manifest of models.", REPAIR)
    for model in models:
        for file in model.files:
            if problem := _problem(folder / file.path, file, thorough=subject.thorough):
                return Result("models", "broken", f"Model {model.name}: {folder / file.path} {problem}.", REPAIR)
    names = ", ".join(model.name for model in models) or "none"
    return Result("models", "ok", f"Models {'verified' if subject.thorough else 'present'}: {names}.")


def _problem(path: Path, wanted: _File, *, thorough: bool) -> str | None:
    try:
        size = path.stat().st_size
        if wanted.bytes is not None and size != wanted.bytes:
            return f"has {size} bytes instead of {wanted.bytes}"
        if thorough:
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != wanted.sha256.lower():
                    return "has the wrong SHA-256"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None
