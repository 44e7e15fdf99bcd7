"""Are the records on disk unreadable for whoever takes the disk?"""

from __future__ import annotations

import sqlite3

from appliance.health import Result, Subject
from appliance.reports.database import reading
from appliance.vault.keys import credential_file, find_keys
from appliance.vault.opening import is_plain

SLOW = False


def check(subject: Subject) -> Result:
    """Look at the key, at how the database begins, and whether one opens the other. A wrong key is told as the fault it is."""
    machine = subject.machine
    keys = find_keys(machine.records.key_file)
    if keys is None:
        repair = "Set records.key_file in appliance.toml, run `appliance records key new` and start the agent again."
        return Result("encryption", "warning", "The records are not encrypted, because no key is configured.", repair)
    database = machine.database_path
    if not database.exists() or database.stat().st_size == 0:
        return Result("encryption", "ok", "There is a key for the database that is to come.")
    try:
        with reading(database, machine.records.key_file) as connection:
            plain = is_plain(connection)
    except sqlite3.OperationalError as error:
        return Result("encryption", "unknown", f"{database} cannot be read now ({error}).", "Try again.")
    if plain:
        return Result("encryption", "warning", f"{database} is not encrypted yet.", "Start the agent again, which encrypts it.")
    if credential_file() is None and keys.place.parent == machine.paths.data:
        repair = "Keep the key elsewhere, best as a systemd credential, and set records.key_file."
        return Result("encryption", "warning", "The records are encrypted, but their key lies in the same folder.", repair)
    return Result("encryption", "ok", "The records are encrypted.")
