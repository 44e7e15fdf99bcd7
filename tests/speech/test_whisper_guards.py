"""Each reason not to believe a text, and the honest text beside it that must pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.speech.engines import Vocabulary
from appliance.speech.whisper_guards import Objection, Written, loops, objection, too_fast
from appliance.speech.whisper_hints import hints
from appliance.speech.whisper_text import as_heard

TOLD = hints(Vocabulary(["hello"], ["Margaret Doyle"], ["Amara Okafor"]), "en")
HONEST = Written("i'd like to come on friday", seconds=2.5, nobody=0.1, log_probability=-0.3)


def why(written: Written) -> Objection | None:
    return objection(written, TOLD, as_heard(TOLD.hint("ask_provider")))


def test_a_clear_sentence_is_believed() -> None:
    assert why(HONEST) is None


@pytest.mark.parametrize(("nobody", "log_probability"), [(0.97, -0.2), (0.7, -1.1)])
def test_a_text_of_nobody_is_not_believed(nobody: float, log_probability: float) -> None:
    assert why(replace(HONEST, nobody=nobody, log_probability=log_probability)) == "nobody spoke"


def test_a_faint_voice_that_was_understood_is_believed() -> None:
    assert why(replace(HONEST, nobody=0.7)) is None


def test_a_guess_is_not_believed() -> None:
    assert why(replace(HONEST, log_probability=-1.2)) == "a guess"


def test_a_text_that_found_no_end_is_not_believed() -> None:
    assert why(replace(HONEST, ended=False)) == "cut off"


@pytest.mark.parametrize(
    "text", ["i'm going to " * 6, "no " * 9, "see you in the next one and " * 3 + "see you in the next one and"]
)
def test_words_that_go_round_are_a_loop(text: str) -> None:
    assert why(replace(HONEST, text=text.strip(), seconds=20)) == "a loop"


@pytest.mark.parametrize(
    "text",
    [
        "zero zero zero zero",
        "no no no no",
        "five five five zero zero zero zero",
        "bye bye bye bye",
        "nine nine eight nine nine eight",
    ],
)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    assert not loops(text.split())


def test_nobody_speaks_twelve_words_in_a_second() -> None:
    words = "i would like to make an appointment with doctor okafor on friday"
    assert why(replace(HONEST, text=words, seconds=1.0)) == "too fast"
    assert why(replace(HONEST, text=words, seconds=2.5)) is None
    assert not too_fast(["thank", "you"], 0.2)


def test_a_phantom_is_not_believed_however_sure() -> None:
    assert why(replace(HONEST, text="thank you for watching", log_probability=-0.01)) == "a phantom"


def test_thanks_are_believed_of_a_clear_voice_only() -> None:
    thanks = replace(HONEST, text="thank you", seconds=1)
    assert why(thanks) is None
    assert why(replace(thanks, nobody=0.4)) == "a phantom"
    assert why(replace(thanks, log_probability=-0.8)) == "a phantom"


def test_the_hint_itself_is_no_answer() -> None:
    """A whole hint word for word, when it is longer than a name alone."""
    told = as_heard(TOLD.hint("confirm_details"))
    assert objection(replace(HONEST, text=told), TOLD, told) == "its own hint"
    assert why(replace(HONEST, text="with amara okafor")) is None
