"""The page in a real browser: what a person sees at a desk, at night, on a phone and with the keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.health import Result
from appliance.status.application import create_app
from tests.plant import Plant
from tests.status.browser import Browser
from tests.status.desk import serving

DISK = Result("disk", "warning", "Only 0.6 GB are free where /var/lib/appliance lies.", "Delete what is not needed on that disk.")

CONTRASTS = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (text) => parse(text).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((parse(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) low.push(`${element.tagName} "${element.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return low;
})()
"""
"""Every element with text of its own whose contrast is below the 4.5:1 of WCAG 2.2, success criterion 1.4.3."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = Browser(tmp_path_factory.mktemp("profile"))
    yield chromium
    chromium.close()


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


@contextmanager
def served(plant: Plant) -> Iterator[str]:
    """The page's address, as long as the block runs."""
    application = create_app(plant.machine, plant.clinic, lambda: [DISK], clock=plant.clock)
    with serving(application) as address:
        yield address


@pytest.fixture
def page(plant: Plant) -> Iterator[str]:
    """The address of the page, served as long as the test runs."""
    with served(plant) as address:
        yield address


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("well", [True, False])
def test_every_text_has_enough_contrast_by_day_and_by_night(
    browser: Browser, page: str, plant: Plant, dark: bool, well: bool, tmp_path: Path
) -> None:
    if well:
        plant.run_well()
    browser.open(page, dark=dark)
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(15, 21, 20)" if dark else "rgb(243, 246, 245)"
    )
    assert browser.evaluate(CONTRASTS) == []
    browser.screenshot(tmp_path / f"status-{'well' if well else 'down'}-{'dark' if dark else 'light'}.png")


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_is_cut_off_at_any_width(browser: Browser, page: str, plant: Plant, width: int, tmp_path: Path) -> None:
    plant.run_well()
    plant.write_calls((70, "emergency", 12), (80, "hung_up_after_silence", 2), (1600, "abandoned", 100))
    browser.open(page, width=width)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        browser.evaluate("[...document.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth).length")
        == 0
    )
    browser.screenshot(tmp_path / f"status-{width}.png")


def test_landmarks_headings_and_table_heads_are_there_for_a_screen_reader(browser: Browser, page: str, plant: Plant) -> None:
    plant.run_well()
    browser.open(page)
    nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
    roles = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]
    for wanted in ("banner", "main", "contentinfo"):
        assert sum(role == wanted for role, _ in roles) == 1, wanted
    assert sorted(name for role, name in roles if role == "heading") == sorted([
        "Answering calls", "Connections", "Registration OK", "Line OK", "Agent OK", "Needs attention", "Disk Attention",
        "Calls", "Today by the hour", "Waits today", "Since the line started", "Proofs", "Engines in use", "Nobody can sign in yet",
    ])  # fmt: skip
    assert [name for role, name in roles if role == "columnheader"] == ["State", "Length", "Began", "Outcome", "Length", "Turns"]
    assert browser.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => h.tagName).join(' ')").startswith("H1 H2 H3")


def test_the_keyboard_reaches_the_skip_link_first_and_shows_where_it_is(browser: Browser, page: str, plant: Plant) -> None:
    plant.run_well()
    browser.open(page)
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "Skip to content"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "As a table"
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_page_follows_what_happens_without_being_reloaded(browser: Browser, page: str, plant: Plant) -> None:
    plant.run_well()
    browser.open(page)
    browser.evaluate("window.marker = 'not reloaded'")
    plant.write_line(registration={"state": "failed", "last_ok_at": plant.now - 400, "last_code": 503, "reason": "Unavailable"})
    browser.wait_for("document.querySelector('h1').textContent === 'No calls are arriving'")
    assert browser.evaluate("window.marker") == "not reloaded"
    assert "Registration is lost" in browser.evaluate("document.querySelector('.parts').textContent")
    assert browser.evaluate("document.title").startswith("No calls are arriving")


def test_a_page_that_can_no_longer_be_fetched_says_so(browser: Browser, plant: Plant) -> None:
    plant.run_well()
    with served(plant) as address:
        browser.open(address)
    started = time.monotonic()
    browser.wait_for("document.body.classList.contains('stale')", seconds=40)
    assert "has stopped updating" in browser.evaluate("document.getElementById('stale').textContent")
    assert time.monotonic() - started < 35


def test_the_browser_has_nothing_to_complain_about(browser: Browser, page: str, plant: Plant) -> None:
    """No refused script or style, no missing file, no error: the strict content policy fits the page."""
    plant.run_well()
    browser.open(page)
    browser.complaints.clear()
    browser.open(page)
    browser.wait_for("document.querySelector('h1').textContent === 'Answering calls'")
    assert browser.complaints == []
