"""Digits and numbers in Spanish, on Monday 23 November 2026."""

from datetime import datetime

import pytest

from appliance.understanding.phrases import NearestExample
from appliance.understanding.values import read
from appliance.understanding.wording import own_words, say_number, spoken_words

NOW = datetime(2026, 11, 23, 9)

DIGITS = {
    "a las 4": "a las cuatro",
    "el 15 de marzo": "el quince de marzo",
    "a las 3:30": "a las tres treinta",
    "a las 4:00 de la tarde": "a las cuatro de la tarde",
    "el 31 de diciembre": "el treinta y uno de diciembre",
    "nací el 5 de diciembre de 1992": "nací el cinco de diciembre de mil novecientos noventa y dos",
    "mi número es 413-555-0173": "mi número es cuatro uno tres cinco cinco cinco cero uno siete tres",
    "tomé 100 pastillas": "tomé cien pastillas",
}


@pytest.mark.parametrize(("text", "spoken"), DIGITS.items())
def test_digits_in_spanish_are_spoken_in_spanish(text: str, spoken: str) -> None:
    assert " ".join(word.spoken for word in spoken_words(text)) == spoken


def test_every_number_spoken_in_spanish_is_read_as_itself() -> None:
    """Days and minutes keep their value when digits become words."""
    for day in range(1, 32):
        assert read("date", f"el {' '.join(say_number(day, 'es'))} de enero", NOW, "es") == f"2027-01-{day:02}"
    for minute in range(10, 60):
        assert read("time", f"a las tres {' '.join(say_number(minute, 'es'))} de la tarde", NOW, "es") == f"15:{minute}"
    for year in (1938, 1979, 1992, 2000, 2001, 2018):
        assert read("dob", f"cinco de enero de {' '.join(say_number(year, 'es'))}", NOW, "es") == f"{year}-01-05"


def test_a_span_of_spoken_words_stands_in_the_text_with_digits() -> None:
    assert own_words("las cuatro", "necesito una cita a las 4") == "las 4"
    assert own_words("15 de marzo", "una cita el 15 de marzo, por favor") == "15 de marzo"


@pytest.mark.parametrize(
    ("text", "slot", "value"), [("quiero una cita el 15 de diciembre", "date", "2026-12-15"), ("mejor a las 4", "time", "16:00")]
)
def test_without_a_model_a_span_with_digits_has_its_value(text: str, slot: str, value: str) -> None:
    span = NearestExample("es").resolve(text, None).slots[slot]
    assert isinstance(span, str)
    assert read(slot, span, NOW, "es") == value
