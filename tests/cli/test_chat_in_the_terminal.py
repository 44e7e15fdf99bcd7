"""`appliance chat` for people: what a typed line means, and what is shown."""

from __future__ import annotations

import subprocess
import sys

import pytest

from appliance.cli.terminal import read


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("I'd like to book", {"say": "I'd like to book"}),
        ("", {"silence": 6.0}),
        ("/wait 12", {"silence": 12.0}),
        ("/wait", {"silence": 6.0}),
        ("#2", {"dtmf": "2"}),
        ("# 07221985#", {"dtmf": "07221985#"}),
        ("! wait a minute", {"barge_in": "wait a minute"}),
        ("/hangup", {"hangup": True}),
        ("/help", None),
        ("/frobnicate", None),
        ("# of pills is 3", {"say": "# of pills is 3"}),
    ],
)
def test_a_typed_line_is_an_event_of_a_call(line: str, event: dict[str, object] | None) -> None:
    assert read(line) == event


def test_a_conversation_shows_both_sides_the_end_and_what_changed() -> None:
    lines = [
        "/help",
        "I need to cancel my appointment, this is Margaret Doyle",
        "! march ninth nineteen forty eight",
        "#1",
        "no, bye",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "chat"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout
    assert "press a key" in shown
    assert "talking over the clinic" in shown
    assert "the clinic hangs up" in shown
    cancelled = [line for line in shown.splitlines() if "blood pressure check" in line]
    assert len(cancelled) == 1
    assert "-" in cancelled[0].split("Tue")[0]


def test_hanging_up_ends_a_conversation_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "chat"], input="/hangup\n", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0
    assert "You hung up" in done.stdout
