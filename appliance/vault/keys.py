"""The key of the records: 256 random bits as 64 hex digits, in systemd's credential or in a file of root's or the service's own.

A key file holds one key a line, and lines that begin with #. The first key is the one new files are encrypted with; the others are
former ones, which backups may still need. A credential is named `records-key` and comes first (systemd.exec(5), LoadCredential=).
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.faults import TheirFault

CREDENTIAL = "records-key"
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_HEAD = "# The key of the appliance's records. Without it nobody can read them: keep a copy in a safe place, not on this machine.\n"
_OTHERS = 0o077


@dataclass(frozen=True)
class Keys:
    """The present key, then former ones."""

    place: Path
    """Where they come from, for sentences."""
    values: tuple[str, ...] = field(repr=False)

    @property
    def present(self) -> str:
        """The one that new files are encrypted with."""
        return self.values[0]


class KeyMissing(TheirFault):
    """A key file is configured and is not there."""


def key_place(key_file: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the key must be: the credential if there is one, else `key_file`; None: the records are not encrypted."""
    credential = credential_file(environment)
    return credential if credential is not None else key_file


def credential_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The credential that systemd handed this process, or None."""
    folder = environment.get("CREDENTIALS_DIRECTORY")
    credential = Path(folder) / CREDENTIAL if folder else None
    return credential if credential is not None and credential.exists() else None


def find_keys(key_file: Path | None, environment: Mapping[str, str] = os.environ) -> Keys | None:
    """The keys, or None when none is configured. Raises KeyMissing, or TheirFault for a file that is not as it must be."""
    place = key_place(key_file, environment)
    if place is None:
        return None
    try:
        about = place.stat()
        text = place.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError as error:
        raise KeyMissing(
            f"records.key_file: there is no file {place}, so the records cannot be opened.",
            repair="Put the key back from where you keep its copy; only for a new appliance run `appliance records key new`.",
        ) from error
    except OSError as error:
        raise TheirFault(
            f"records.key_file: {place} cannot be read ({error.strerror}).",
            repair="Give the service the key as the systemd credential records-key, or run this command as root.",
        ) from error
    if place == key_file and (about.st_mode & _OTHERS or about.st_uid not in (0, os.geteuid())):
        raise TheirFault(
            f"records.key_file: others may read {place}.", repair=f"Make it root's alone: chown root {place}; chmod 600 {place}."
        )
    lines = [line.strip() for line in text.splitlines()]
    values = [line for line in lines if line and not line.startswith("#")]
    if not values or not all(_KEY.fullmatch(value) for value in values):
        raise TheirFault(
            f"records.key_file: {place} holds no key.", repair="A key is a line of 64 hex digits; put yours back from its copy."
        )
    return Keys(place, tuple(value.lower() for value in values))


def new_key() -> str:
    """256 bits of the system's randomness."""
    return secrets.token_hex(32)


def create_key_file(path: Path) -> Keys:
    """Make a key where none is. Raises TheirFault when there is one, or it cannot be written."""
    if path.exists():
        raise TheirFault(
            f"records.key_file: {path} is there already.", repair="Use `appliance records key rotate` to change the key."
        )
    keys = Keys(path, (new_key(),))
    write_keys(path, keys.values)
    return keys


def write_keys(path: Path, values: tuple[str, ...]) -> None:
    """Replace the key file, all of it or nothing, and have it on disk. Raises TheirFault."""
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        beside.touch(0o600, exist_ok=False)  # nobody else's before the key is in it
        with beside.open("w", encoding="ascii") as file:
            file.write(_HEAD + "".join(f"{value}\n" for value in values))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise TheirFault(
            f"records.key_file: {path} cannot be written ({error.strerror}).", repair="Run this command as root."
        ) from error


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk, after a file was renamed into it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
