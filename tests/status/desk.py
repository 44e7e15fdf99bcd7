"""A status page with people who may sign in and patient data to see, served in this process by a real server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from appliance.config import load_machine
from appliance.health import Result
from appliance.records.audit import Row, latest
from appliance.records.database import Records
from appliance.records.turn_times import keep_turn_times
from appliance.status.application import create_app
from appliance.status.database import StaffDatabase
from appliance.status.users import Role, Users
from tests.plant import Plant

PASSWORD = "four ordinary green words"  # noqa: S105  # nobody lives behind it
CANARIES = ("Ottoline Zephyrcanary", "4135550199", "1951-03-04", "canarial ache", "please call about the canary")
"""What no page may show without an audit row."""


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name for it
        pass


class Desk:
    """The plant, its people, and browsers without a screen."""

    def __init__(self, folder: Path, checks: Sequence[Result] | None = (), settings: str = "") -> None:
        self.plant = Plant(folder)
        if settings:
            self.plant.settings.write_text(self.plant.settings.read_text() + settings)
            self.plant.machine = load_machine(self.plant.settings)
        self.plant.run_well()
        self.staff = StaffDatabase(self.plant.machine.staff_database_path)
        self.users = Users(self.staff, self.plant.clock)
        self.checks = checks
        self.app = self.made()

    def made(self) -> Flask:
        """The application anew, as after a restart."""
        checks = None if self.checks is None else lambda: self.checks or ()
        return create_app(self.plant.machine, self.plant.clinic, checks, clock=self.plant.clock)

    def add(self, name: str, role: Role, password: str = PASSWORD) -> None:
        """Somebody with a password."""
        code = self.users.add(name, role, "test")
        self.users.set_up(name, code, password, "127.0.0.9")

    def fill(self) -> None:
        """Appointments of today and tomorrow, and two messages."""
        local = datetime.fromtimestamp(self.plant.now, ZoneInfo(self.plant.clinic.clinic.timezone)).replace(tzinfo=None)
        records = Records(self.plant.machine.database_path)
        with records.change() as database:
            patient = {"id": "p9", "name": CANARIES[0], "date_of_birth": CANARIES[2], "phone": CANARIES[1]}
            database.table("patients").insert(patient)
            for number, hours in enumerate((-1, 1, 4, 24)):
                start = (local.replace(minute=0, second=0) + timedelta(hours=hours)).isoformat(timespec="minutes")
                row = {"id": f"a{number}", "patient": "p9", "provider": "okafor", "start": start, "reason": CANARIES[3]}
                database.table("appointments").insert({**row, "status": "active"})
            for number, recipient in enumerate(("nurse", "front_desk")):
                text = f'leave_message · {CANARIES[0]} · {CANARIES[1]} · "{CANARIES[4]}"'
                row = {"id": f"m{number}", "recipient": recipient, "text": text, "call_id": "secret"}
                database.table("messages").insert({**row, "taken": f"2026-11-23T0{8 + number}:15:00"})
        turns = [(local - timedelta(hours=n % 3), 350 + 40 * (n % 17)) for n in range(60)]
        keep_turn_times(records, "secret", turns)
        records.close()

    def client(self, name: str = "", password: str = PASSWORD, code: str = "") -> FlaskClient:
        """A browser; with a name, signed in."""
        client = self.app.test_client()
        if name:
            answer = sign_in(client, name, password, code)
            assert answer.status_code == 303, answer.text
        return client

    def audit(self) -> list[Row]:
        """The audit's rows, newest first."""
        with self.staff.reading() as connection:
            return latest(connection, 10_000)

    @contextmanager
    def served(self) -> Iterator[str]:
        """The page's address, as long as the block runs."""
        with serving(self.app) as address:
            yield address


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application at a real server with threads, as long as the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]  # the threaded server has it, the type promises less
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def form_of(client: FlaskClient, address: str) -> str:
    """The token in the forms of a page."""
    found = re.search(r'name="form" value="([0-9a-f]+)"', client.get(address).text)
    assert found, address
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str, code: str = "", **more: Any) -> TestResponse:
    """What the sign-in form sends."""
    token = form_of(client, "/sign-in")
    return client.post("/sign-in", data={"form": token, "name": name, "password": password, "code": code} | more)
