"""Names that no dictionary has get a sound all the same."""

import re

import pytest

from appliance.faults import TheirFault
from appliance.speech.pronunciation import Pronunciations, arpabet, by_rule
from appliance.speech.sphinx_library import acoustic_model, dictionary


@pytest.fixture(scope="module")
def pronunciations() -> Pronunciations:
    return Pronunciations(dictionary())


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("kowalski", "K AH W AA L S K IY"),
        ("nair", "N EH R"),
        ("nguyen", "N UW Y EH N"),
        ("ramirez", "R AH M IH R EH Z"),
        ("kowalski's", "K AH W AA L S K IY Z"),
        ("whitfield's", "W IH T F IY L D Z"),
    ],
)
def test_the_dictionary_goes_first(pronunciations: Pronunciations, name: str, sound: str) -> None:
    assert sound in pronunciations.of([name])[name]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("kowalski", "K .* L S K IY"),
        ("okafor", "(AA|OW|AO) K (AH|AA|AE) F (ER|AO R|OW R)"),
        ("nair", "N EH R"),
        ("nguyen", "N .* N"),
        ("ramirez", "R AH M .* Z"),
        ("walgreens", "W AO L G R IY N Z"),
    ],
)
def test_names_are_guessed_by_rule(name: str, pattern: str) -> None:
    assert re.fullmatch(pattern, by_rule([name])[name])


def test_a_foreign_name_may_be_read_as_it_is_written(pronunciations: Pronunciations) -> None:
    """Callers say "oh-kah-for", which English rules would not guess, so both readings are known."""
    assert "OW K AA F OW R" in pronunciations.of(["okafor"])["okafor"]


def test_every_guessed_phone_exists_in_the_acoustic_model() -> None:
    """An unknown phone would make the engine drop the word in silence."""
    names = [
        "agnieszka",
        "oluwaseun",
        "krzysztof",
        "xin",
        "thuy",
        "jorge",
        "siobhan",
        "giuseppe",
        "lefebvre",
        "joao",
        "bjork",
        "zhang",
    ]
    sounds = {phone for phones in by_rule(names).values() for phone in phones.split()}
    text = (acoustic_model() / "mdef").read_bytes()
    assert not {phone for phone in sounds if phone.encode() + b"\0" not in text}


def test_words_and_sounds_do_not_get_mixed_up_when_one_is_mute(pronunciations: Pronunciations) -> None:
    """A "word" without a sound is left out and the others keep theirs."""
    found = pronunciations.of(["whitfeeld", "'", "okafor"])
    assert set(found) == {"whitfeeld", "okafor"}
    assert found["whitfeeld"][0].startswith("W IH T F IY")


def test_marks_of_stress_and_foreign_signs_are_dropped() -> None:
    assert arpabet("kˈoʊvɑːlskˌi") == "K OW V AA L S K IY"


def test_without_espeak_the_fault_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TheirFault, match="Install the Debian package espeak-ng"):
        by_rule(["okafor"])
    assert by_rule([]) == {}
