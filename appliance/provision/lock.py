"""models/lock.toml: what this machine fetched, so that it is checked ever after.

    [vosk-large-es.fetched."vosk-model-es-0.42.zip"]     the file as it came, pinned when the manifest publishes no checksum
    bytes = 1484681703
    sha256 = "..."
    [vosk-large-es.placed."am/final.mdl"]                what was made of it under downloaded/vosk-large-es/
    bytes = 96108436
    sha256 = "..."

A removed model keeps its pins: what comes under the same name later must be the same.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from appliance.faults import TheirFault

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Pin(BaseModel):
    """A file as it was when it was seen first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


class Fetched(BaseModel):
    """One model of this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fetched: Mapping[str, Pin] = {}
    """The files as the source has them."""
    placed: Mapping[str, Pin] = {}
    """The files as they lie here, by their path in the model's folder; none after the model was removed."""


_LOCK = TypeAdapter(dict[str, Fetched])


def read_lock(folder: Path) -> dict[str, Fetched]:
    """What was fetched, by the model's name; empty when nothing ever was. Raises TheirFault for a file that is no lock."""
    path = folder / "lock.toml"
    try:
        return _LOCK.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise TheirFault(
            f"{path} cannot be read ({error.strerror}).", repair="Make it readable for whoever runs this command."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise TheirFault(
            f"{path} is not a list of fetched models.",
            repair="Restore it from a backup; or delete it and fetch the models again, which trusts them anew.",
        ) from error


def write_lock(folder: Path, lock: Mapping[str, Fetched]) -> None:
    """Replace lock.toml as a whole, or not at all."""
    path, beside = folder / "lock.toml", folder / ".lock.toml.new"
    content = tomli_w.dumps({name: fetched.model_dump() for name, fetched in sorted(lock.items())})
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
