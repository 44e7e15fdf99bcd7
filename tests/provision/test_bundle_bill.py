"""The bill of materials names everything in a bundle, down to what wheels carry inside."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom

from appliance.faults import TheirFault
from appliance.provision.bundle.signature import verify
from appliance.provision.bundle.wheels import read_wheel
from tests.provision.small_bundle import NAME, Workshop, make_wheel, open_workshop

LIBRARY = b"\x7fELF a library"
RUST = b'{"components": [{"name": "serde", "version": "1.0", "purl": "pkg:cargo/serde@1.0"}]}'
CARRIED = {
    "helper.libs/libavcodec-9aae324f1-0352e75f.so.61.19.101": LIBRARY,
    "helper/_vendor/inner-0.5.dist-info/METADATA": b"Metadata-Version: 2.1\nName: inner\nVersion: 0.5\n",
    "helper/_vendor/vendor.txt": b"# pinned\nurllib3==2.0.1\n    # nested\nrich==1.0\n",
    "tiny_helper-2.0.dist-info/sboms/rust.cdx.json": RUST,
    "tiny_helper-2.0.dist-info/sboms/broken.json": b"{",
}


def bill_of(workshop: Workshop, bundle: Path) -> dict[str, Any]:
    with bundle.open("rb") as stream:
        stream.seek(verify(bundle, workshop.public).payload)
        with tarfile.open(fileobj=stream) as tar:
            entry = tar.extractfile("sbom.cdx.json")
            assert entry
            content: dict[str, Any] = json.load(entry)
    return content


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("workshop")
    wheels = [make_wheel(folder, NAME, "1.0", requires="tiny-helper>=2"), make_wheel(folder, "tiny-helper", "2.0", extra=CARRIED)]
    workshop = open_workshop(folder)
    return bill_of(workshop, workshop.bundle("1.0", wheels))


def component(bill: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in bill["components"] if part["name"] == name)
    return found


def test_it_is_cyclonedx_of_the_project(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["version"]) == (NAME, "1.0")
    read_back = Bom.from_json(bill)  # type: ignore[attr-defined]  # made by a decorator
    assert read_back.validate()


def test_what_a_wheel_carries_stands_under_the_wheel(bill: dict[str, Any]) -> None:
    wheel = component(bill, "tiny-helper")
    assert wheel["purl"] == "pkg:pypi/tiny-helper@2.0"
    assert wheel["licenses"][0]["license"]["id"] == "MIT"
    assert {(part["name"], part.get("version")) for part in wheel["components"]} == {
        ("libavcodec", "61.19.101"),
        ("inner", "0.5"),
        ("urllib3", "2.0.1"),
        ("rich", "1.0"),
        ("serde", "1.0"),
    }
    library = next(part for part in wheel["components"] if part["name"] == "libavcodec")
    assert library["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(LIBRARY).hexdigest()}]


def test_who_requires_whom_is_in_it(bill: dict[str, Any]) -> None:
    edges = {edge["ref"]: edge.get("dependsOn", []) for edge in bill["dependencies"]}
    assert edges[f"pypi:{NAME}"] == ["pypi:tiny-helper"]


def test_models_and_debian_packages_are_in_it(bill: dict[str, Any]) -> None:
    model = component(bill, "own")
    assert model["type"] == "machine-learning-model"
    assert model["components"][0]["hashes"][0]["content"] == hashlib.sha256(b"the project's own").hexdigest()
    assert component(bill, "espeak-ng")["purl"] == "pkg:deb/debian/espeak-ng"


def test_debian_packages_that_go_with_it_have_version_and_checksum(tmp_path: Path) -> None:
    deb = tmp_path / "espeak-ng_1%3a1.51+dfsg-10_amd64.deb"
    deb.write_bytes(b"a package")
    workshop = open_workshop(tmp_path)
    package = component(bill_of(workshop, workshop.bundle("1.0", debs=[deb])), "espeak-ng")
    assert package["version"] == "1:1.51+dfsg-10"
    assert package["hashes"][0]["content"] == hashlib.sha256(b"a package").hexdigest()
    assert package["purl"].startswith("pkg:deb/debian/espeak-ng@")
    assert package["purl"].endswith("arch=amd64")


def test_what_is_no_wheel_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(b"nothing")
    with pytest.raises(TheirFault, match=r"x.whl is no wheel"):
        read_wheel(tmp_path / "x.whl")
