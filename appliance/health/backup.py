"""Is there a backup from today or yesterday?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.health import Result, Subject
from appliance.records.backup import BACKUPS, backups
from appliance.reports.conditions import ago

SLOW = False
FRESH = timedelta(hours=36)


def check(subject: Subject) -> Result:
    """Look at the newest backup's age. It was restored and looked through when it was made."""
    machine = subject.machine
    folder = machine.records.backup_folder or machine.paths.data / BACKUPS
    repair = "Run `appliance backup` every night, and read what it says."
    try:
        found = backups(folder)
    except OSError as error:
        return Result("backup", "unknown", f"{folder} cannot be read ({error.strerror}).", "Run `appliance check` as root.")
    if not found:
        return Result("backup", "warning", f"There is no backup in {folder}.", repair)
    age = datetime.fromtimestamp(subject.clock(), UTC) - found[0][0]
    told = f"The last backup was made {ago(age.total_seconds())}."
    return Result("backup", "warning", told, repair) if age > FRESH else Result("backup", "ok", told)
