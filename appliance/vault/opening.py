"""Opening a database with the key it needs, and saying in one sentence why it does not open."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from appliance.faults import TheirFault
from appliance.vault.connection import open_file
from appliance.vault.keys import Keys
from appliance.vault.pages import PAGE_BYTES, fits_any_page

_FORMER_VERSIONS = {3: "2 or 3", 1: "1"}
"""With a raw key there is no difference between 2 and 3."""
_RESTORE = "Stop the agent, keep a copy of the file, and put back the last backup with `appliance restore`."


class CannotOpen(TheirFault, sqlite3.DatabaseError):
    """The key and the file do not go together. A database error too, so that who reads on takes it for a file out of reach."""


def connect(path: Path, keys: Keys | None, *, seconds: float, options: str = "") -> sqlite3.Connection:
    """Open a file, plain or encrypted as it is, one that is not there encrypted if there is a key.

    Raises CannotOpen when the key does not fit, and sqlite3.Error for everything else: no such file, locked, a plain file damaged.
    """
    if not path.exists() or path.stat().st_size == 0:
        return _probed(path, keys.present if keys else None, seconds, options)
    # tried out, and not looked up in the file: closing a file takes the process's locks on it away (fcntl(2)), SQLite's too
    for key in keys.values if keys else ():
        try:
            return _probed(path, key, seconds, options)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            continue
    try:
        return _probed(path, None, seconds, options)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname != "SQLITE_NOTADB" or (keys is None and path.stat().st_size % PAGE_BYTES):
            raise
    raise _explained(path, keys) if keys else _no_key(path)


def is_plain(connection: sqlite3.Connection) -> bool:
    """Whether an open database is not encrypted."""
    return connection.execute("PRAGMA cipher_salt").fetchone() is None


def _probed(path: Path, key: str | None, seconds: float, options: str) -> sqlite3.Connection:
    connection = open_file(path, key, seconds=seconds, options=options)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _no_key(path: Path) -> CannotOpen:
    return CannotOpen(
        f"{path} is encrypted, and no key is configured.",
        repair="Set records.key_file in appliance.toml, or hand the key over as the systemd credential records-key.",
    )


def _explained(path: Path, keys: Keys) -> CannotOpen:
    if any(fits_any_page(path, key) for key in keys.values):
        return CannotOpen(f"{path} is damaged at its beginning; the key is right.", repair=_RESTORE)
    for version, name in _FORMER_VERSIONS.items():
        if any(_opens_as(path, key, version) for key in keys.values):
            return CannotOpen(
                f"{path} was encrypted by SQLCipher {name}, and this version reads 4.",
                repair="Open it with SQLCipher 4 and the same key, run PRAGMA cipher_migrate there, and start the agent again.",
            )
    if path.stat().st_size % PAGE_BYTES:
        return CannotOpen(f"{path} is damaged: a part of it is missing.", repair=_RESTORE)
    return CannotOpen(
        f"{path} does not open with the key of {keys.place}: the key is another database's, or the file's beginning is damaged.",
        repair=f"Put the right key into that file. If it is right: {_RESTORE[0].lower()}{_RESTORE[1:]}",
    )


def _opens_as(path: Path, key: str, version: int) -> bool:
    connection = open_file(path, key, seconds=0, options="mode=ro&immutable=1")
    try:
        connection.execute(f"PRAGMA cipher_compatibility = {version}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return True
