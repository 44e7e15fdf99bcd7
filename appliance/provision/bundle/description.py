"""bundle.json: what a bundle is and which machine it is for."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.faults import TheirFault
from appliance.provision.manifest import Profile

_COMPILED_FOR = frozenset({"sse4_2", "avx", "avx2", "fma", "f16c", "bmi2", "avx_vnni", "amx_int8", "amx_tile"})
"""What a compiler uses that builds for the processor it runs on, beside everything that begins with avx512."""


class Description(BaseModel):
    """What every bundle says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    name: str
    """The distribution that is installed, with everything it requires."""
    version: str
    made: str
    """ISO 8601, UTC."""
    commit: str = ""
    """The commit of the source tree, with -dirty when something in it was changed; empty for a tree without git."""
    profile: Profile
    models: tuple[str, ...]
    packages: tuple[str, ...]
    """Debian packages the site needs."""
    python: str = f"{sys.version_info[0]}.{sys.version_info[1]}"
    machine: str = platform.machine()
    processor: tuple[str, ...] = ()
    """Instructions of the machine that made it: what was compiled there may use them."""


def read_description(content: bytes, bundle: Path) -> Description:
    """Parse bundle.json. Raises TheirFault for a bundle of a later version of the appliance."""
    try:
        return Description.model_validate_json(content)
    except ValidationError as error:
        raise TheirFault(
            f"{bundle} is refused: this version of the appliance does not understand its bundle.json.",
            repair="Unpack it with the tools of Debian, as the README tells.",
        ) from error


def see_that_it_fits(description: Description, bundle: Path) -> None:
    """Raises TheirFault when the bundle is for another Python or another kind of machine."""
    here = Description(name="", version="", made="", profile="embedded", models=(), packages=())
    for what, theirs, ours in (("Python", description.python, here.python), ("machine", description.machine, here.machine)):
        if theirs != ours:
            raise TheirFault(
                f"{bundle} is for {what} {theirs}, and this is {what} {ours}.", repair="Make a bundle on a machine like this one."
            )


def processor_features(cpuinfo: Path = Path("/proc/cpuinfo")) -> tuple[str, ...]:
    """The instructions that compiled code may depend on; none where the system does not tell."""
    try:
        lines = cpuinfo.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    return tuple(sorted(flag for flag in set(flags) if flag in _COMPILED_FOR or flag.startswith("avx512")))
