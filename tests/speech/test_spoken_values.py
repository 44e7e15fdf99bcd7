"""The generated answers: plain words, the clinic's names, and every shape a birth date, time or number is said in."""

import re

import pytest

from appliance.speech.engines import Vocabulary
from appliance.speech.plain_words import plain
from appliance.speech.spoken_values import SpokenValues

VALUES = SpokenValues(Vocabulary([], ["Zofia Wójcik-Lane"], ["Dr. Amara Okafor"]))


@pytest.mark.parametrize("kind", [own.kind for own in VALUES.kinds])
def test_answers_are_plain_words(kind: str) -> None:
    """Lower case words with single spaces, no rule left unfilled, and the same again for the same seed."""
    lines = list(VALUES.lines(kind, 500))
    assert all(re.fullmatch(r"[a-z'.]+( [a-z'.]+)*", line) for line in lines)
    assert lines == list(VALUES.lines(kind, 500))
    assert lines != list(VALUES.lines(kind, 500, seed=2))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("birth", r"\w+ \w+ nineteen \w+ty \w+"),
        (
            "birth",
            r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) .*ty (one|two|three|four|five|six|seven|eight|nine)",
        ),
        ("moment", r"next \w+ at .*"),
        ("moment", r"the first one"),
        ("phone", r"((one|two|three|four|five|six|seven|eight|nine|oh|zero) ?){10}"),
        ("choice", r"yes that's right"),
        ("choice", r"no thank you"),
        ("name", r"zofia wojcik lane"),
        ("moment", r"doctor okafor"),
    ],
)
def test_each_kind_of_answer_is_there(kind: str, said: str) -> None:
    assert any(re.fullmatch(said, line) for line in VALUES.lines(kind, 3_000))


def test_no_two_kinds_claim_one_situation() -> None:
    asked = [situation for own in VALUES.kinds for situation in own.asked]
    assert len(asked) == len(set(asked))


def test_a_clinic_without_patients_still_has_names() -> None:
    """Everybody is a new patient on the first day."""
    assert len(set(SpokenValues(Vocabulary([], [], [])).lines("name", 300))) > 200


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Dr. Sofía Ramírez-O'Neill", "doctor sofia ramirez o'neill"),
        ("Yes, that’s 'right'!", "yes that's right"),
        ("  K-O-W ", "k o w"),
        ("¿Qué?", "que"),
        ("123", ""),
    ],
)
def test_text_becomes_plain_words(written: str, spoken: str) -> None:
    assert plain(written) == spoken
