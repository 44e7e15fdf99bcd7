"""The appliance's databases, opened so that nothing can be written and the agent's writing is never held up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.faults import TheirFault
from appliance.vault.keys import Keys, find_keys
from appliance.vault.opening import CannotOpen, connect

BUSY_SECONDS = 0.5


@contextmanager
def reading(path: Path, key_file: Path | None = None) -> Iterator[sqlite3.Connection]:
    """A read-only connection, closed afterwards. The key is systemd's credential, or else in `key_file` (records.key_file).

    Raises sqlite3.Error when the file is missing, locked or no database; its kind CannotOpen is a TheirFault too and says what is
    wrong with the key.
    """
    connection = _open(path, key_file)
    try:
        yield connection
    finally:
        connection.close()


def _open(path: Path, key_file: Path | None) -> sqlite3.Connection:
    keys, fault = _keys(key_file)
    try:
        return connect(path, keys, seconds=BUSY_SECONDS, options="mode=ro")
    except CannotOpen as error:
        raise CannotOpen(fault.sentence, repair=fault.repair) if fault else error from fault
    except sqlite3.OperationalError:
        # A write-ahead-log database needs its side files even for reading; in a folder that is read-only to us they cannot be made.
        # With no log beside it nobody is writing, so reading the bare file is right.
        if not path.exists() or path.with_name(path.name + "-wal").exists():
            raise
    return connect(path, keys, seconds=BUSY_SECONDS, options="mode=ro&immutable=1")


def _keys(key_file: Path | None) -> tuple[Keys | None, TheirFault | None]:
    try:
        return find_keys(key_file), None
    except TheirFault as fault:  # a plain database is readable all the same
        return None, fault
