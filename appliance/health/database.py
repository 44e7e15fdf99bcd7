"""Is the database there and whole?"""

from __future__ import annotations

import sqlite3

from appliance.health import Result, Subject
from appliance.reports.database import reading
from appliance.vault.opening import CannotOpen

SLOW = False
TABLES = frozenset({"appointments", "calls", "messages"})


def check(subject: Subject) -> Result:
    """Look at the tables; when thorough, walk every page (SQLite's quick_check)."""
    path = subject.machine.database_path
    if not path.exists():
        return Result("database", "warning", f"There is no database at {path} yet.", "Start the agent, which makes it.")
    try:
        with reading(path, subject.machine.records.key_file) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            problem = database.execute("PRAGMA quick_check(1)").fetchone()[0] if subject.thorough else "ok"
    except CannotOpen:  # it says what is wrong with the key
        raise
    except sqlite3.OperationalError as error:
        return Result(
            "database", "unknown", f"{path} cannot be read now ({error}).", "Try again; if it stays, see who may read it."
        )
    except sqlite3.DatabaseError as error:
        return _damaged(f"{path} is damaged ({error}).")
    if problem != "ok":
        return _damaged(f"{path} is damaged.")
    if missing := TABLES - tables:
        return _damaged(f"{path} lacks the table {min(missing)}.")
    return Result("database", "ok", "The database is whole." if subject.thorough else "The database answers.")


def _damaged(sentence: str) -> Result:
    return Result("database", "broken", sentence, "Stop the agent, keep a copy of the file, and put back the last backup.")
