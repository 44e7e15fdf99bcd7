"""Prompts in words: values filled in, repetitions worded differently, and every prompt the conversation uses there."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest

from appliance.conversation.situations import LAST_WORDS, OTHER_WORDS, by_situation
from appliance.faults import OurFault
from appliance.languages import Wording, constant_sentences, load_prompts

SOURCES = [p for folder in ("conversation", "intents") for p in (Path(__file__).parents[2] / "appliance" / folder).glob("*.py")]
FRIDAY_AT_EIGHT = (datetime(2026, 11, 27, 8, 0), "Dr. Okafor")


@pytest.fixture
def wording() -> Wording:
    return Wording("en", load_prompts("en"), date(2026, 11, 23))


def test_values_are_put_into_words(wording: Wording) -> None:
    said = wording.say("confirm_booking", {"start": FRIDAY_AT_EIGHT[0], "provider": "Dr. Okafor", "reason": "back pain"})
    assert said == "So that's Friday, November 27th at 8 AM with Dr. Okafor, for back pain. Is that right?"


def test_times_of_one_day_name_the_day_once(wording: Wording) -> None:
    openings = [FRIDAY_AT_EIGHT, (datetime(2026, 11, 27, 8, 30), "Dr. Okafor"), (datetime(2026, 11, 27, 9, 30), "Dr. Okafor")]
    said = wording.say("offer_slots", {"openings": openings})
    assert said.startswith("I have Friday, November 27th with Dr. Okafor at 8 AM, 8:30 AM or 9:30 AM.")


def test_openings_of_several_days_are_told_one_by_one(wording: Wording) -> None:
    said = wording.say("offer_slots", {"openings": [FRIDAY_AT_EIGHT, (datetime(2026, 11, 30, 10, 0), "Dr. Whitfield")]})
    assert "November 27th at 8 AM with Dr. Okafor; or Monday, November 30th at 10 AM with Dr. Whitfield" in said


def test_a_week_s_hours_are_told_as_runs_of_days(wording: Wording) -> None:
    assert wording.say("opening_hours", {"groups": [(0, 4, time(8), time(17))]}) == "We're open Monday to Friday from 8 AM to 5 PM."


def test_a_repeated_prompt_is_worded_differently(wording: Wording) -> None:
    first, second, third = (wording.say("ask_dob", {}) for _ in range(3))
    assert first != second
    assert second == third


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("message", ["is that all right?", "¿está bien?", "call me!"])
def test_a_message_that_ends_with_a_mark_gets_no_second_one(language: str, message: str) -> None:
    read_back = Wording(language, load_prompts(language), date(2026, 11, 23))
    for _ in range(2):
        said = read_back.say("confirm_message", {"message": message, "phone": "4135550199"})
        assert f"{message} " in said


def test_a_full_stop_within_a_value_stays(wording: Wording) -> None:
    said = wording.say("confirm_message", {"message": "is it 3.5? ask Dr. Okafor", "phone": "4135550199"})
    assert "is it 3.5? ask Dr. Okafor. " in said


def test_a_prompt_that_is_missing_is_our_fault(wording: Wording) -> None:
    with pytest.raises(OurFault, match="no prompt nonsense"):
        wording.say("nonsense", {})


def test_every_prompt_the_conversation_names_has_words() -> None:
    prompts = load_prompts("en")
    named = {name for source in SOURCES for name in re.findall(r'(?:Say|Finish)\(\s*"(\w+)"', source.read_text())}
    named |= {last for source in SOURCES for _, last in re.findall(r'Ask\(\s*"(\w+)"(?:,\s*"(\w+)")?', source.read_text()) if last}
    assert len(named) > 30
    assert named <= prompts.keys()


def test_situations_and_last_words_are_about_prompts_there_are() -> None:
    prompts = load_prompts("en")
    assert OTHER_WORDS.keys() | LAST_WORDS <= prompts.keys()
    assert "_goodbye" in by_situation(prompts)


def test_what_needs_no_value_of_a_call_can_be_rendered_beforehand() -> None:
    sentences = constant_sentences(load_prompts("en"), {"clinic": "Test Clinic"})
    assert "Test Clinic, this is the A.I. assistant. How can I help you?" in sentences
    assert not [sentence for sentence in sentences if "{" in sentence]
