"""Every intent that can be understood leads somewhere, and every file of intents/ keeps the one contract."""

from __future__ import annotations

import pytest

from appliance import intents
from appliance.intents.ask_services_insurance import insurers_named
from appliance.understanding import INTENTS

ANSWERS = {"affirm", "deny", "provide_info", "correct_info", "silence_noise"}
"""Intents that only answer a question; conversation/answers.py reads them."""
DANGERS = {"emergency", "crisis"}
"""Intents that conversation/danger.py answers before any other rule."""
BESIDE_THE_MODEL = {"abuse", "wait", "wrong_number"}
"""What plain words show; no model reads these."""


def test_every_intent_that_can_be_understood_leads_somewhere() -> None:
    assert set(INTENTS) - ANSWERS - DANGERS == set(intents.plans()) - BESIDE_THE_MODEL


@pytest.mark.parametrize("name", sorted(intents.plans()))
def test_an_intent_is_either_a_task_or_an_answer_at_once(name: str) -> None:
    intent = intents.plans()[name]
    assert (intent.plan is None) != (intent.respond is None)
    assert intent.manner in ("question", "errand", "calendar")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("do you take Aetna or Cigna", ["Aetna", "Cigna"]),
        ("i have blue cross", ["Blue Cross Blue Shield"]),
        ("is BCBS okay", ["Blue Cross Blue Shield"]),
        ("united health care", ["UnitedHealthcare"]),
        ("do you take kaiser", []),
    ],
)
def test_insurers_are_known_by_the_names_callers_use(said: str, named: list[str]) -> None:
    insurers = ["Aetna", "Blue Cross Blue Shield", "Cigna", "UnitedHealthcare"]
    assert insurers_named(said, insurers) == named
