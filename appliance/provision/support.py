"""What a support bundle may hold: versions, settings without secrets or people, and files that were searched for both.

The database and the clinic's patients are never read into it. Logs hold no names by construction; all the same every line of
every file is compared with the names, birth dates and numbers of the clinic's file and with the secrets, and withheld on a match.
"""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

import tomli_w

from appliance import __version__

WITHHELD = "[withheld]"
_SECRETS = frozenset({"password", "authentication_id"})
_PEOPLE = frozenset({"patients", "appointments", "busy"})
_SHORTEST = 4
"""Letters a name must have before it is searched for by itself: "Lee" is part of "sleep"."""


def redacted(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings without secrets, patients, appointments and taken times; how many there were is told."""
    shown: dict[str, object] = {}
    for key, value in settings.items():
        if key in _PEOPLE:
            shown[key] = f"{WITHHELD}: {len(value)}" if isinstance(value, list | dict) else WITHHELD
        elif key in _SECRETS:
            shown[key] = WITHHELD if value else ""
        else:
            shown[key] = redacted(value) if isinstance(value, dict) else value
    return shown


def redacted_file(path: Path) -> str:
    """A settings file as TOML without what `redacted` takes out; for one that cannot be read, why."""
    try:
        return tomli_w.dumps(redacted(tomllib.loads(path.read_text(encoding="utf-8"))))
    except OSError as error:
        return f"# {path.name}: cannot be read ({error.strerror})\n"
    except tomllib.TOMLDecodeError:
        return f"# {path.name}: is not TOML, and so is not shown\n"


def versions() -> str:
    """The appliance, Python, the system, and every Python package with its version."""
    packages = sorted({f"{found.metadata['Name']}=={found.version}" for found in distributions()}, key=str.lower)
    head = [f"appliance {__version__}", f"Python {platform.python_version()}", platform.platform()]
    return "\n".join([*head, "", *packages]) + "\n"


def private_words(machine: Path, clinic: Path) -> frozenset[str]:
    """What may stand in no file of a bundle, in lower case: patients' names, birth dates and numbers, and the secrets."""
    found: set[str] = set()
    for settings in map(_settings, (machine, clinic)):
        for patient in _patients(settings):
            for value in (patient.get("name"), patient.get("guardian"), patient.get("date_of_birth"), patient.get("phone")):
                found |= _forms(str(value)) if value else set()
        sip = settings.get("sip")
        if isinstance(sip, dict):
            found.add(str(sip.get("password", "")).lower())
            found |= _secret_of_file(machine.parent / str(sip["password_file"])) if sip.get("password_file") else set()
    return frozenset(word for word in found if len(word) >= _SHORTEST)


def screen(folder: Path, words: frozenset[str]) -> int:
    """Withhold every line of every file below `folder` in which one of the words stands; how many lines."""
    if not words:
        return 0
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words)))
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            kept = [WITHHELD if pattern.search(line.lower()) else line for line in lines]
            count += sum(new != old for new, old in zip(kept, lines, strict=True))
            path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    return count


def _settings(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return {}


def _patients(settings: Mapping[str, object]) -> Iterator[dict[str, object]]:
    patients = settings.get("patients", [])
    yield from (patient for patient in patients if isinstance(patient, dict)) if isinstance(patients, list) else ()


def _secret_of_file(path: Path) -> set[str]:
    try:
        return {path.read_text(encoding="utf-8").strip().lower()}
    except OSError:
        return set()


def _forms(value: str) -> set[str]:
    """A value as it is, and a person's last name by itself."""
    whole = value.lower()
    return {whole, whole.split()[-1]} if " " in whole else {whole}
