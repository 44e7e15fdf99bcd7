"""What the operator and the front desk do, in a real browser: by mouse, by keyboard, and with script switched off."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.records.calls import call_ended
from appliance.records.database import Records
from tests.status.browser import Browser
from tests.status.desk import CANARIES, PASSWORD, Desk

PAGES = {"": ("", "sign-in", "set-up"), "it.admin": ("", "audit", "account"), "maria.lopez": ("messages", "appointments")}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = Browser(tmp_path_factory.mktemp("profile"))
    yield chromium
    chromium.close()


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Desk:
    browser.forget()
    browser.script(on=True)
    desk = Desk(tmp_path)
    desk.fill()
    desk.add("it.admin", "operator")
    desk.add("maria.lopez", "front-desk")
    return desk


@pytest.fixture
def page(desk: Desk) -> Iterator[str]:
    with desk.served() as address:
        yield address


def sign_in(browser: Browser, page: str, name: str) -> None:
    """By keyboard alone: the name has the focus, and Enter sends the form."""
    browser.open(page + "sign-in")
    browser.wait_for("document.activeElement.id === 'name'")
    browser.type(name)
    browser.press("Tab")
    browser.wait_for("document.activeElement.id === 'password'")
    browser.type(PASSWORD)
    browser.wait_for(f"document.getElementById('password').value.length === {len(PASSWORD)}")
    browser.press("Enter")
    browser.wait_for("location.pathname !== '/sign-in' && document.readyState === 'complete'")


def test_an_operator_signs_in_and_sees_a_call_appear_and_end(browser: Browser, page: str, desk: Desk) -> None:
    desk.plant.write_line(calls=[])
    sign_in(browser, page, "it.admin")
    assert browser.evaluate("document.querySelector('.figures b').textContent") == "0"
    browser.evaluate("window.marker = 'not reloaded'")
    desk.plant.write_line()
    browser.wait_for("document.querySelector('.live td')?.textContent === 'Talking'")
    assert browser.evaluate("document.querySelector('.live td.number').textContent") == "0:34"
    desk.plant.write_line(calls=[])
    records = Records(desk.plant.machine.database_path)
    call_ended(records, "secret-5", desk_time(desk), outcome="done", turns=6, verified=True)
    records.close()
    browser.wait_for("!document.querySelector('.live') && document.querySelector('.outcome').textContent.includes('Done')")
    assert browser.evaluate("window.marker") == "not reloaded"


def desk_time(desk: Desk) -> datetime:
    return datetime.fromtimestamp(desk.plant.now, ZoneInfo(desk.plant.clinic.clinic.timezone)).replace(tzinfo=None)


def test_the_front_desk_sees_a_new_appointment_without_reloading(browser: Browser, page: str, desk: Desk) -> None:
    sign_in(browser, page, "maria.lopez")
    browser.open(page + "appointments")
    rows = "document.querySelectorAll('.day tbody tr').length"
    assert browser.evaluate(rows) == 3
    looks = len(desk.audit())
    records = Records(desk.plant.machine.database_path)
    with records.change() as database:
        row = {"id": "new", "patient": "p9", "provider": "ruiz", "start": "2026-11-23T15:30", "reason": "check"}
        database.table("appointments").insert({**row, "status": "active", "changed": "2026-11-23T10:30:00"})
    records.close()
    browser.wait_for(f"{rows} === 4")
    assert desk.audit()[0].why == "the day's work, live update"
    assert len(desk.audit()) == looks + 1, "one change, one look"


def test_a_message_is_worked_off_by_keyboard_with_script_switched_off(browser: Browser, page: str, desk: Desk) -> None:
    browser.script(on=False)
    sign_in(browser, page, "maria.lopez")
    for button in ("Take", "Done"):
        for _ in range(30):
            browser.press("Tab")
            if browser.evaluate("document.activeElement.textContent") == button:
                break
        assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        browser.evaluate("document.body.dataset.old = '1'")
        browser.press("Enter")
        browser.wait_for("!document.body?.dataset.old && document.readyState === 'complete'")
    marks = [row.what for row in desk.audit() if row.what.startswith("marked")]
    assert marks == ["marked: done", "marked: take"]
    assert "Done by maria.lopez" in browser.evaluate("document.querySelector('.past').textContent")


def test_without_script_the_machines_page_loads_itself_again(browser: Browser, page: str) -> None:
    browser.script(on=False)
    sign_in(browser, page, "it.admin")
    assert "Answering calls" in browser.evaluate("document.body.textContent")
    assert "url=/?live=1" in browser.evaluate("document.head.innerHTML")


def test_who_is_idle_too_long_is_taken_to_the_sign_in_page(browser: Browser, page: str, desk: Desk) -> None:
    sign_in(browser, page, "maria.lopez")
    assert CANARIES[0] in browser.evaluate("document.body.textContent")
    desk.plant.now += 10 * 60
    browser.wait_for("location.pathname === '/sign-in'")
    assert CANARIES[0] not in browser.evaluate("document.body.textContent")


def test_a_page_that_slept_through_its_session_shows_no_patient_when_it_wakes(browser: Browser, page: str, desk: Desk) -> None:
    sign_in(browser, page, "maria.lopez")
    browser.wait_for("stream.readyState === EventSource.OPEN")
    browser.evaluate("stream.close(); 0")
    desk.plant.now += 3600
    browser.evaluate("listen(); 0")
    browser.wait_for("location.pathname === '/sign-in'")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_is_wider_than_the_screen(browser: Browser, page: str, width: int, language: str) -> None:
    for name, addresses in PAGES.items():
        if name:
            browser.forget()
            sign_in(browser, page, name)
        browser.open(f"{page}language/{language}?next=/")
        for address in addresses:
            browser.open(page + address, width=width)
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, (address, language)


def test_axe_finds_no_violation_of_wcag_aa_by_day_or_by_night(browser: Browser, page: str) -> None:
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None, "install the development extras"
    assert found.submodule_search_locations
    axe = (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text()
    rules = json.dumps({"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    problems: dict[str, list[str]] = {}
    for name, addresses in PAGES.items():
        if name:
            browser.forget()
            sign_in(browser, page, name)
        for address in addresses:
            for dark in (False, True):
                browser.open(page + address, dark=dark)
                browser.evaluate(f"{axe}; void 0")
                run = f"axe.run(document, {rules}).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes[0].html))"
                if violations := browser.evaluate(run):
                    problems[f"{address} {'dark' if dark else 'light'}"] = violations
    assert problems == {}
