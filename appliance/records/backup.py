"""Backups: a whole copy of the database in one file, made while the agent works, encrypted with the database's own key.

The same key, and not one of its own: who restores must have the database's key anyway, and a second key is a second one to lose.
A former key stays in the key file as long as backups need it. A backup has its name only once it was restored and looked through.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records.copying import copy_database, put_in_place, verified
from appliance.vault.keys import Keys

BACKUPS = "backups"
"""The folder beside the database, for where none is configured."""
_TIME = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"appliance-(\d{8}T\d{6}\.\d{6}Z)\.db")


def back_up(database: Path, keys: Keys | None, folder: Path, now: datetime) -> Path:
    """Make a backup in `folder` and answer its file; `now` has a time zone. Raises TheirFault: there is no new backup then."""
    target = folder / f"appliance-{now.astimezone(UTC).strftime(_TIME)}.db"
    unfinished = folder / f".{target.name}.new"
    try:
        if not database.exists():
            raise TheirFault(f"There is no database at {database} yet.", repair="Start the agent, which makes it.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(".appliance-*.db.new*"):  # by one that was cut off
            left.unlink()
        counts = copy_database(database, keys, unfinished, keys.present if keys else None)
        verified(unfinished, keys, counts)
        put_in_place(unfinished, target)
    except TheirFault:
        raise
    except (OSError, sqlite3.Error) as error:
        raise TheirFault(
            f"No backup could be made in {folder} ({error}).",
            repair="See that the folder is there, may be written to and has free space.",
        ) from error
    return target


def backups(folder: Path) -> Sequence[tuple[datetime, Path]]:
    """When each backup in a folder was made (UTC), and its file, the newest first. Raises OSError."""
    found = [(match, path) for path in folder.glob("appliance-*.db") if (match := _NAME.fullmatch(path.name))]
    made = [(datetime.strptime(match[1], _TIME).replace(tzinfo=UTC), path) for match, path in found]
    return sorted(made, reverse=True)


def prune(folder: Path, now: datetime, *, days: int, least: int) -> Sequence[Path]:
    """Remove backups older than so many days, but never any of the newest `least`; what was removed. Raises OSError."""
    old = [path for made, path in backups(folder)[least:] if now - made > timedelta(days=days)]
    for path in old:
        path.unlink()
    return old
