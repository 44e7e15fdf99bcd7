"""The tables of the records, one numbered step a file, found by listing this folder: `0002_what_it_does.sql`.

SQLite's user_version says how many steps a database has behind it. A step is one transaction; a file that was released is never
changed again, the next step changes what it did.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from appliance.faults import OurFault, TheirFault

FOLDER = Path(__file__).parent
_NAME = re.compile(r"(\d{4})_\w+\.sql")


def find_steps(folder: Path = FOLDER) -> list[Path]:
    """The steps in their order. Raises OurFault when a number is missing, twice, or no number."""
    steps = sorted(folder.glob("*.sql"))
    numbers = [int(found[1]) if (found := _NAME.fullmatch(step.name)) else 0 for step in steps]
    if not steps or numbers != list(range(1, len(steps) + 1)):
        raise OurFault(f"The steps in {folder} are not numbered 0001, 0002 and so on.", repair="Install the appliance again.")
    return steps


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps a database has behind it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def due(connection: sqlite3.Connection, path: Path | None, folder: Path = FOLDER) -> bool:
    """Whether steps are left to take. Raises TheirFault for a database that a newer version made."""
    version, newest = version_of(connection), len(find_steps(folder))
    if version > newest:
        raise TheirFault(
            f"The database {path} was made by a newer version of the appliance: step {version} where this one knows {newest}.",
            repair="Install the newer version again, or put back the backup from before the update with `appliance restore`.",
        )
    return version < newest


def is_fresh(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever stored."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def migrate(connection: sqlite3.Connection, path: Path | None, folder: Path = FOLDER) -> None:
    """Take the steps that are left, each whole or not at all. Raises TheirFault; what was done before it stays done."""
    for number, step in enumerate(find_steps(folder), 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) < number:  # another process may have been faster
                for statement in _statements(step.read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                raise
            raise TheirFault(
                f"The database {path} cannot be brought up to date: {step.name} failed ({error}) and was undone.",
                repair="Install the version before this one again, and report this sentence.",
            ) from error


def _statements(script: str) -> Iterator[str]:
    # executescript would commit first, and the step would not be one transaction
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
