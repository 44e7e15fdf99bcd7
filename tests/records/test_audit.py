from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from appliance.faults import OurFault
from appliance.records.audit import FIRST_PREVIOUS, Entry, append, create_table, head, latest, verify

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
COLUMNS = ("at", "who", "what", "kind", "why", "whose", "call_id", "previous", "hash")


@pytest.fixture
def chain() -> Iterator[sqlite3.Connection]:
    """A chain of twenty rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("BEGIN")
    create_table(connection)
    for number in range(20):
        append(connection, Entry("maria.lopez", "looked", "messages", "work", [f"m{number}"], "c1"), NOW)
    connection.execute("COMMIT")
    yield connection
    connection.close()


def tampered(chain: sqlite3.Connection) -> sqlite3.Connection:
    """The same without its triggers, as somebody with the file in hand has it."""
    chain.execute("DROP TRIGGER audit_no_update")
    chain.execute("DROP TRIGGER audit_no_delete")
    return chain


def test_a_chain_is_whole_and_numbered_without_gaps(chain: sqlite3.Connection) -> None:
    assert verify(chain) == []
    assert [row.number for row in latest(chain, 3)] == [20, 19, 18]
    assert head(chain) == (20, latest(chain, 1)[0].hash)


def test_an_empty_chain_is_whole() -> None:
    connection = sqlite3.connect(":memory:")
    create_table(connection)
    assert (verify(connection), head(connection)) == ([], (0, FIRST_PREVIOUS))


def test_rows_cannot_be_changed_or_removed_by_mistake(chain: sqlite3.Connection) -> None:
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit WHERE number = 3"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            chain.execute(statement)


def test_a_row_is_written_only_within_a_transaction_and_goes_with_it(chain: sqlite3.Connection) -> None:
    with pytest.raises(OurFault, match="outside a transaction"):
        append(chain, Entry("a", "b", "c", "d"), NOW)
    chain.execute("BEGIN")
    assert append(chain, Entry("a", "b", "c", "d"), NOW) == 21
    chain.execute("ROLLBACK")
    assert head(chain)[0] == 20


def test_any_changed_value_is_found_and_named(chain: sqlite3.Connection) -> None:
    tampered(chain)
    dice = random.Random(7)
    for _ in range(200):
        number, column = dice.randint(1, 20), dice.choice(COLUMNS)
        chain.execute("BEGIN")
        chain.execute(f"UPDATE audit SET {column} = {column} || 'x' WHERE number = ?", (number,))  # noqa: S608  # a column of ours
        assert any(f"row {number} was changed" in problem for problem in verify(chain)), (number, column)
        chain.execute("ROLLBACK")


@pytest.mark.parametrize("number", range(1, 20))
def test_a_row_taken_out_is_found_and_named(chain: sqlite3.Connection, number: int) -> None:
    tampered(chain).execute("DELETE FROM audit WHERE number = ?", (number,))
    assert verify(chain)[0] == f"Audit rows {number} to {number} are missing."


def test_swapped_rows_are_found(chain: sqlite3.Connection) -> None:
    tampered(chain)
    for old, new in ((5, 99), (6, 5), (99, 6)):
        chain.execute("UPDATE audit SET number = ? WHERE number = ?", (new, old))
    assert verify(chain)


def test_the_end_cut_off_shows_against_a_head_kept_elsewhere(chain: sqlite3.Connection) -> None:
    kept = head(chain)
    tampered(chain).execute("DELETE FROM audit WHERE number > 15")
    assert verify(chain) == []
    assert head(chain) != kept
