"""models/manifest.toml: every model, its files, their sizes and checksums.

    [encoder]
    licence = "Apache-2.0"
    [encoder.files."encoder.gguf"]
    bytes = 25279200
    sha256 = "f637..."

A model's files lie in the folder of its name beside the manifest.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from appliance.faults import TheirFault

PROJECT_MODELS = Path(__file__).parents[2] / "models"
"""The models that come with the project, for a machine whose paths.models names no others."""
REPAIR = "Restore the folder of models from the release, and see that paths.models in appliance.toml names it."


class ModelFile(BaseModel):
    """One file as it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: int
    sha256: str


class Model(BaseModel):
    """One model of the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    licence: str
    source: str
    files: Mapping[str, ModelFile]


_MANIFEST = TypeAdapter(Mapping[str, Model])


def read_manifest(folder: Path) -> Mapping[str, Model]:
    """The models by name. Raises TheirFault when the manifest is missing or is none."""
    path = folder / "manifest.toml"
    try:
        return _MANIFEST.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TheirFault(f"paths.models: {path} cannot be read ({error.strerror}).", repair=REPAIR) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise TheirFault(f"paths.models: {path} is not a manifest of models.", repair=REPAIR) from error


def verify(folder: Path, name: str, *, thorough: bool = True) -> None:
    """See that a model's files are there, of the right size and, when `thorough`, byte for byte right. Raises TheirFault."""
    model = read_manifest(folder).get(name)
    if model is None:
        raise TheirFault(f"paths.models: {folder / 'manifest.toml'} has no model {name}.", repair=REPAIR)
    for file, wanted in model.files.items():
        problem = _problem(folder / name / file, wanted, thorough=thorough)
        if problem:
            raise TheirFault(f"paths.models: {folder / name / file} {problem}.", repair=REPAIR)


def described(folder: Path) -> Iterator[dict[str, str]]:
    """Name, file and sha256 of every model file, for the status page."""
    for name, model in read_manifest(folder).items():
        for file, wanted in model.files.items():
            yield {"name": name, "file": file, "sha256": wanted.sha256}


def _problem(path: Path, wanted: ModelFile, *, thorough: bool) -> str | None:
    try:
        if (size := path.stat().st_size) != wanted.bytes:
            return f"has {size} bytes instead of {wanted.bytes}"
        if thorough:
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != wanted.sha256:
                    return "is not the file the manifest names: its SHA-256 differs"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None
