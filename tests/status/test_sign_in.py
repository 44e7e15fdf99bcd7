from __future__ import annotations

import os
import re
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient

from appliance.faults import TheirFault
from appliance.status import lockout
from appliance.status.access import own_address
from appliance.status.events import MOST
from appliance.status.users import SETUP_SECONDS, Refused, User, password_problem
from tests.status.desk import PASSWORD, Desk, form_of, sign_in


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def set_up(client: FlaskClient, name: str, code: str, password: str = PASSWORD, again: str | None = None) -> int:
    data = {"form": form_of(client, "/set-up"), "name": name, "code": code, "password": password}
    return client.post("/set-up", data={**data, "again": again or password}).status_code


def test_without_any_user_the_page_shows_the_machines_health_here_and_nothing_to_others(desk: Desk) -> None:
    client = desk.client()
    here = client.get("/")
    assert here.status_code == 200
    assert "appliance users add" in here.text
    assert "Registered with the PBX" in here.text
    assert not desk.plant.machine.staff_database_path.exists(), "looking makes no database"
    elsewhere = client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 403
    assert "appliance users add" in elsewhere.text
    assert "Registered" not in elsewhere.text
    for address in ("/messages", "/appointments", "/audit", "/account", "/sign-in", "/set-up"):
        assert client.get(address).headers.get("Location") == "/", address


