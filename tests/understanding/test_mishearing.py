"""What a recogniser misheard is put right by its sound, and plain lines are left alone."""

from __future__ import annotations

from time import process_time

import pytest

from appliance.understanding.mishearing.repair import Mishearing
from appliance.understanding.mishearing.sounds import distance, loss, substitution

NAMES = {
    "provider": ["amara", "okafor", "james", "whitfield", "elena", "ruiz"],
    "patient_name": ["margaret", "doyle", "priya", "nair"],
    "place": ["cedar", "hill", "maple"],
}


@pytest.fixture(scope="module")
def mishearing() -> Mishearing:
    return Mishearing("en", NAMES)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("i'd like an a point meant on chews day", "i'd like an appointment on tuesday"),
        ("can i come in on fry day", "can i come in on friday"),
        ("could we do it to morrow after noon", "could we do it tomorrow afternoon"),
        ("my visit is on the twenty forth", "my visit is on the twenty fourth"),
        ("the nine thirsty please", "the nine thirty please"),
        ("with doctor oh car for", "with doctor okafor"),
        ("is doctor wit field in", "is doctor whitfield in"),
        ("i need my met foreman refilled", "i need my metformin refilled"),
        ("a refill of my ator vast a tin", "a refill of my atorvastatin"),
        ("send it to the wall greens", "send it to the walgreens"),
        ("i want to can sell my appointment", "i want to cancel my appointment"),
        ("i need to conform my appointment", "i need to confirm my appointment"),
        ("pre ya nair", "priya nair"),
        ("margret doil", "margaret doyle"),
        ("anything on thirst day", "anything on thursday"),
        ("my am low da peen is running out", "my amlodipine is running out"),
        ("i need a call a nos copy", "i need a colonoscopy"),
        ("march nighth", "march ninth"),
        ("is this see der hill", "is this cedar hill"),
    ],
)
def test_misheard_words_are_put_right(mishearing: Mishearing, heard: str, said: str) -> None:
    assert mishearing.put_right(heard) == said


@pytest.mark.parametrize(
    "line",
    [
        "i have been so thirsty all the time",
        "i'm feeling dizzy and thirsty",
        "my name is Jaswinder Ghuman",
        "I'd like to see Dr. Amy Teng.",
        "it's spelled c a r t e r",
        "august third oh four",
        "four one three five five five oh one seven three",
        "can i just walk in",
        "no i can't make it on friday",
        "hola necesito cambiar mi cita de mañana",
        "are you an ai or a person",
        "my dad's mouth is hanging on one side",
        "what time do you close on Friday?",
        "",
        "...",
    ],
)
def test_what_was_heard_well_stays(mishearing: Mishearing, line: str) -> None:
    assert mishearing.put_right(line) == line


def test_punctuation_and_other_words_stay_as_they_are(mishearing: Mishearing) -> None:
    assert mishearing.put_right("Hello, can we do chews day? At 2:30, please.") == "Hello, can we do tuesday? At 2:30, please."


def test_nothing_is_put_together_over_a_pause(mishearing: Mishearing) -> None:
    assert "tomorrow" not in mishearing.put_right("i want to, morrow is my name")


def test_a_no_is_never_heard_as_something_else(mishearing: Mishearing) -> None:
    for line in ("no", "not the ninth", "no not that one", "i don't want it", "i can't come"):
        assert mishearing.put_right(line) == line


def test_an_utterance_takes_a_few_milliseconds(mishearing: Mishearing) -> None:
    """Also one never heard before; the bound is wide because machines that test are busy."""
    lines = [f"could you move my appointment with doctor whitfield from monday to {day} please" for day in ("friday", "choose day")]
    began = process_time()
    for line in lines * 5:
        mishearing.put_right(line)
    assert (process_time() - began) / 10 < 0.02


def test_a_distance_is_the_least_of_all_ways_to_take_one_for_the_other() -> None:
    """What begins and ends alike is passed over, unless a detour over the cheapest vowel costs less."""
    assert distance("tUk", "tUk") == 0
    assert distance("AtHm", "AdHm") == pytest.approx(substitution("t", "d"))
    assert distance("UbX", "XUbX") == pytest.approx(min(loss("X"), substitution("U", "X") + loss("U")))
    assert distance("bUt", "bUXt") == pytest.approx(min(loss("X"), substitution("U", "X") + loss("U")))
    assert distance("", "tU") == pytest.approx(loss("t") + loss("U"))
