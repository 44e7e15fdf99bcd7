"""Which language an utterance is in, and which one it asks for."""

import re

import pytest

from appliance.understanding.phrases import load_phrases
from appliance.understanding.which_language import courtesy, leaning, named, spoken

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

OTHERS = {
    "bonjour je voudrais prendre un rendez-vous": "fr",
    "Bonjour, je voudrais prendre un rendez-vous avec le docteur, s'il vous plaît.": "fr",
    "je ne parle pas anglais": "fr",
    "bom dia eu gostaria de marcar uma consulta": "pt",
    "quero marcar uma consulta com o médico por favor": "pt",
    "eu não falo inglês": "pt",
    "buongiorno vorrei prendere un appuntamento con il dottore": "it",
    "ho bisogno di un appuntamento per domani": "it",
    "non parlo inglese": "it",
    "xin chào tôi muốn đặt lịch hẹn với bác sĩ": "vi",
    "xin chao toi muon dat lich hen voi bac si": "vi",
    "kumusta gusto ko pong magpa appointment sa doktor": "tl",
    "magandang umaga kailangan ko ng appointment": "tl",
    "ni hao wo xiang yuyue yisheng": "zh",
    "wo bu hui shuo yingwen": "zh",
    "mwen ta renmen pran yon randevou ak doktè a": "ht",
    "guten tag ich möchte einen termin vereinbaren": "de",
    "dzień dobry chciałbym umówić się na wizytę": "pl",
    "ya ne govoryu po angliyski": "ru",
    "я хочу записаться к врачу": "und",
    "我想预约医生": "und",
}


@pytest.mark.parametrize(("text", "language"), OTHERS.items())
def test_a_third_language_is_neither_spanish_nor_english(text: str, language: str) -> None:
    assert spoken(text, "en", NAMES) == spoken(text, "es", NAMES) == language


@pytest.mark.parametrize("code", ["en", "es"])
def test_no_example_phrase_is_taken_for_a_third_language(code: str) -> None:
    """Callers who ask for another language may do so in it."""
    lines = [phrase.text for phrase in load_phrases(code) if phrase.intent not in ("change_language", "greeting")]
    assert len(lines) > 1000
    assert [line for line in lines if spoken(re.sub(r"\{\w+\}", "", line), code) not in ("en", "es")] == []


@pytest.mark.parametrize(
    "text", ["merci", "ciao bella", "Jean de la Croix", "Nguyen Thi Mai", "Hao Xiang", "déjà vu", "my name is Ko Ng"]
)
def test_a_foreign_name_or_courtesy_is_no_third_language(text: str) -> None:
    assert spoken(text, "en", NAMES) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [("a las 4", "es"), ("el 15 de marzo", "es"), ("at 4", "en"), ("on march 15", "en"), ("4", None), ("Sofia Ramirez", None)],
)
def test_what_few_words_lean_to(text: str, language: str | None) -> None:
    assert leaning(text) == language


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
