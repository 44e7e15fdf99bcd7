"""From the caller's words to one intent of a closed set, slots in the caller's own words, and values of those slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

INTENTS = (
    "book_appointment", "cancel_appointment", "reschedule_appointment", "ask_appointment", "confirm_appointment",
    "ask_hours", "ask_location", "ask_directions_parking", "ask_services_insurance", "refill_prescription", "test_results",
    "billing", "leave_message", "speak_to_human", "emergency", "crisis", "affirm", "deny", "provide_info", "repeat",
    "correct_info", "greeting", "goodbye_thanks", "change_language", "ai_disclosure", "out_of_scope", "silence_noise",
)  # fmt: skip
SLOTS = (
    "patient_name", "date_of_birth", "phone", "provider", "specialty", "date", "time", "time_of_day", "reason",
    "medication", "pharmacy", "insurer", "new_patient",
)  # fmt: skip

UNSURE = 0.35
"""Confidence below which an intent is a guess, where a resolver's settings say nothing better."""


@dataclass(frozen=True)
class Resolution:
    """What a resolver read in one utterance: an intent, how sure it is (0 to 1), and the caller's own words for each slot."""

    intent: str
    confidence: float
    slots: Mapping[str, str | list[str]] = field(default_factory=dict)
    """Two mentions of one slot make a list."""
    second: str = "provide_info"
    """The intent it would be, were it not the first."""


class Resolver(Protocol):
    """One rung of the ladder that reads an utterance (encoder, example phrases, later an instruct model)."""

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """Read `text`, said in answer to the situation `asked` (None at the start)."""


@dataclass(frozen=True)
class Understanding:
    """One utterance, understood. `values` holds a normalised value for each slot whose words our grammar could read.

    Values: date "2026-11-27", date_range "2026-11-30/2026-12-04", time "15:00", datetime "2026-11-27T15:00", dob "1985-07-22",
    phone "4135550173", name "Daniel Kowalski". `emergency` and `crisis` come from wording beside the model and from the model.
    """

    text: str
    intent: str
    confidence: float
    slots: Mapping[str, str | list[str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    emergency: bool = False
    crisis: bool = False
