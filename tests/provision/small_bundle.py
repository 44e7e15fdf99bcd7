"""Bundles of a few kilobytes: a wheel made on the spot, a project of two files, one small model."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import minisign

from appliance.provision.bundle.making import Ingredients, make
from tests.provision.small_models import make_models

NAME = "tiny-appliance"


def make_wheel(
    folder: Path, name: str, version: str, *, requires: str = "", code: str = "", extra: dict[str, bytes] | None = None
) -> Path:
    """A wheel of one module with the command `appliance`, which prints the version."""
    module = name.replace("-", "_")
    about = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n"
    if requires:
        metadata += f"Requires-Dist: {requires}\n"
    files = {
        f"{module}/__init__.py": f'VERSION = "{version}"\n\ndef main():\n    print(VERSION)\n{code}'.encode(),
        f"{about}/METADATA": metadata.encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\nappliance = {module}:main\n".encode() if name == NAME else b"",
        **(extra or {}),
    }
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
        wheel.writestr(f"{about}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"]))
    return path


@dataclass(frozen=True)
class Workshop:
    """Where bundles are made."""

    folder: Path
    keys: minisign.KeyPair

    @property
    def public(self) -> minisign.PublicKey:
        return self.keys.public_key

    def bundle(
        self, version: str, wheels: list[Path] | None = None, packages: str = "espeak-ng build-essential", debs: Sequence[Path] = ()
    ) -> Path:
        """A bundle of this version."""
        place = self.folder / version
        project = place / "project"
        (project / "scripts").mkdir(parents=True)
        (project / "setup.cfg").write_text(f"[metadata]\nname = {NAME}\nversion = {version}\n")
        (project / "scripts" / "prepare").write_text(f"#!/usr/bin/env bash\npackages=({packages})\n")
        (project / "scripts" / "prepare").chmod(0o755)
        models = make_models(place / "models")
        out = place / "site.bundle"
        if wheels is None:
            wheels = [make_wheel(place, NAME, version, requires="tiny-helper>=2"), make_wheel(place, "tiny-helper", "2.0")]
        make(out, Ingredients(project, wheels, models.folder, packages=debs), self.keys.secret_key)
        return out


def open_workshop(folder: Path) -> Workshop:
    """A workshop with a key of its own."""
    return Workshop(folder, minisign.KeyPair.generate())
