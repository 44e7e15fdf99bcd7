"""Who may sign in to the status page: named people with one role each, a password of their own, and a second factor if they like.

Nobody has a password to begin with. `appliance users add` prints a code that works once and for three days; with it the person
chooses a password that nobody else has ever seen.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Literal, get_args

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.faults import TheirFault
from appliance.records import audit
from appliance.records.audit import Entry
from appliance.status import lockout
from appliance.status.database import StaffDatabase

Role = Literal["operator", "front-desk"]
ROLES: tuple[Role, ...] = get_args(Role)
SETUP_SECONDS = 3 * 24 * 3600.0
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Longer ones would only make hashing slow."""
TOTP_SECONDS = 30
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id as OWASP's Password Storage Cheat Sheet has it. More would take time from the calls being answered."""
_NOBODYS = _hasher.hash(secrets.token_hex())
"""Checked for names that do not exist, so that the time of an answer does not tell which names do."""


@dataclass(frozen=True)
class User:
    """Somebody who may sign in."""

    name: str
    role: Role
    has_password: bool
    has_totp: bool


@dataclass(frozen=True)
class Refused:
    """A sign-in that failed; `wait_seconds` above 0 says that the next one must wait."""

    wait_seconds: float


class Users:
    """The users in the page's database; `clock` gives seconds since 1970."""

    def __init__(self, database: StaffDatabase, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        """A hash takes memory and time of the machine that answers calls; nor may guesses overtake the count."""

    def anybody(self) -> bool:
        """Whether there is any user."""
        if not self._database.exists():
            return False
        with self._database.reading() as connection:
            return connection.execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None

    def all(self) -> list[User]:
        """Everybody, by name."""
        if not self._database.exists():
            return []
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute("SELECT * FROM users ORDER BY name")]

    def find(self, name: str) -> User | None:
        """The user of this name."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM users WHERE name = ?", (plain(name),)).fetchone()
        return _user(row) if row else None

    def add(self, name: str, role: Role, by: str) -> str:
        """Add somebody; answers the set-up code. Raises TheirFault for a name that is taken or not fit to be one."""
        name = plain(name)
        if not _NAME.fullmatch(name):
            repair = "Take up to 40 letters, digits, dots, hyphens and underscores, as in maria.lopez."
            raise TheirFault(f"{name!r} is no user name.", repair=repair)
        with self._database.change() as connection:
            if connection.execute("SELECT 1 FROM users WHERE name = ?", (name,)).fetchone():
                raise TheirFault(f"There is a user {name} already.", repair="`appliance users reset` gives a new set-up code.")
            now = self._now().isoformat(timespec="seconds")
            connection.execute("INSERT INTO users (name, role, added) VALUES (?, ?, ?)", (name, role, now))
            self._note(connection, by, "added", name, f"access to the status page as {role}")
            return self._new_code(connection, name)

    def reset(self, name: str, by: str) -> str:
        """Take password and second factor away, end the sessions, forgive failures; answers a new set-up code."""
        with self._database.change() as connection:
            self._must_exist(connection, name)
            connection.execute("UPDATE users SET password = NULL, totp = NULL WHERE name = ?", (plain(name),))
            connection.execute("DELETE FROM sessions WHERE user = ?", (plain(name),))
            lockout.forgive(connection, plain(name))
            self._note(connection, by, "reset", plain(name))
            return self._new_code(connection, plain(name))

    def remove(self, name: str, by: str) -> None:
        """Remove somebody and end the sessions."""
        with self._database.change() as connection:
            self._must_exist(connection, name)
            connection.execute("DELETE FROM users WHERE name = ?", (plain(name),))
            connection.execute("DELETE FROM sessions WHERE user = ?", (plain(name),))
            self._note(connection, by, "removed", plain(name))

    def set_up(self, name: str, code: str, password: str, address: str) -> User | Refused:
        """Use up a set-up code: from now on `password` is the one. The caller has looked at `password_problem` before."""
        return self._attempt(name, address, lambda connection: self._use_code(connection, plain(name), code, password))

    def check(self, name: str, password: str, totp: str, address: str) -> User | Refused:
        """Who signs in with these; also counts failures and keeps waiting people waiting."""
        return self._attempt(name, address, lambda connection: self._right(connection, plain(name), password, totp))

    def keep_totp(self, name: str, secret: str | None) -> None:
        """Switch the second factor on with this secret (base32), or off."""
        with self._database.change() as connection:
            connection.execute("UPDATE users SET totp = ?, totp_step = 0 WHERE name = ?", (secret, name))
            self._note(connection, name, "switched the second factor " + ("on" if secret else "off"), name)

    def _attempt(self, name: str, address: str, right: Callable[[Connection], bool]) -> User | Refused:
        who: Mapping[str, str] = {"name": plain(name), "address": address}
        with self._one_at_a_time, self._database.change() as connection:
            now = self._clock()
            if (wait := lockout.waiting(connection, who, now)) > 0:
                return Refused(wait)
            row = connection.execute("SELECT * FROM users WHERE name = ?", (plain(name),)).fetchone()
            known = row["name"] if row else "somebody unknown"  # what was typed may be a password, so it is not written down
            if not right(connection):
                wait = lockout.failed(connection, who, now)
                self._note(connection, known, "failed to sign in", known)
                return Refused(wait)
            lockout.forgive(connection, plain(name))
            self._note(connection, known, "signed in", known)
            return _user(connection.execute("SELECT * FROM users WHERE name = ?", (plain(name),)).fetchone())

    def _right(self, connection: Connection, name: str, password: str, totp: str) -> bool:
        row = connection.execute("SELECT password, totp, totp_step FROM users WHERE name = ?", (name,)).fetchone()
        kept = row["password"] if row else None
        try:
            _hasher.verify(kept or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        if not kept:
            return False
        if _hasher.check_needs_rehash(kept):
            connection.execute("UPDATE users SET password = ? WHERE name = ?", (_hasher.hash(password), name))
        if row["totp"] is None:
            return True
        step = totp_step(row["totp"], totp, self._clock())
        if step is None or step <= row["totp_step"]:  # a code that was seen once is worth nothing (RFC 6238, section 5.2)
            return False
        connection.execute("UPDATE users SET totp_step = ? WHERE name = ?", (step, name))
        return True

    def _use_code(self, connection: Connection, name: str, code: str, password: str) -> bool:
        row = connection.execute("SELECT setup_code, setup_until FROM users WHERE name = ?", (name,)).fetchone()
        if row is None or row["setup_code"] is None or row["setup_until"] < self._clock():
            return False
        if not secrets.compare_digest(row["setup_code"], _code_hash(code)):
            return False
        changed = (_hasher.hash(password), name)
        connection.execute("UPDATE users SET password = ?, setup_code = NULL, setup_until = NULL WHERE name = ?", changed)
        return True

    def _new_code(self, connection: Connection, name: str) -> str:
        code = "-".join("".join(secrets.choice(_CODE_SIGNS) for _ in range(5)) for _ in range(4))
        until = self._clock() + SETUP_SECONDS
        connection.execute("UPDATE users SET setup_code = ?, setup_until = ? WHERE name = ?", (_code_hash(code), until, name))
        return code

    def _must_exist(self, connection: Connection, name: str) -> None:
        if connection.execute("SELECT 1 FROM users WHERE name = ?", (plain(name),)).fetchone() is None:
            raise TheirFault(f"There is no user {plain(name)}.", repair="`appliance users list` shows them.")

    def _note(self, connection: Connection, who: str, what: str, name: str, why: str = "access to the status page") -> None:
        audit.append(connection, Entry(who, what, "account", why, [name]), self._now())

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def plain(name: str) -> str:
    """A user name as it is kept: case and spaces around it do not count."""
    return name.strip().casefold()


def password_problem(name: str, password: str) -> str | None:
    """What is wrong with a new password, as a sentence, or None. Length counts, not kinds of signs (NIST SP 800-63B, 3.1.1.2)."""
    if len(password) < SHORTEST_PASSWORD:
        return "Take at least 12 characters; four ordinary words are easy to remember."
    if len(password) > LONGEST_PASSWORD:
        return "Take at most 256 characters."
    if plain(name) in password.casefold() or len(set(password)) < 5:
        return "That is too easy to guess; take four words that have nothing to do with each other."
    return None


def totp_step(secret: str, code: str, now: float) -> int | None:
    """The 30 s step that a code belongs to, of this one and its neighbours; None for a wrong code (RFC 6238)."""
    given = code.replace(" ", "").encode()
    totp, current = pyotp.TOTP(secret, interval=TOTP_SECONDS), int(now) // TOTP_SECONDS
    steps = (current, current - 1, current + 1)
    return next((step for step in steps if secrets.compare_digest(totp.generate_otp(step).encode(), given)), None)


def _user(row: Mapping[str, str]) -> User:
    return User(row["name"], "operator" if row["role"] == "operator" else "front-desk", bool(row["password"]), bool(row["totp"]))


def _code_hash(code: str) -> str:
    # 100 random bits need no slow hash
    return hashlib.sha256("".join(code.upper().replace("-", "").split()).encode()).hexdigest()
