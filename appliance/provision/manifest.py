"""models/manifest.toml: every model, its files, their sizes and checksums.

    [vosk-small-en]
    role = "recogniser"
    languages = ["en"]
    profiles = ["cpu", "gpu"]
    licence = "Apache-2.0"
    commercial = "yes"
    source = "https://..."
    [vosk-small-en.files."vosk-model-small-en-us-0.15.zip"]
    bytes = 41205931
    sha256 = "30f2..."
    sure = "A"

A model that comes with the project lies in the folder of its name beside the manifest; one that was fetched lies in
downloaded/<name>, and lock.toml says what it is made of.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from appliance.faults import TheirFault
from appliance.provision.lock import Fetched, Pin, Sha256, read_lock

REPAIR = "Restore the folder of models from the release, and see that paths.models in appliance.toml names it."
DOWNLOADED = "downloaded"
Profile = Literal["embedded", "cpu", "gpu"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Names become folders and parts of addresses."""


def _project_models() -> Path:
    # a checkout has them beside the package; an installed bundle has them beside the virtual environment
    beside = Path(__file__).parents[2] / "models"
    return beside if (beside / "manifest.toml").exists() else Path(sys.prefix).parent / "models"


PROJECT_MODELS = _project_models()
"""The models that come with the project, for a machine whose paths.models names no others."""


class ModelFile(BaseModel):
    """One file as it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256 | None = None
    md5: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    sure: Literal["A", "B", "C"] | None = None
    """How many unrelated publications agree on these figures: three or more, two, one; None for files of our own."""


class Model(BaseModel):
    """One model of the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    licence: str
    source: str
    files: Mapping[str, ModelFile]
    role: Literal["understanding", "recogniser", "second recogniser", "voice", "instruct"] = "understanding"
    languages: tuple[str, ...] = ()
    """Language codes; none for a model that has no language of its own to name."""
    profiles: tuple[Profile, ...] = ()
    """The profiles that fetch it."""
    commercial: Literal["yes", "credit", "unclear", "no"] = "yes"
    """Whether a clinic may use it: yes; yes, naming its authors; nobody knows; no."""

    @property
    def downloadable(self) -> bool:
        """Whether it is fetched from an address, instead of coming with the project."""
        return self.source.startswith("https://")

    @property
    def size(self) -> int:
        """Bytes of all files as the source has them."""
        return sum(file.bytes for file in self.files.values())

    @model_validator(mode="after")
    def _consistent(self) -> Model:
        for name, file in self.files.items():
            if not all(map(_NAME.fullmatch, [name] if self.downloadable else name.split("/"))):
                raise ValueError(f"{name!r} is no name for a file; only a model of the project has files in folders of its own")
            if not self.downloadable and file.sha256 is None:
                raise ValueError(f"{name} has no sha256; only files from an https:// source may lack one")
        if not self.files:
            raise ValueError("it has no files")
        if self.profiles and self.commercial not in ("yes", "credit"):
            raise ValueError("a profile takes no model whose commercial use is unclear or forbidden")
        return self


_MANIFEST = TypeAdapter(dict[str, Model])


def read_catalogue(folder: Path) -> Mapping[str, Model]:
    """Every model by name, here or not. Raises TheirFault when the manifest is missing or wrong, and says where."""
    path = folder / "manifest.toml"
    try:
        models = _MANIFEST.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TheirFault(f"paths.models: {path} cannot be read ({error.strerror}).", repair=REPAIR) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TheirFault(f"paths.models: {path} is not a manifest of models: it is no TOML ({error}).", repair=REPAIR) from error
    except ValidationError as error:
        first = error.errors()[0]
        where, what = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise TheirFault(f"paths.models: {path} is not a manifest of models: {where}: {what}.", repair=REPAIR) from error
    for name in models:
        if not _NAME.fullmatch(name) or name == DOWNLOADED:
            raise TheirFault(f"paths.models: {path} is not a manifest of models: {name!r} is no name for one.", repair=REPAIR)
    return models


def read_manifest(folder: Path) -> Mapping[str, Model]:
    """The models this machine has or must have: those of the project, and those that were fetched."""
    lock = read_lock(folder)
    catalogue = read_catalogue(folder)
    return {name: model for name, model in catalogue.items() if not model.downloadable or (name in lock and lock[name].placed)}


def model_folder(folder: Path, name: str, model: Model) -> Path:
    """Where a model's files lie, or would lie."""
    return folder / DOWNLOADED / name if model.downloadable else folder / name


def verify(folder: Path, name: str, *, thorough: bool = True) -> None:
    """See that a model's files are there, of the right size and, when `thorough`, byte for byte right. Raises TheirFault."""
    model = read_catalogue(folder).get(name)
    if model is None:
        raise TheirFault(f"paths.models: {folder / 'manifest.toml'} has no model {name}.", repair=REPAIR)
    repair = f"Run `appliance models fetch {name}`." if model.downloadable else REPAIR
    place = model_folder(folder, name, model)
    for file, wanted in _expected(folder, name, model).items():
        problem = _problem(place / file, wanted, thorough=thorough)
        if problem:
            raise TheirFault(f"paths.models: {place / file} {problem}.", repair=repair)


def described(folder: Path) -> Iterator[dict[str, str]]:
    """Name, file and sha256 of every model file of this machine, for the status page."""
    for name, model in read_manifest(folder).items():
        for file, wanted in _expected(folder, name, model).items():
            yield {"name": name, "file": file, "sha256": wanted.sha256}


def _expected(folder: Path, name: str, model: Model) -> Mapping[str, Pin]:
    """The files that must lie in a model's folder."""
    if not model.downloadable:
        return {file: Pin(bytes=wanted.bytes, sha256=wanted.sha256 or "") for file, wanted in model.files.items()}
    fetched = read_lock(folder).get(name, Fetched())
    if not fetched.placed:
        raise TheirFault(f"The model {name} is not on this machine.", repair=f"Run `appliance models fetch {name}`.")
    for file, wanted in model.files.items():
        pin = fetched.fetched.get(file)
        if pin is None or wanted.sha256 not in (None, pin.sha256) or wanted.bytes != pin.bytes:
            raise TheirFault(
                f"The model {name} was made from another {file} than the manifest names.",
                repair=f"Run `appliance models fetch {name}`.",
            )
    return fetched.placed


def _problem(path: Path, wanted: Pin, *, thorough: bool) -> str | None:
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
