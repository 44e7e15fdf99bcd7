"""Several requests in one sentence, and how little is read to find them."""

from __future__ import annotations

from datetime import datetime

import pytest

from appliance.config import Clinic
from appliance.understanding import Resolution
from appliance.understanding.attention import AttentiveReader
from appliance.understanding.providers import ProviderNames

WORDS = {"cancel": "cancel_appointment", "refill": "refill_prescription", "knee": "provide_info", "no": "deny"}


class Told:
    """Resolves by the first of some words in a text, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """The intent of the first word that is known."""
        self.asked.append((text, asked))
        return Resolution(next((WORDS[word] for word in text.split() if word in WORDS), "out_of_scope"), 0.95)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def reader(told: Told, clinic: Clinic) -> AttentiveReader:
    return AttentiveReader(told, ProviderNames(clinic), list, "en")


def test_two_requests_of_a_sentence_are_found_in_their_order(reader: AttentiveReader, now: datetime) -> None:
    said = reader.read("i want to cancel my appointment on friday and i need to refill it", None, now)
    assert [said.intent, *(one.intent for one in said.more)] == ["cancel_appointment", "refill_prescription"]


def test_the_long_part_is_not_read_when_the_short_one_asks_for_nothing(reader: AttentiveReader, told: Told, now: datetime) -> None:
    whole = "my knee is sore and i want to cancel my appointment with doctor okafor on friday"
    said = reader.read(whole, None, now)
    assert said.more == ()
    assert told.asked == [(whole, None), ("my knee is sore", None)]


def test_after_a_no_one_request_is_enough(reader: AttentiveReader, now: datetime) -> None:
    assert reader.read("no i don't, and i need to refill my pills", "anything_else", now).intent == "refill_prescription"
