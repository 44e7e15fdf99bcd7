"""The software bill of materials: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), down to what wheels carry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from appliance.provision.bundle.description import Description
from appliance.provision.bundle.wheels import Carried, Wheel
from appliance.provision.manifest import Model

_LICENCES = LicenseFactory()


def bill_of_materials(
    description: Description,
    wheels: Sequence[Wheel],
    models: Mapping[str, Model],
    files: Mapping[str, Mapping[str, str]],
    debs: Sequence[Path],
) -> str:
    """The JSON text.

    `files` has the SHA-256 of each model's files, by the model's name and the file's path; `debs` are the Debian packages
    that go with it, and without any the site brings its own of those that the description names.
    """
    bom = Bom()
    components = {wheel.name: _of_wheel(wheel) for wheel in wheels}
    root = components.pop(description.name)
    root.type = ComponentType.APPLICATION
    bom.metadata.component = root
    bom.components.update(components.values())
    everything = {**components, description.name: root}
    for wheel in wheels:
        bom.register_dependency(everything[wheel.name], [everything[name] for name in wheel.requires if name in everything])
    for name, model in models.items():
        bom.components.add(_of_model(name, model, files[name]))
    bom.components.update(_of_deb(path) for path in debs)
    for package in () if debs else description.packages:
        purl = PackageURL("deb", "debian", package)
        bom.components.add(Component(type=ComponentType.LIBRARY, name=package, purl=purl, bom_ref=f"deb:{package}"))
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _of_wheel(wheel: Wheel) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=wheel.name,
        version=wheel.version,
        purl=PackageURL("pypi", name=wheel.name, version=wheel.version),
        bom_ref=f"pypi:{wheel.name}",
        licenses=[_LICENCES.make_from_string(wheel.licence)] if wheel.licence else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)],
        components=[_of_carried(wheel, number, carried) for number, carried in enumerate(wheel.carries)],
    )


def _of_carried(wheel: Wheel, number: int, carried: Carried) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=carried.name,
        version=carried.version or None,
        purl=_purl(carried.purl),
        bom_ref=f"pypi:{wheel.name}#{number}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=carried.sha256)] if carried.sha256 else None,
        properties=[Property(name="path", value=carried.path)],
    )


def _of_deb(path: Path) -> Component:
    """A package whose file apt named: name_version_architecture.deb, with what a file system dislikes percent-encoded."""
    name, version, architecture = (unquote(part) for part in path.stem.split("_"))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=PackageURL("deb", "debian", name, version, {"arch": architecture}),
        bom_ref=f"deb:{path.stem}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


def _of_model(name: str, model: Model, files: Mapping[str, str]) -> Component:
    parts = [
        Component(
            type=ComponentType.FILE,
            name=file,
            bom_ref=f"model:{name}/{file}",
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
        )
        for file, sha256 in files.items()
    ]
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        name=name,
        bom_ref=f"model:{name}",
        description=f"{model.role}; from {model.source}",
        licenses=[_LICENCES.make_from_string(model.licence)],
        components=parts,
    )


def _purl(text: str) -> PackageURL | None:
    try:
        return PackageURL.from_string(text) if text else None
    except ValueError:
        return None
