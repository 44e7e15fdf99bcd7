"""Putting a backup in the place of the database. The agent must be stopped; what was there is kept aside."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records import migrations
from appliance.records.copying import SECONDS, Counts, beside, copy_database, put_in_place, settle, verified
from appliance.records.lock import alone
from appliance.records.ownership import owned_like_folder
from appliance.vault.keys import Keys, find_keys
from appliance.vault.opening import connect

_MUST_HAVE = frozenset({"patients", "appointments", "messages", "calls"})


@dataclass(frozen=True)
class Restored:
    """What came back, and where the database lies that was there before; None if there was none."""

    counts: Counts
    aside: Path | None


def restore(backup: Path, database: Path, key_file: Path | None, now: datetime) -> Restored:
    """Bring a backup back, under the present key whatever key it was made with. Until the last moment the old database stands.

    Raises TheirFault; nothing has changed then.
    """
    if not backup.is_file():
        raise TheirFault(f"There is no backup {backup}.", repair="Give the path of one that `appliance backup` made.")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with alone(database):
            return _restore(backup, database, find_keys(key_file), now)
    except TheirFault:
        raise
    except (OSError, sqlite3.Error) as error:
        raise TheirFault(
            f"{backup} could not be restored ({error}).", repair="See that paths.data may be written to and has free space."
        ) from error


def _restore(backup: Path, database: Path, keys: Keys | None, now: datetime) -> Restored:
    counts = verified(backup, keys)
    if not counts.keys() >= _MUST_HAVE:
        raise TheirFault(f"{backup} is no backup of the appliance.", repair="Give the path of one that `appliance backup` made.")
    new = beside(database)
    copy_database(backup, keys, new, keys.present if keys else None)
    verified(new, keys, counts)
    with closing(connect(new, keys, seconds=SECONDS)) as connection:
        migrations.due(connection, backup)
    aside = _keep_aside(database, keys, now) if database.exists() else None
    put_in_place(new, database)
    return Restored(counts, aside)


def _keep_aside(database: Path, keys: Keys | None, now: datetime) -> Path:
    aside = database.with_name(f"{database.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    log, log_aside = (path.with_name(f"{path.name}-wal") for path in (database, aside))
    if log.exists():  # kept before anything opens the database: SQLite drops a log that it finds damaged
        _copy(log, log_aside)
    try:
        settle(database, keys)
        log_aside.unlink(missing_ok=True)
    except (TheirFault, sqlite3.Error):
        pass  # it is damaged, which is why it is being replaced; it stays as it is, with its log
    _copy(database, aside)
    for side in ("-wal", "-shm"):  # they would be taken for those of the database that comes
        database.with_name(f"{database.name}{side}").unlink(missing_ok=True)
    return aside


def _copy(path: Path, to: Path) -> None:
    shutil.copyfile(path, to)
    owned_like_folder(to)
    with to.open("rb") as file:
        os.fsync(file.fileno())