def test_with_a_user_the_page_is_shown_only_to_who_signed_in(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    client = desk.client()
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Registered with the PBX" in desk.client("it.admin").get("/").text


def test_a_set_up_code_works_once_and_leads_straight_in(desk: Desk) -> None:
    code = desk.users.add("Maria.Lopez", "front-desk", "test")
    assert re.fullmatch(r"([2-9A-Z]{5}-){3}[2-9A-Z]{5}", code)
    client = desk.client()
    assert set_up(client, "maria.lopez", "AAAAA-AAAAA-AAAAA-AAAAA") == 403
    assert set_up(client, "maria.lopez", code.lower().replace("-", " ")) == 303
    assert client.get("/messages").status_code == 200
    assert set_up(desk.client(), "maria.lopez", code) == 403, "the second use"
    assert desk.client("MARIA.LOPEZ ").get("/messages").status_code == 200


def test_a_set_up_code_ends_after_three_days(desk: Desk) -> None:
    code = desk.users.add("it.admin", "operator", "test")
    desk.plant.now += SETUP_SECONDS + 1
    assert set_up(desk.client(), "it.admin", code) == 403


@pytest.mark.parametrize("password", ["short", "it.admin it.admin", "aaaaaaaaaaaaaaaa", "x" * 300])
def test_a_poor_password_is_refused_with_a_sentence_and_the_code_stays_good(desk: Desk, password: str) -> None:
    code = desk.users.add("it.admin", "operator", "test")
    assert password_problem("it.admin", password)
    assert set_up(desk.client(), "it.admin", code, password) == 422
    assert set_up(desk.client(), "it.admin", code, PASSWORD, "another " + PASSWORD) == 422
    assert set_up(desk.client(), "it.admin", code) == 303


def test_there_is_no_default_password_and_nobody_gets_in_before_setting_one(desk: Desk) -> None:
    desk.users.add("it.admin", "operator", "test")
    for password in ("", "admin", "password", "it.admin"):
        assert sign_in(desk.client(), "it.admin", password).status_code == 403
        desk.plant.now += 1000


def test_wrong_name_and_wrong_password_read_the_same(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    answers = [sign_in(desk.client(), name, "wrong password").text for name in ("it.admin", "nobody")]
    shapes = {re.sub(r'name="(name|form)" value="[^"]*"', "", answer.replace("it.admin", "nobody")) for answer in answers}
    assert shapes == {re.sub(r'name="(name|form)" value="[^"]*"', "", answers[1])}


def test_failures_lock_the_name_out_with_a_growing_delay_even_for_the_right_password(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    waits = []
    for _ in range(9):
        answer = sign_in(desk.client(), "it.admin", "wrong password")
        waits.append(int(answer.headers.get("Retry-After", 0)))
        desk.plant.now += waits[-1]
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240]
    desk.plant.now -= 200
    locked = sign_in(desk.client(), "it.admin", PASSWORD)
    assert locked.status_code == 429
    assert "you have to wait" in locked.text
    desk.plant.now += 200
    assert sign_in(desk.client(), "it.admin", PASSWORD).status_code == 303
    assert sign_in(desk.client(), "it.admin", "wrong password").status_code == 403, "the right password began the count anew"


def test_the_delay_never_grows_beyond_a_quarter_of_an_hour(desk: Desk) -> None:
    assert [lockout.delay(count) for count in (0, 1, 2, 7, 8, 1000)] == [0, 15, 30, 900, 900, 900]
    assert desk.users.anybody() is False


def test_one_address_that_tries_many_names_is_locked_out(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    found = [desk.users.check(f"guess{number}", "wrong password", "", "192.0.2.66") for number in range(21)]
    assert isinstance(found[-1], Refused)
    assert found[-1].wait_seconds > 0
    assert isinstance(desk.users.check("it.admin", PASSWORD, "", "192.0.2.66"), Refused)
    assert isinstance(desk.users.check("it.admin", PASSWORD, "", "192.0.2.67"), User)


def test_names_that_were_tried_are_written_down_nowhere(desk: Desk) -> None:
    """People type their password into the field of the name."""
    desk.add("it.admin", "operator")
    sign_in(desk.client(), "my secret password", "x")
    assert b"my secret password" not in desk.plant.machine.staff_database_path.read_bytes()


def test_the_file_holds_neither_passwords_nor_codes_nor_tokens(desk: Desk) -> None:
    code = desk.users.add("maria.lopez", "front-desk", "test")
    desk.add("it.admin", "operator")
    client = desk.client("it.admin")
    token = client.get_cookie("session")
    assert token is not None
    content = desk.plant.machine.staff_database_path.read_bytes()
    assert b"$argon2id$" in content
    for secret in (PASSWORD, code, code.replace("-", ""), token.value):
        assert secret.encode() not in content
    assert desk.plant.machine.staff_database_path.stat().st_mode & 0o777 == 0o600


def switch_on(desk: Desk, client: FlaskClient) -> pyotp.TOTP:
    page = client.get("/account").text
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret
    totp = pyotp.TOTP(secret[1])
    token = form_of(client, "/account")
    wrong = client.post("/account", data={"form": token, "secret": secret[1], "code": "000000"})
    assert (wrong.status_code, "That code does not fit" in wrong.text) == (422, True)
    right = {"form": token, "secret": secret[1], "code": totp.at(int(desk.plant.now))}
    assert client.post("/account", data=right).status_code == 303
    return totp


def test_with_the_second_factor_a_password_alone_is_not_enough_and_a_code_works_once(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    totp = switch_on(desk, desk.client("it.admin"))
    desk.plant.now += 60
    code = totp.at(int(desk.plant.now))
    assert sign_in(desk.client(), "it.admin", PASSWORD).status_code == 403
    assert sign_in(desk.client(), "it.admin", PASSWORD, "é" * 6).status_code == 403
    assert sign_in(desk.client(), "it.admin", PASSWORD, f"{code[:3]} {code[3:]}").status_code == 303
    assert sign_in(desk.client(), "it.admin", PASSWORD, code).status_code == 403, "a code that somebody may have seen"
    desk.plant.now += 60
    early = totp.at(int(desk.plant.now) - 30)
    assert sign_in(desk.client(), "it.admin", PASSWORD, early).status_code == 303, "a clock half a minute late"


def test_the_second_factor_can_be_switched_off_again(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    client = desk.client("it.admin")
    switch_on(desk, client)
    assert client.post("/account", data={"form": form_of(client, "/account")}).status_code == 303
    assert sign_in(desk.client(), "it.admin", PASSWORD).status_code == 303


def test_ten_minutes_without_a_click_sign_out_and_live_updates_are_no_clicks(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    client = desk.client("it.admin")
    for _ in range(3):
        desk.plant.now += 9 * 60
        assert client.get("/").status_code == 200
    for _ in range(9):
        desk.plant.now += 60
        assert client.get("/", headers={"X-Live": "1"}).status_code == 200
        assert client.get("/?live=1").status_code == 200
    desk.plant.now += 60
    assert client.get("/", headers={"X-Live": "1"}).headers.get("Location") == "/sign-in"
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_a_working_day_is_the_longest_session(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    client = desk.client("it.admin")
    for _ in range(12 * 12 - 1):
        desk.plant.now += 5 * 60
        assert client.get("/").status_code == 200
    desk.plant.now += 5 * 60
    assert client.get("/").status_code == 303


def test_signing_out_resetting_and_removing_end_the_session(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    client, other = desk.client("it.admin"), desk.client("it.admin")
    token = client.get_cookie("session")
    assert client.post("/sign-out", data={"form": form_of(client, "/")}).status_code == 303
    assert token is not None
    client.set_cookie("session", token.value)
    assert client.get("/").status_code == 303, "an old cookie is worth nothing"
    assert other.get("/").status_code == 200
    desk.users.reset("it.admin", "test")
    assert other.get("/").status_code == 303
    with pytest.raises(TheirFault, match="no user nobody"):
        desk.users.remove("nobody", "test")
    desk.users.remove("it.admin", "test")
    assert desk.users.all() == []


@pytest.mark.parametrize("name", ["", "Ötzi", "a b", "-x", "x" * 41, "a/b"])
def test_a_name_that_is_none_is_refused_with_a_repair(desk: Desk, name: str) -> None:
    with pytest.raises(TheirFault, match="no user name"):
        desk.users.add(name, "operator", "test")


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\nx", ""])
def test_signing_in_never_leads_to_another_site(desk: Desk, path: str) -> None:
    desk.add("it.admin", "operator")
    answer = sign_in(desk.client(), "it.admin", PASSWORD, next=path)
    assert answer.headers["Location"] == "/"
    assert own_address("/appointments?day=2026-11-24") == "/appointments?day=2026-11-24"


def test_a_signed_out_reader_comes_back_to_the_page_they_wanted(desk: Desk) -> None:
    desk.add("maria.lopez", "front-desk")
    client = desk.client()
    wanted = client.get("/appointments?day=2026-11-24").headers["Location"]
    assert wanted == "/sign-in?next=/appointments%3Fday%3D2026-11-24"
    assert 'name="next" value="/appointments?day=2026-11-24"' in client.get(wanted).text


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites_and_with_tls_of_plain_http(desk: Desk, tmp_path: Path) -> None:
    desk.add("it.admin", "operator")
    plain = sign_in(desk.client(), "it.admin", PASSWORD).headers["Set-Cookie"]
    assert plain.startswith("session=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(plain.split("; "))
    (tmp_path / "tls").mkdir()
    secured = Desk(tmp_path / "tls", settings='tls_certificate_file = "c.pem"\ntls_key_file = "k.pem"\n')
    secured.add("it.admin", "operator")
    client = secured.app.test_client()
    base = "https://localhost"
    page = client.get("/sign-in", base_url=base)
    token = re.search(r'name="form" value="([0-9a-f]+)"', page.text)
    assert token
    data = {"form": token[1], "name": "it.admin", "password": PASSWORD}
    cookie = client.post("/sign-in", base_url=base, data=data).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_stream_of_a_session_that_ended_says_so_and_nothing_else(desk: Desk) -> None:
    desk.add("it.admin", "operator")
    answer = desk.client().get("/events")
    assert (answer.content_type, answer.text) == ("text/event-stream", "event: signed-out\ndata: \n\n")


def test_there_are_only_so_many_streams_and_a_closed_one_gives_its_place_back(desk: Desk) -> None:
    client = desk.client()
    streams = [client.get("/events", buffered=False) for _ in range(MOST)]
    assert {stream.status_code for stream in streams} == {200}
    assert client.get("/events").status_code == 503
    streams[0].close()
    last = client.get("/events", buffered=False)
    assert last.status_code == 200
    for stream in (last, *streams):
        stream.close()


def test_what_root_makes_for_the_page_belongs_to_the_owner_of_the_data(desk: Desk) -> None:
    """`appliance users add` is mostly run by root, before the page ever ran."""
    if os.geteuid() == 0:
        os.chown(desk.plant.machine.paths.data, 4321, 4322)
    desk.users.add("it.admin", "operator", "test")
    wanted = desk.plant.machine.paths.data.stat()
    for path in (desk.plant.machine.staff_database_path, desk.plant.machine.staff_database_path.parent):
        assert (path.stat().st_uid, path.stat().st_gid) == (wanted.st_uid, wanted.st_gid)
