"""Whisper is told the clinic's names and the form of the answer that is expected."""

from __future__ import annotations

import pytest

from appliance.faults import TheirFault
from appliance.speech.engines import Vocabulary
from appliance.speech.whisper_hints import MOST_LETTERS, hints
from appliance.speech.whisper_text import as_heard

SMALL = Vocabulary(["hello"], ["Margaret Doyle", "Daniel Kowalski"], ["Amara Okafor"], ["Blue Shield"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_names_of_the_clinic_are_in_the_hints(language: str) -> None:
    told = hints(SMALL, language)
    assert "Daniel Kowalski" in told.hint("ask_name")
    assert "Amara Okafor" in told.hint("ask_provider")
    assert "Blue Shield" in told.hint("greeting")
    assert "1985" in told.hint("ask_dob")
    assert "{" not in "".join([told.general, *told.of_situation.values()])


@pytest.mark.parametrize("language", ["en", "es"])
def test_phantoms_are_written_as_they_are_heard(language: str) -> None:
    told = hints(SMALL, language)
    assert all(as_heard(words) == words for words in told.phantoms | told.doubtful)


def test_a_clinic_with_thousands_of_patients_gets_hints_without_them() -> None:
    """What does not fit is left out, not cut in the middle."""
    many = Vocabulary(["hello"], [f"Patient Number{number}" for number in range(5000)], ["Amara Okafor"])
    told = hints(many, "en")
    assert all(len(hint) <= MOST_LETTERS for hint in (told.general, *told.of_situation.values()))
    assert "Patient" not in told.hint("ask_name")
    assert "Okafor" in told.hint("ask_provider")


def test_a_language_without_hints_is_named_with_those_there_are() -> None:
    with pytest.raises(TheirFault, match=r"'fr'.*'en', 'es'"):
        hints(SMALL, "fr")
