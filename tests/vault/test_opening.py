"""Why a database does not open is one sentence that tells a wrong key from a damaged file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.reports.database import reading
from appliance.vault.connection import open_file
from appliance.vault.keys import CREDENTIAL, Keys, write_keys
from appliance.vault.opening import CannotOpen, connect
from appliance.vault.pages import PAGE_BYTES, fits_any_page

RIGHT, WRONG = "a" * 64, "b" * 64
CANARY = "Ottoline Zephyrcanary"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A settled file encrypted with RIGHT."""
    path = tmp_path / "records.db"
    with closing(open_file(path, RIGHT, seconds=1)) as connection:
        connection.execute("CREATE TABLE people (name TEXT UNIQUE)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO people VALUES (?)", [(f"{CANARY} {number}",) for number in range(2000)])
        connection.execute("COMMIT")
    return path


def keys(*values: str) -> Keys:
    return Keys(Path("/etc/records.key"), values)


def complaint(path: Path, *values: str) -> str:
    with pytest.raises(CannotOpen) as fault:
        connect(path, keys(*values) if values else None, seconds=1)
    assert not {RIGHT, WRONG} & set(str(fault.value).split())
    return str(fault.value)


def test_nothing_that_was_written_can_be_read_without_the_key(database: Path) -> None:
    content = database.read_bytes()
    assert CANARY.encode() not in content
    assert not content.startswith(b"SQLite format 3")
    with closing(connect(database, keys(RIGHT), seconds=1)) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2000,)


def test_a_former_key_opens_too(database: Path) -> None:
    connect(database, keys(WRONG, RIGHT), seconds=1).close()


def test_a_wrong_key_is_told_with_its_place(database: Path) -> None:
    assert "does not open with the key of /etc/records.key: the key is another database's" in complaint(database, WRONG)


def test_no_key_at_all_is_told(database: Path) -> None:
    assert "is encrypted, and no key is configured. Set records.key_file" in complaint(database)


def _zero(start: int, end: int) -> Callable[[bytearray], bytearray]:
    def damage(content: bytearray) -> bytearray:
        content[start:end] = bytes(end - start)
        return content

    return damage


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_zero(100, 200), "is damaged at its beginning; the key is right"),
        (_zero(16, PAGE_BYTES), "is damaged at its beginning; the key is right"),
        (_zero(0, 16), "or the file's beginning is damaged"),
        (lambda content: content[: PAGE_BYTES - 100], "is damaged: a part of it is missing"),
        (lambda content: content[:10], "is damaged: a part of it is missing"),
    ],
)
def test_a_damaged_beginning_is_told_from_a_wrong_key(database: Path, damage: Callable[[bytearray], bytearray], told: str) -> None:
    database.write_bytes(damage(bytearray(database.read_bytes())))
    said = complaint(database, RIGHT)
    assert told in said
    assert "appliance restore" in said


@pytest.mark.parametrize(("version", "told"), [(1, "1"), (2, "2 or 3"), (3, "2 or 3")])
def test_a_file_of_an_older_cipher_is_told_with_its_version(tmp_path: Path, version: int, told: str) -> None:
    path = tmp_path / "old.db"
    with closing(open_file(path, RIGHT, seconds=1)) as connection:
        connection.execute(f"PRAGMA cipher_compatibility = {version}")
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.executemany("INSERT INTO people VALUES (?)", [("x" * 500,)] * 40)
    assert f"was encrypted by SQLCipher {told}, and this version reads 4" in complaint(path, RIGHT)


def test_a_page_tells_by_itself_whether_a_key_wrote_it(database: Path) -> None:
    assert fits_any_page(database, RIGHT)
    assert not fits_any_page(database, WRONG)


def test_every_error_is_one_of_the_standard_library_s(database: Path) -> None:
    """The standard library's IntegrityError is what a double booking is recognised by."""
    with (
        closing(connect(database, keys(RIGHT), seconds=0)) as connection,
        closing(connect(database, keys(RIGHT), seconds=0)) as other,
    ):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.execute("INSERT INTO people VALUES (?)", (f"{CANARY} 7",))
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.executemany("INSERT INTO people VALUES (?)", [(f"{CANARY} 7",)])
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            connection.execute("SELECT * FROM nobody")
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked") as locked:
            other.execute("BEGIN IMMEDIATE")
        assert locked.value.sqlite_errorname == "SQLITE_BUSY"


def test_a_reader_gets_the_key_from_the_file_or_the_credential_and_cannot_write(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file = tmp_path / CREDENTIAL
    write_keys(key_file, (RIGHT,))
    with reading(database, key_file) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2000,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM people")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with reading(database) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2000,)


def test_a_reader_without_the_key_meets_a_database_error_that_says_why(database: Path, tmp_path: Path) -> None:
    for key_file, told in ((None, "no key is configured"), (tmp_path / "none.key", "there is no file")):
        with pytest.raises(sqlite3.DatabaseError, match=told) as fault, reading(database, key_file):
            raise AssertionError
        assert isinstance(fault.value, TheirFault)
