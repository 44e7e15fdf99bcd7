"""Lock-out after wrong passwords: a delay that doubles, for the name that was tried and for the address that tried it.

A name is kept as a hash, because people type passwords into the wrong field. The delay ends by itself, so that nobody can keep a
colleague out for good by typing nonsense.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping

FREE = {"name": 4, "address": 20}
"""So many failures cost nothing. Several people may share an address, so it has more."""
FIRST_SECONDS = 15.0
MOST_SECONDS = 15 * 60.0
FORGET_SECONDS = 24 * 3600.0
MOST_KEPT = 5000


def waiting(connection: sqlite3.Connection, who: Mapping[str, str], now: float) -> float:
    """Seconds until this name from this address may try again; 0 when it may. `who` has the keys of FREE."""
    until = 0.0
    for kind, value in who.items():
        row = connection.execute("SELECT until FROM failures WHERE who = ?", (_key(kind, value),)).fetchone()
        until = max(until, row[0] if row else 0.0)
    # a clock set back must not lock somebody out for longer than the longest delay
    return min(max(0.0, until - now), MOST_SECONDS)


def failed(connection: sqlite3.Connection, who: Mapping[str, str], now: float) -> float:
    """Count one failure more; answers the seconds of waiting that follow from it."""
    connection.execute("DELETE FROM failures WHERE last < ?", (now - FORGET_SECONDS,))
    connection.execute(
        "DELETE FROM failures WHERE who IN (SELECT who FROM failures ORDER BY last DESC LIMIT -1 OFFSET ?)", (MOST_KEPT,)
    )
    longest = 0.0
    for kind, value in who.items():
        row = connection.execute("SELECT count FROM failures WHERE who = ?", (_key(kind, value),)).fetchone()
        count = (row[0] if row else 0) + 1
        wait = delay(count - FREE[kind])
        connection.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", (_key(kind, value), count, now + wait, now))
        longest = max(longest, wait)
    return longest


def forgive(connection: sqlite3.Connection, name: str) -> None:
    """The right password was given, or an operator helped. The address is not forgiven: one good user must not reset it for all."""
    connection.execute("DELETE FROM failures WHERE who = ?", (_key("name", name),))


def delay(beyond: int) -> float:
    """Seconds of waiting after `beyond` failures more than are free."""
    return 0.0 if beyond <= 0 else min(FIRST_SECONDS * 2.0 ** min(beyond - 1, 30), MOST_SECONDS)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()
