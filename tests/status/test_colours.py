"""Contrast counted from the style sheet itself, by day and by night (WCAG 2.2: 1.4.3 for text, 1.4.11 for edges and drawings)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import appliance.status

STYLE = (Path(str(appliance.status.__file__)).parent / "static" / "status.css").read_text()
DAY, NIGHT = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL))
STATES = ("ok", "warning", "broken", "unknown")
TEXT = [
    *(("ink", ground) for ground in ("ground", "card", *(f"{state}-wash" for state in STATES))),
    *((ink, ground) for ink in ("quiet", "accent") for ground in ("ground", "card")),
    *((state, "card") for state in STATES), ("broken", "broken-wash"), ("broken", "ground"), ("on-accent", "accent"),
]  # fmt: skip
DRAWN = [("field", "card"), ("accent", "card"), ("second", "card"), *((state, f"{state}-wash") for state in STATES)]


def light(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [DAY, NIGHT], ids=["day", "night"])
def test_text_stands_out_from_its_ground_and_drawings_from_theirs(scheme: dict[str, str]) -> None:
    assert set(DAY) == set(NIGHT)
    low = [(ink, ground) for ink, ground in TEXT if contrast(scheme[ink], scheme[ground]) < 4.5]
    low += [(drawn, ground) for drawn, ground in DRAWN if contrast(scheme[drawn], scheme[ground]) < 3.0]
    assert low == []


def test_black_on_white_is_21_and_every_colour_of_a_rule_is_one_of_these() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) == {"#fff", "#000"}, "only the squares of a QR code are the same by night"
