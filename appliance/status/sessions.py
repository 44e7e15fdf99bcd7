"""Who is signed in: random tokens, kept as hashes, that end after idleness, after a day's work, or by signing out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from appliance.status.database import StaffDatabase

LONGEST_SECONDS = 12 * 3600.0
NOTED_SECONDS = 5.0
"""How precisely the last click is known; a write for every click would be too many."""
MOST = 200


@dataclass(frozen=True)
class Sessions:
    """The sessions in the page's database; `clock` gives seconds since 1970."""

    database: StaffDatabase
    clock: Callable[[], float]
    idle_seconds: float

    def begin(self, user: str) -> str:
        """A new session; answers its token, which only the browser keeps."""
        token, now = secrets.token_urlsafe(32), self.clock()
        with self.database.change() as connection:
            old = (now - self.idle_seconds, now - LONGEST_SECONDS)
            connection.execute("DELETE FROM sessions WHERE seen < ? OR began < ?", old)
            connection.execute(
                "DELETE FROM sessions WHERE token IN (SELECT token FROM sessions ORDER BY seen DESC LIMIT -1 OFFSET ?)", (MOST,)
            )
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_kept(token), user, now, now))
        return token

    def user(self, token: str, *, clicked: bool) -> str | None:
        """Whose session this is, or None when it has ended. Only a click of a person (`clicked`) puts the idle log-off away."""
        now = self.clock()
        with self.database.reading() as connection:
            row = connection.execute("SELECT * FROM sessions WHERE token = ?", (_kept(token),)).fetchone()
        if row is None or now - row["seen"] >= self.idle_seconds or now - row["began"] >= LONGEST_SECONDS:
            return None
        if clicked and now - row["seen"] >= NOTED_SECONDS:
            with self.database.change() as connection:
                connection.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, _kept(token)))
        return str(row["user"])

    def end(self, token: str) -> None:
        """Sign out."""
        with self.database.change() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (_kept(token),))


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
