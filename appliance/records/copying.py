"""Copies of a database that are proven to be whole, and putting one in the place of another so that a power cut finds either.

A copy is made within one read transaction, so it is of one moment while the agent goes on writing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records.ownership import owned_like_folder
from appliance.vault.connection import open_file
from appliance.vault.keys import Keys, sync_folder
from appliance.vault.opening import connect, is_plain

SECONDS = 30.0
"""How long a copy may wait for others."""

Counts = Mapping[str, int]
"""Rows by table."""


def counts_of(connection: sqlite3.Connection) -> Counts:
    """How many rows each table holds."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # no input


def copy_database(source: Path, keys: Keys | None, target: Path, key: str | None) -> Counts:
    """Copy what is committed into a new file, encrypted with `key`; its rows. Raises TheirFault, sqlite3.Error or OSError.

    A plain database can become an encrypted one, an encrypted one never a plain one.
    """
    target.unlink(missing_ok=True)
    with closing(connect(source, keys, seconds=SECONDS)) as connection:
        if key is not None and is_plain(connection):
            counts = _export(connection, target, key)
        else:
            connection.execute("BEGIN")
            counts = counts_of(connection)
            with closing(open_file(target, key, seconds=SECONDS)) as copy:
                connection.backup(copy)
            connection.execute("COMMIT")
    with closing(open_file(target, key, seconds=SECONDS)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read where nothing can be written
    owned_like_folder(target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return counts


def _export(connection: sqlite3.Connection, target: Path, key: str) -> Counts:
    # it cannot run within a transaction; whoever comes here holds the lock, so nobody writes
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    counts = counts_of(connection)
    connection.execute("ATTACH ? AS copy KEY ?", (str(target), f"x'{key}'"))
    connection.execute("SELECT sqlcipher_export('copy')").fetchone()
    connection.execute(f"PRAGMA copy.user_version = {version}")
    connection.execute("DETACH copy")
    return counts


def verified(path: Path, keys: Keys | None, counts: Counts | None = None) -> Counts:
    """Restore a copy into a scratch folder and look at every page; its rows, which must be `counts` where they are known.

    Raises TheirFault when anything is wrong with it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="restored-", dir=_scratch()) as folder:
            restored = Path(folder) / "restored.db"
            shutil.copyfile(path, restored)
            with closing(connect(restored, keys, seconds=SECONDS)) as connection:
                problem = problem_of(connection)
                found = counts_of(connection)
    except TheirFault as fault:
        raise TheirFault(fault.sentence.replace(str(restored), str(path)), repair=fault.repair) from fault
    except (OSError, sqlite3.Error) as error:
        raise TheirFault(f"{path} cannot be restored ({error}).", repair=_ANOTHER) from error
    if problem is None and counts is not None and found != counts:
        problem = "it holds other rows than the database"
    if problem is not None:
        raise TheirFault(f"{path} is damaged: {problem}.", repair=_ANOTHER)
    return found


_ANOTHER = "Take another backup, onto another disk if it happens again."


def problem_of(connection: sqlite3.Connection) -> str | None:
    """What is wrong with any page of a database, or None."""
    for check in ("cipher_integrity_check", "integrity_check"):
        row = connection.execute(f"PRAGMA {check}").fetchone()
        if row is not None and row[0] != "ok":
            return str(row[0])
    return None


def beside(path: Path) -> Path:
    """Where the file is made that is to take the place of another."""
    return path.with_name(f"{path.name}.new")


def settle(path: Path, keys: Keys | None) -> None:
    """Take the write-ahead log into the file, so that no log is left that belongs to it. Raises TheirFault or sqlite3.Error."""
    with closing(connect(path, keys, seconds=SECONDS)) as connection:
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise sqlite3.OperationalError("database is locked")


def put_in_place(new: Path, path: Path) -> None:
    """Give a finished, settled file the name of another: after a power cut the name means one or the other. Raises OSError."""
    new.replace(path)
    sync_folder(path.parent)


def _scratch() -> str | None:
    # memory, where there is any: nothing of a patient is written to a disk once more, and it is gone with the power
    memory = Path("/dev/shm")  # noqa: S108  # TemporaryDirectory makes a folder there that is ours alone
    return str(memory) if os.access(memory, os.W_OK) else None
