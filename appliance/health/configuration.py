"""Are both settings files right as they lie on disk now, also when the running processes still hold older ones?"""

from __future__ import annotations

from pathlib import Path

from appliance.config import Machine, load_clinic, load_machine
from appliance.health import Result, Subject

SLOW = False


def check(subject: Subject) -> Result:
    """Read both files again; a fault in them is raised by the loader with file, key and repair."""
    machine = load_machine(subject.settings)
    load_clinic(machine.clinic)
    machine.sip.allowed_addresses()
    return _password(machine) or Result("configuration", "ok", "Both settings files are right.")


def _password(machine: Machine) -> Result | None:
    secret = machine.sip.password_file
    if secret is None:
        if machine.sip.registration and not machine.sip.password:
            return Result(
                "configuration",
                "warning",
                "appliance.toml: sip.password is empty, which hardly any PBX accepts.",
                "Give sip.password or sip.password_file the extension's password.",
            )
        return None
    if _missing(secret):
        return Result(
            "configuration",
            "broken",
            f"appliance.toml: sip.password_file: {secret} does not exist.",
            "Write the PBX password of the extension into that file, readable by the line's user only.",
        )
    return None


def _missing(secret: Path) -> bool:
    try:
        secret.stat()
    except PermissionError:  # the line's user may look, this one need not
        return False
    except OSError:
        return True
    return False
