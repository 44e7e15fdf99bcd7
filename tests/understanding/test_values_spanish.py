"""Values said in Spanish, on Monday 23 November 2026."""

from datetime import datetime, time

import pytest

from appliance.understanding.values import Window, choice, read, time_window

NOW = datetime(2026, 11, 23, 9)

VALUES = {
    ("date", "mañana"): "2026-11-24",
    ("date", "mañana mismo"): "2026-11-24",
    ("date", "mañana por la mañana"): "2026-11-24",
    ("date", "pasado mañana"): "2026-11-25",
    ("date", "hoy por favor"): "2026-11-23",
    ("date", "el viernes"): "2026-11-27",
    ("date", "este viernes"): "2026-11-27",
    ("date", "el próximo jueves"): "2026-12-03",
    ("date", "el martes de la semana que viene"): "2026-12-01",
    ("date", "el ocho de diciembre"): "2026-12-08",
    ("date", "el primero de diciembre"): "2026-12-01",
    ("date", "el veinticinco"): "2026-11-25",
    ("date", "el treinta y uno de diciembre"): "2026-12-31",
    ("date", "el miércoles nueve"): "2026-12-09",
    ("date", "el viernes cuatro de diciembre"): "2026-12-04",
    ("date", "en dos semanas"): "2026-12-07",
    ("date", "dentro de tres días"): "2026-11-26",
    ("date", "de hoy en ocho"): "2026-11-30",
    ("date", "el día después de acción de gracias"): "2026-11-27",
    ("date", "nochebuena"): "2026-12-24",
    ("date", "el martes, no, el miércoles"): "2026-11-25",
    ("date", "el primer lunes de diciembre"): "2026-12-07",
    ("date", "la semana que viene"): None,
    ("date", "el treinta de febrero"): None,
    ("date", "a las tres"): None,
    ("date", "por la mañana"): None,
    ("date_range", "la próxima semana"): "2026-11-30/2026-12-04",
    ("date_range", "esta semana"): "2026-11-23/2026-11-27",
    ("date_range", "la semana del siete"): "2026-12-07/2026-12-11",
    ("date_range", "en diciembre"): "2026-12-01/2026-12-31",
    ("date_range", "a principios de diciembre"): "2026-12-01/2026-12-10",
    ("date_range", "este fin de semana"): "2026-11-28/2026-11-29",
    ("time", "a las tres y media de la tarde"): "15:30",
    ("time", "a las cuatro"): "16:00",
    ("time", "a las cuatro está bien"): "16:00",
    ("time", "a la una"): "13:00",
    ("time", "las diez y cuarto"): "10:15",
    ("time", "las diez menos cuarto"): "09:45",
    ("time", "cuarto para las diez"): "09:45",
    ("time", "a las diez y veinticinco"): "10:25",
    ("time", "las nueve de la mañana"): "09:00",
    ("time", "diez y media"): "10:30",
    ("time", "al mediodía"): "12:00",
    ("time", "las doce y media"): "12:30",
    ("time", "a las 8:30"): "08:30",
    ("time", "tres"): "15:00",
    ("time", "por la tarde"): None,
    ("time", "después de las tres"): None,
    ("time", "a las tres o a las cuatro"): None,
    ("datetime", "mañana a las tres"): "2026-11-24T15:00",
    ("datetime", "la de mañana a las tres"): "2026-11-24T15:00",
    ("datetime", "el viernes a las diez y media de la mañana"): "2026-11-27T10:30",
    ("datetime", "el nueve de diciembre a las dos"): "2026-12-09T14:00",
    ("datetime", "el martes 24 de noviembre a las 3 de la tarde"): "2026-11-24T15:00",
    ("dob", "el nueve de marzo del cuarenta y ocho"): "1948-03-09",
    ("dob", "cinco de diciembre del noventa y dos"): "1992-12-05",
    ("dob", "cinco de diciembre de mil novecientos noventa y dos"): "1992-12-05",
    ("dob", "nací el treinta de junio del dos mil dieciocho"): "2018-06-30",
    ("dob", "doce de septiembre de dos mil veintiuno"): "2021-09-12",
    ("dob", "catorce de febrero de 1979"): "1979-02-14",
    ("dob", "veintidós del siete del ochenta y cinco"): "1985-07-22",
    ("dob", "primero de enero de mil novecientos treinta y ocho"): "1938-01-01",
    ("dob", "cinco de diciembre"): None,
    ("dob", "treinta de febrero de mil novecientos ochenta"): None,
    ("phone", "cuatro uno tres cinco cinco cinco cero uno siete tres"): "4135550173",
    ("phone", "cinco cincuenta y cinco cero uno cuarenta y dos"): "5550142",
    ("phone", "triple cinco cero uno ocho ocho"): "5550188",
    ("phone", "quinientos cincuenta y cinco cero uno cuarenta y dos"): "5550142",
    ("phone", "cinco cinco cinco cero uno cuatro"): None,
    ("name", "me llamo Sofía Ramírez"): "Sofía Ramírez",
    ("name", "soy sofía ramírez"): "Sofía Ramírez",
    ("name", "mi nombre es juan perez"): "Juan Perez",
    ("name", "r a m i r e z"): "Ramirez",
    ("name", "necesito una cita"): None,
}


@pytest.mark.parametrize(("said", "expected"), VALUES.items())
def test_a_value_is_read(said: tuple[str, str], expected: str | None) -> None:
    assert read(*said, NOW, "es") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("por la mañana", Window(time(8), time(12))),
        ("en la tarde", Window(time(12), time(17))),
        ("después de las tres", Window(earliest=time(15))),
        ("antes de las diez", Window(latest=time(10))),
        ("entre las dos y las cuatro", Window(time(14), time(16))),
        ("lo antes posible", Window(preference="earliest")),
        ("mañana", None),
        ("a las tres", None),
    ],
)
def test_a_window_is_read(text: str, expected: Window | None) -> None:
    assert time_window(text, "es") == expected


def test_a_choice_is_read() -> None:
    assert choice("la segunda por favor", 3, "es") == 1
    assert choice("la última", 3, "es") == 2
    assert choice("cualquiera", 3, "es") == 0
    assert choice("ninguna", 3, "es") is None
