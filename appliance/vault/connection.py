"""SQLCipher's connection, which speaks of its errors in the standard library's words.

`sqlcipher3` brings its own SQLite, newer than the system's, and its own exceptions; its IntegrityError is not sqlite3's. Everybody
who catches sqlite3.Error, sqlite-utils included, would miss them. So they are translated here, and nobody else knows the library.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, NoReturn, Self, cast
from urllib.parse import quote

from sqlcipher3 import dbapi2


class _Cursor(dbapi2.Cursor):  # type: ignore[misc]  # the library has no types
    def execute(self, *arguments: Any) -> Self:
        try:
            super().execute(*arguments)
        except dbapi2.Error as error:
            _raise(error)
        return self

    def executemany(self, *arguments: Any) -> Self:
        try:
            super().executemany(*arguments)
        except dbapi2.Error as error:
            _raise(error)
        return self

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except dbapi2.Error as error:
            _raise(error)

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except dbapi2.Error as error:
            _raise(error)

    def fetchall(self) -> Any:
        try:
            return super().fetchall()
        except dbapi2.Error as error:
            _raise(error)


class _Connection(dbapi2.Connection):  # type: ignore[misc]  # the library has no types
    def cursor(self, factory: type = _Cursor) -> Any:
        try:
            return super().cursor(factory)
        except dbapi2.Error as error:
            _raise(error)

    def backup(self, target: Any, **options: Any) -> None:
        try:
            super().backup(target, **options)
        except dbapi2.Error as error:
            _raise(error)


def open_file(path: Path | None, key: str | None, *, seconds: float, options: str = "") -> sqlite3.Connection:
    """A connection without implicit transactions, usable from any thread. Nothing is read yet, so nothing is known of the key.

    `path` None is a database in memory; `key` is 64 hex digits; `options` belongs to SQLite's URI, such as "mode=ro".

    Raises sqlite3.Error.
    """
    address = f"file:{quote(str(path))}?{options}" if path else ":memory:"
    try:
        connection = dbapi2.connect(
            address, uri=True, timeout=seconds, check_same_thread=False, isolation_level=None, factory=_Connection
        )
    except dbapi2.Error as error:
        _raise(error)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to stderr, which is a log of JSON lines
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")  # not a parameter: a PRAGMA takes none
    return cast(sqlite3.Connection, connection)  # the same interface, from another library


def _raise(error: Exception) -> NoReturn:
    translated = getattr(sqlite3, type(error).__name__, sqlite3.DatabaseError)(*error.args)
    for detail in ("sqlite_errorcode", "sqlite_errorname"):
        setattr(translated, detail, getattr(error, detail, None))
    raise translated from error
