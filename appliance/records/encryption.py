"""From a plain database to an encrypted one, and from one key to the next; cut off anywhere, the database opens all the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records.copying import SECONDS, beside, copy_database, put_in_place, settle, verified
from appliance.records.lock import alone
from appliance.vault.keys import KeyMissing, Keys, create_key_file, find_keys, key_place, new_key, write_keys
from appliance.vault.opening import connect, is_plain


def keys_to_open(path: Path, key_file: Path | None) -> Keys | None:
    """The keys for the database at `path`; None leaves it plain. The key file is made only where no database is.

    Raises TheirFault for a key that is missing beside a database, or cannot be used.
    """
    try:
        return find_keys(key_file)
    except KeyMissing:
        if key_file is None or key_place(key_file) != key_file or _holds_something(path):
            raise
    key_file.parent.mkdir(parents=True, exist_ok=True)
    return create_key_file(key_file)


def encrypt_plain(path: Path, keys: Keys) -> None:
    """Put an encrypted copy, proven whole, in the place of a plain database; nothing to do for any other file.

    No plain copy is kept: that would be what encryption is to prevent. What the disk still holds of the old file's blocks is out of
    reach of a program, so a disk that is given away must be wiped. Raises TheirFault, sqlite3.Error or OSError.
    """
    if not _is_plain(path, keys):
        return
    with alone(path):
        if _is_plain(path, keys):  # still
            settle(path, None)
            _replace(path, keys, keys.present)


def rotate_key(path: Path, key_file: Path) -> None:
    """Encrypt the database with a new key. Former keys stay in the file, because backups need them.

    Both keys are in the file before the database changes, so it opens whenever this ends. Raises TheirFault, sqlite3.Error
    or OSError.
    """
    with alone(path):
        keys = find_keys(key_file, {})  # the file itself: a credential is only a copy of it
        if keys is None:
            raise TheirFault("No key is configured.", repair="Set records.key_file in appliance.toml.")
        fresh = new_key()
        if _holds_something(path):
            write_keys(key_file, (keys.present, fresh, *keys.values[1:]))
            settle(path, keys)
            _replace(path, keys, fresh)
        write_keys(key_file, (fresh, *keys.values))


def _is_plain(path: Path, keys: Keys) -> bool:
    if not _holds_something(path):
        return False
    with closing(connect(path, keys, seconds=SECONDS)) as connection:
        return is_plain(connection)


def _replace(path: Path, keys: Keys, key: str) -> None:
    new = beside(path)
    counts = copy_database(path, keys, new, key)
    verified(new, Keys(keys.place, (key,)), counts)
    put_in_place(new, path)


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
