"""Is the audit of looks at patient data whole, with no row changed, removed or put in between?"""

from __future__ import annotations

import sqlite3

from appliance.health import Result, Subject
from appliance.records.audit import head, verify
from appliance.reports.database import reading

SLOW = True


def check(subject: Subject) -> Result:
    """Walk the chain in the status page's database."""
    path = subject.machine.staff_database_path
    if not path.exists():
        return Result("audit", "ok", "Nobody can sign in to the status page yet, so there is no audit of looks.")
    try:
        with reading(path) as database:
            problems, (rows, _) = verify(database), head(database)
    except sqlite3.OperationalError as error:
        return Result("audit", "unknown", f"The audit cannot be read now ({error}).", "Run `appliance check` as root.")
    except sqlite3.DatabaseError as error:
        repair = "Stop the status page, keep a copy of the file, and find out who or what wrote to it."
        return Result("audit", "broken", f"{path} is damaged ({error}).", repair)
    if problems:
        repair = "Keep a copy of the file as evidence, and find out who may write to it."
        return Result("audit", "broken", problems[0], repair)
    return Result("audit", "ok", f"The audit's {rows} rows are whole.")
