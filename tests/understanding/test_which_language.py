"""Which language an utterance is in, and which one it asks for."""

import pytest

from appliance.understanding.which_language import courtesy, named, spoken

NAMES = ["Sofia Ramirez", "Daniel Kowalski", "Amara Okafor", "Elena Ruiz"]

SPANISH = [
    "hola buenos días necesito cambiar mi cita de mañana",
    "Hola, buenos días, necesito una cita.",
    "quiero una cita con la doctora Okafor",
    "me duele la cabeza",
    "cinco de diciembre del noventa y dos",
    "no hablo inglés",
    "¿habla usted español?",
    "quiero hablar con alguien",
    "me llamo Juan Pérez",
    "mi nombre es ana",
    "el martes por la tarde",
    "es para mi hija",
    "dolor de espalda",
    "no puedo respirar",
    "sí es correcto",
]
ENGLISH = [
    "hi i need to make an appointment",
    "can we speak english",
    "tuesday at three",
    "my name is Ana Lopez",
    "yes that's right",
    "blood pressure check",
    "sorry what did you say",
    "I want to talk to a person",
]
EITHER = [
    "no",
    "sí",
    "no no",
    "okay",
    "hola",
    "gracias",
    "no gracias",
    "por favor",
    "yes por favor",
    "Sofia Ramirez",
    "Maria de la Cruz",
    "Rosa del Rio",
    "doctor Okafor",
    "Elena Ruiz",
    "la la la",
    "mañana",
    "okay thank you bye",
    "four one three five five five",
    "",
    "...",
]


@pytest.mark.parametrize("text", SPANISH)
def test_spanish_is_noticed_in_an_english_call(text: str) -> None:
    assert spoken(text, "en", NAMES) == spoken(text, "es", NAMES) == "es"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_noticed_in_a_spanish_call(text: str) -> None:
    assert spoken(text, "en", NAMES) == spoken(text, "es", NAMES) == "en"


@pytest.mark.parametrize("text", [text for text in EITHER if not text.startswith("four")])
def test_a_name_or_a_shared_word_changes_nothing(text: str) -> None:
    assert spoken(text, "en", NAMES) == "en"
    assert spoken(text, "es", NAMES) == "es"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I need una cita for tomorrow please", "en"),
        ("can i make an appointment para mi hijo", "en"),
        ("necesito un appointment para mi hijo", "es"),
        ("quiero cancelar mi appointment del lunes", "es"),
    ],
)
def test_mixed_speech_is_in_the_language_of_most_words(text: str, language: str) -> None:
    assert spoken(text, language, NAMES) == language


def test_names_of_the_clinic_tell_no_language() -> None:
    assert spoken("Consuelo Quiero", "en", ["Consuelo Quiero"]) == "en"


@pytest.mark.parametrize(
    ("text", "languages", "refused"),
    [
        ("do you speak spanish", {"es"}, False),
        ("español por favor", {"es"}, False),
        ("espanol", {"es"}, False),
        ("i don't speak english", {"en"}, True),
        ("i don't speak english only spanish", {"en", "es"}, True),
        ("do you speak russian", set(), False),
        ("i need an appointment", set(), False),
    ],
)
def test_a_language_is_asked_for_by_its_name(text: str, languages: set[str], refused: bool) -> None:
    about = named(text, "en")
    assert about.languages == languages
    assert about.refused == refused


def test_courtesies_of_another_language_are_known_as_such() -> None:
    assert courtesy("no gracias", "en") == courtesy("sí, por favor", "en") == "es"
    assert courtesy("no thank you", "es") == "en"
    assert courtesy("no", "en") is courtesy("yes", "en") is courtesy("", "en") is courtesy("quiero una cita", "en") is None
