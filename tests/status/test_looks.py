"""Roles, and the audit of every look at patient data: all addresses are walked, so that a new one cannot be forgotten."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

import appliance.status
from appliance.records.audit import verify
from appliance.records.database import Records
from appliance.vault.keys import create_key_file
from tests.status.desk import CANARIES, Desk, form_of

FOLDER = Path(str(appliance.status.__file__)).parent
FILLED = {"message": "m0", "act": "take", "code": "es", "filename": "status.css"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.fill()
    desk.add("it.admin", "operator")
    desk.add("maria.lopez", "front-desk")
    return desk


def addresses(desk: Desk) -> list[tuple[str, str]]:
    """Every method and address of the application, the streams left out: they never end, and have a test of their own."""
    found: list[tuple[str, str]] = []
    for rule in desk.app.url_map.iter_rules():
        assert isinstance(rule, Rule)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: FILLED[name[1]], rule.rule)
        found += [(method, path) for method in sorted(rule.methods or ()) if method in ("GET", "POST") and path != "/events"]
    return found


def shows_patients(text: str) -> bool:
    return any(canary in text for canary in CANARIES)


def ask(client: FlaskClient, method: str, address: str) -> str:
    if method == "GET":
        return client.get(address, follow_redirects=True).text
    return client.post(address, data={"form": form_of(client, "/account")}, follow_redirects=False).text


def test_every_address_that_shows_patient_data_leaves_an_audit_row_and_no_other_role_sees_any(desk: Desk) -> None:
    seen = set()
    for name in ("", "it.admin", "maria.lopez"):
        for method, address in addresses(desk):
            if not name and method == "POST":
                continue
            client = desk.client(name)
            before = len(desk.audit())
            text = ask(client, method, address)
            if shows_patients(text):
                seen.add(address)
                assert name == "maria.lopez", (name, address)
                looks = [row for row in desk.audit()[: len(desk.audit()) - before] if row.what == "looked"]
                assert looks, address
                assert {row.who for row in looks} == {"maria.lopez"}, address
    assert {"/messages", "/appointments"} <= seen, "the walk did see patient data"


def test_no_other_file_of_the_page_reads_tables_with_patient_data() -> None:
    table = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+(patients|appointments|messages)\b")
    assert [path.name for path in sorted(FOLDER.rglob("*.py")) if table.search(path.read_text())] == ["patient_data.py"]


def test_an_audit_row_says_who_when_what_whose_and_why_but_names_no_patient(desk: Desk) -> None:
    client = desk.client("maria.lopez")
    client.get("/appointments")
    client.get("/appointments?day=2026-11-24", headers={"X-Live": "1"})
    client.get("/messages")
    messages, tomorrow, today = desk.audit()[:3]
    assert (today.who, today.what, today.kind, today.why) == (
        "maria.lopez",
        "looked",
        "appointments of 2026-11-23",
        "the day's work",
    )
    assert today.at == "2026-11-23T15:30:00.000+00:00"
    assert json.loads(today.whose) == ["p9"]
    assert (tomorrow.kind, tomorrow.why) == ("appointments of 2026-11-24", "planning another day, live update")
    assert (messages.kind, json.loads(messages.whose)) == ("messages", ["m0", "m1"])
    assert not shows_patients(desk.plant.machine.staff_database_path.read_bytes().decode("latin-1"))
    with desk.staff.reading() as connection:
        assert verify(connection) == []


def test_a_look_that_cannot_be_written_down_is_not_had(desk: Desk) -> None:
    client = desk.client("maria.lopez")
    blocker = sqlite3.connect(desk.plant.machine.staff_database_path)
    blocker.execute("CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    blocker.commit()
    for address in ("/messages", "/appointments"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert not shows_patients(answer.text)
    blocker.close()


def test_a_message_is_taken_given_back_done_and_opened_again_and_each_is_audited(desk: Desk) -> None:
    maria = desk.client("maria.lopez")
    desk.add("joe.doe", "front-desk")
    joe = desk.client("joe.doe")

    def act(client: FlaskClient, act: str) -> str:
        token = form_of(client, "/messages")
        return client.post(f"/messages/m0/{act}", data={"form": token}, follow_redirects=True).text

    assert "Taken by maria.lopez" in act(maria, "take")
    assert "Taken by maria.lopez" in act(joe, "take"), "who comes second does not take it away"
    assert "Taken by maria.lopez" in act(joe, "give-back"), "only who took it gives it back"
    assert "Taken by" not in act(maria, "give-back")
    assert "Done by joe.doe, 10:30" in act(joe, "done")
    assert "Done by" not in act(maria, "reopen")
    marks = [(row.who, row.what) for row in desk.audit() if row.what.startswith("marked")]
    assert marks[::-1] == [
        ("maria.lopez", "marked: take"), ("maria.lopez", "marked: give-back"),
        ("joe.doe", "marked: done"), ("maria.lopez", "marked: reopen"),
    ]  # fmt: skip


def test_marks_never_touch_the_appointments_database(desk: Desk) -> None:
    before = desk.plant.machine.database_path.read_bytes()
    client = desk.client("maria.lopez")
    client.post("/messages/m0/done", data={"form": form_of(client, "/messages")})
    assert desk.plant.machine.database_path.read_bytes() == before


@pytest.mark.parametrize("address", ["/messages/m0/burn", "/messages/nobody/take", "/messages/m0/take/x"])
def test_a_message_or_act_that_is_not_there_changes_nothing(desk: Desk, address: str) -> None:
    client = desk.client("maria.lopez")
    assert client.post(address, data={"form": form_of(client, "/messages")}).status_code in (303, 404)
    assert not [row for row in desk.audit() if row.what.startswith("marked")]


def test_the_appointments_of_another_day_are_a_link_away_and_nonsense_is_no_page(desk: Desk) -> None:
    client = desk.client("maria.lopez")
    assert client.get("/appointments").text.count(CANARIES[0]) == 3
    assert client.get("/appointments?day=2026-11-24").text.count(CANARIES[0]) == 1
    assert "No appointment on this day." in client.get("/appointments?day=2026-11-25").text
    for day in ("0001-01-01", "9999-12-31", "yesterday", "2026-13-01"):
        assert client.get(f"/appointments?day={day}").status_code == 404


@pytest.mark.parametrize(("name", "forbidden"), [("it.admin", ["/messages", "/appointments"]), ("maria.lopez", ["/audit", "/x"])])
def test_each_role_is_kept_out_of_the_others_pages(desk: Desk, name: str, forbidden: list[str]) -> None:
    client = desk.client(name)
    assert [client.get(address).status_code for address in forbidden] == [404 if address == "/x" else 403 for address in forbidden]
    if name == "it.admin":
        assert client.post("/messages/m0/take", data={"form": form_of(client, "/")}).status_code == 403


def test_an_address_that_says_nothing_of_who_may_have_it_is_served_to_nobody(desk: Desk) -> None:
    desk.app.add_url_rule("/forgotten", "forgotten", lambda: "words")
    assert desk.client("it.admin").get("/forgotten").status_code == 403


def test_a_post_without_the_forms_token_or_with_anothers_changes_nothing(desk: Desk) -> None:
    maria, admin = desk.client("maria.lopez"), desk.client("it.admin")
    for token in ("", "x" * 64, "é", form_of(admin, "/")):
        for address in ("/messages/m0/done", "/sign-out", "/account"):
            answer = maria.post(address, data={"form": token})
            assert (answer.status_code, "That form was too old" in answer.text) == (400, True)
    assert maria.get("/messages").status_code == 200
    assert "Done by" not in maria.get("/messages").text
    stranger = desk.client()
    assert stranger.post("/sign-in", data={"name": "it.admin", "password": "x"}).status_code == 400


def test_probes_need_a_sign_in_from_elsewhere_unless_the_address_is_a_monitor(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings='monitors = ["192.0.2.7"]\n')
    desk.add("it.admin", "operator")
    for address in ("/live", "/ready", "/health", "/metrics"):
        codes = [
            desk.client(name).get(address, environ_base={"REMOTE_ADDR": source}).status_code
            for name, source in (("", "127.0.0.1"), ("", "192.0.2.7"), ("", "192.0.2.8"), ("it.admin", "192.0.2.8"))
        ]
        assert codes == [200, 200, 403, 200], address


def test_probes_here_answer_also_when_the_pages_own_database_is_broken(desk: Desk) -> None:
    desk.staff.close()
    desk.plant.machine.staff_database_path.write_bytes(b"no database" * 100)
    client = desk.made().test_client()
    assert [client.get(address).status_code for address in ("/live", "/ready", "/health", "/metrics")] == [200] * 4
    assert client.get("/").status_code == 503


def test_operators_see_who_looked_without_any_patient(desk: Desk) -> None:
    desk.client("maria.lopez").get("/appointments")
    page = desk.client("it.admin").get("/audit").text
    assert "looked: appointments of 2026-11-23" in page
    assert not shows_patients(page)


def test_encrypted_records_are_read_with_their_key_and_without_it_nothing_is_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settings='[records]\nkey_file = "keys/records.key"\n')
    desk.fill()
    desk.add("maria.lopez", "front-desk")
    client = desk.client("maria.lopez")
    key_file = desk.plant.machine.records.key_file
    assert key_file is not None
    key_file.parent.mkdir()
    create_key_file(key_file)
    Records(desk.plant.machine.database_path, key_file).close()
    assert CANARIES[0].encode() not in desk.plant.machine.database_path.read_bytes()
    assert client.get("/appointments").text.count(CANARIES[0]) == 3
    key_file.unlink()
    for address in ("/appointments", "/messages"):
        assert "The database cannot be read at the moment." in client.get(address).text
