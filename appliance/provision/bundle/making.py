"""Writing a bundle: collected, described, packed, signed, and then given its name."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import minisign

from appliance.faults import TheirFault
from appliance.provision.bundle.bill import bill_of_materials
from appliance.provision.bundle.collecting import (
    Content,
    chosen_models,
    commit_of,
    distribution,
    model_digests,
    model_files,
    needed_packages,
    source_tree,
)
from appliance.provision.bundle.description import Description, processor_features
from appliance.provision.bundle.signature import head_size, sign
from appliance.provision.bundle.wheels import read_wheel
from appliance.provision.manifest import Profile


@dataclass(frozen=True)
class Ingredients:
    """What a bundle is made of."""

    project: Path
    wheels: Sequence[Path]
    models: Path
    """The folder of models."""
    chosen: Sequence[str] = ()
    """The fetched models that go with it, by name."""
    profile: Profile = "embedded"
    packages: Sequence[Path] = ()
    """.deb files."""


def make(out: Path, ingredients: Ingredients, key: minisign.SecretKey) -> Description:
    """Write the bundle `out`, signed with `key`; it has its name only when it is whole. Raises TheirFault."""
    wheels = [read_wheel(path) for path in ingredients.wheels]
    name = distribution(ingredients.project)
    own = [wheel for wheel in wheels if wheel.name == name]
    if len(own) != 1:
        raise TheirFault(f"Among the wheels there are {len(own)} of {name}, and one is needed.", repair="Correct --wheels.")
    models = chosen_models(ingredients.models, ingredients.chosen)
    now = datetime.now(UTC)
    description = Description(
        name=name,
        version=own[0].version,
        made=now.isoformat(timespec="seconds"),
        commit=commit_of(ingredients.project),
        profile=ingredients.profile,
        models=tuple(models),
        packages=needed_packages(ingredients.project),
        processor=processor_features(),
    )
    digests = model_digests(ingredients.models, models)
    entries: dict[str, Content] = {
        "bundle.json": description.model_dump_json(indent=1).encode(),
        "sbom.cdx.json": bill_of_materials(description, wheels, models, digests, ingredients.packages).encode(),
        "packages.txt": "".join(f"{package}\n" for package in description.packages).encode(),
        **{f"packages/{path.name}": path for path in ingredients.packages},
        **{f"wheels/{path.name}": path for path in ingredients.wheels},
        **{f"models/{file}": content for file, content in model_files(ingredients.models, models).items()},
        **{f"project/{file}": path for file, path in source_tree(ingredients.project).items()},
    }
    comment = f"timestamp:{int(now.timestamp())}\tversion:{description.version}\thashed"
    beside = out.with_name(f".{out.name}.new")
    try:
        with beside.open("wb") as stream:
            stream.write(bytes(head_size(comment)))
            _pack(stream, entries, int(now.timestamp()))
        sign(beside, key, comment)
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        beside.replace(out)
    except OSError as error:
        raise TheirFault(f"{out} cannot be written ({error.strerror}).", repair="Make room, or choose another place.") from error
    finally:
        beside.unlink(missing_ok=True)
    return description


def _pack(stream: io.BufferedWriter, entries: Mapping[str, Content], when: int) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.mtime = when
            if isinstance(content, bytes):
                info.size, info.mode = len(content), 0o644
                tar.addfile(info, io.BytesIO(content))
            else:
                with content.open("rb") as source:
                    status = os.fstat(source.fileno())
                    info.size, info.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
                    tar.addfile(info, source)
