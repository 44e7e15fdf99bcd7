"""Days, times, birth dates and rows of digits as callers say them in Spanish; the functions of `when`, under the same names.

An article that begins a value ("el martes", "las tres") stands there to be said before the slot: `spoken.fitted` parts them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

MONTHS = [
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
]
WEEKDAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
DIGITS = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
_TEENS = [
    *("diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve"),
    *("veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco"),
    *("veintiséis", "veintisiete", "veintiocho", "veintinueve"),
]
_TENS = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_HUNDREDS = [
    *("ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos"),
    *("seiscientos", "setecientos", "ochocientos", "novecientos"),
]
_DAYS_OF = [
    *("el {day} que viene", "el próximo {day}", "este {day}", "este {day} que viene", "el {day} que entra", "el otro {day}"),
    *("el {day} próximo", "el {day} siguiente", "el mismo {day}"),
]
_WEEKS = [
    *("la semana que viene", "la próxima semana", "la semana entrante", "la semana próxima", "la otra semana", "esta semana"),
    *("esta misma semana", "la semana que entra", "principios de semana", "mediados de semana", "finales de esta semana"),
    *("la semana después de la próxima", "el fin de semana", "este fin de semana", "de hoy en ocho", "en ocho días"),
    *("en quince días", "la semana de arriba", "dentro de ocho días", "la semana antes de navidad"),
]
_MONTHS_AHEAD = [
    *("el mes que viene", "el próximo mes", "este mes", "el mes entrante", "fin de mes", "principios de mes", "a fin de mes"),
    *("en {month}", "en {month}", "principios de {month}", "a mediados de {month}", "a finales de {month}", "a fines de {month}"),
]


def say_number(number: int) -> list[str]:
    """Words of 0 to 9999."""
    if number < 10:
        return [DIGITS[number]]
    if number < 30:
        return [_TEENS[number - 10]]
    if number < 100:
        return [_TENS[number // 10 - 3]] + (["y", DIGITS[number % 10]] if number % 10 else [])
    if number == 100:
        return ["cien"]
    if number < 1000:
        return [_HUNDREDS[number // 100 - 1]] + (say_number(number % 100) if number % 100 else [])
    thousands = [] if number < 2000 else say_number(number // 1000)
    return [*thousands, "mil"] + (say_number(number % 1000) if number % 1000 else [])


def weekday(rng: Random) -> str:
    """A weekday without its article, Saturday and Sunday rarely."""
    return rng.choice(WEEKDAYS[:5] * 4 + WEEKDAYS[5:])


def day_ordinal(rng: Random) -> str:
    """A day of the month without its month."""
    return _day(rng, rng.randint(1, 31))


def month_day(rng: Random) -> str:
    """A month and a day, the day mostly first."""
    month, day = rng.choice([*MONTHS, *MONTHS, "setiembre"]), day_ordinal(rng)
    forms = [f"el {day} de {month}"] * 5 + [f"{day} de {month}"] * 2
    return rng.choice([*forms, f"{month} {day}", f"{month} el {day}", f"el día {day} de {month}", f"el {day} del mes de {month}"])


def date(rng: Random) -> str:
    """A day to come, or a stretch of days, in any of the ways it is said."""
    day, number = weekday(rng), rng.choice(["dos", "tres", "cuatro", "un par de", "unas dos", "unas tres"])
    forms: list[tuple[float, Callable[[], str]]] = [
        (9, lambda: rng.choice(["hoy", "mañana", "mañana", "pasado mañana", "hoy mismo", "mañana mismo", "el día de mañana"])),
        (12, lambda: f"el {day}"),
        (6, lambda: rng.choice(_DAYS_OF).format(day=day)),
        (5, lambda: rng.choice(_WEEKS)),
        (3, lambda: rng.choice(_MONTHS_AHEAD).format(month=rng.choice(MONTHS))),
        (2, lambda: f"{rng.choice(['en', 'dentro de', 'de aquí a'])} {number} semanas"),
        (1, lambda: f"{rng.choice(['en', 'dentro de'])} {rng.choice(['dos', 'tres', 'unos'])} {rng.choice(['días', 'meses'])}"),
        (3, lambda: f"el {day} {day_ordinal(rng)}"),
        (2, lambda: f"el {day} {month_day(rng).removeprefix('el ')}"),
        (6, lambda: f"el {rng.choice(['', '', 'día '])}{day_ordinal(rng)}"),
        (9, lambda: month_day(rng)),
        (2, lambda: rng.choice([f"de este {day} en ocho", f"el {day} en ocho", f"el {day} de la otra semana"])),
        (2, lambda: f"el {day} de la {rng.choice(['semana que viene', 'próxima semana', 'semana entrante', 'semana que entra'])}"),
        (1, lambda: f"el {rng.choice(['primer', 'segundo', 'último'])} {day} de {rng.choice(MONTHS)}"),
        (1, lambda: f"la semana del {day_ordinal(rng)}"),
        (1, lambda: f"el {day_ordinal(rng)} del {' '.join(say_number(rng.randint(1, 12)))}"),
    ]  # fmt: skip
    return rng.choices([form for _, form in forms], [weight for weight, _ in forms])[0]()


def past_date(rng: Random) -> str:
    """A day gone by."""
    day = weekday(rng)
    said = ["ayer", "antier", "anteayer", "antes de ayer", "anoche", f"el {day} pasado", f"el pasado {day}", "la semana pasada"]
    said += ["hace una semana", "hace dos semanas", "hace ocho días", "hace unos días", "el mes pasado", f"el {day}", "el otro día"]
    said += ["esta mañana", "hace rato", "hace como un mes", f"en {rng.choice(MONTHS)}", f"el {day_ordinal(rng)}", month_day(rng)]
    return rng.choice(said)


def clock(rng: Random) -> str:
    """A time of day as the clock is read aloud, with its article."""
    hour = rng.randint(1, 12)
    name, following = _hour(hour), _hour(hour % 12 + 1)
    minute = " ".join(say_number(rng.choice([5, 10, 15, 20, 25, 30, 40, 45, 50])))
    shape = rng.random()
    if shape < 0.34:
        said = name
    elif shape < 0.56:
        said = f"{name} y media"
    elif shape < 0.64:
        said = rng.choice([f"{name} y cuarto", f"{name} y quince", f"{name} {minute}", f"{name} con {minute}"])
    elif shape < 0.74:
        said = rng.choice([f"{name} y {minute}", f"{name} y {minute}", f"{name} treinta", f"{name} y pico"])
    elif shape < 0.86:
        before = rng.choice(["cuarto", "cuarto", "diez", "veinte", "cinco"])
        article, _, bare = following.partition(" ")
        lead = rng.choice(["", "", "un ", "faltando "]) if before == "cuarto" else rng.choice(["", "", "faltando "])
        said = rng.choice(
            [f"{following} menos {before}"] * 4 + [f"{lead}{before} para {article} {bare}"] * 5 + [f"{bare} menos {before}"]
        )
    elif shape < 0.92:
        return rng.choice(["el mediodía", "el medio día", "las doce del día", "las doce del mediodía", "la hora del almuerzo"])
    else:
        said = f"{name} en punto"
    return said + (f" {_part(rng, hour)}" if rng.random() < 0.3 else "")


def time_bare(rng: Random) -> str:
    """An hour and nothing else, not even its article ("las": one o'clock is none of them)."""
    return _hour(rng.randint(2, 12)).split()[1]


def spoken_year(rng: Random, number: int) -> str:
    """A birth year in full, cut to two digits, or in two pairs as in English."""
    tail = number % 100
    full = " ".join(say_number(number))
    short = f"cero {DIGITS[tail]}" if tail < 10 else " ".join(say_number(tail))
    if number >= 2000:
        return rng.choice([full] * 6 + [short, f"veinte {short}", f"el {full}"])
    return rng.choice([full] * 9 + [short] * 9 + [f"diecinueve {short}"] * 2 + [f"mil nueve {short}"])


def year(rng: Random) -> str:
    """A birth year."""
    return spoken_year(rng, _birth_year(rng)).removeprefix("el ")


def date_of_birth(rng: Random) -> str:
    """A birth date with its year, in words or as three numbers, day first or, as in the United States, month first."""
    month, day, born = rng.randint(1, 12), day_ordinal(rng), spoken_year(rng, _birth_year(rng))
    of = rng.choice(["del", "del", "de"])
    of, born = ("del", born.removeprefix("el ")) if born.startswith("el ") else (of, born)
    name, numeric = MONTHS[month - 1], " ".join(say_number(month))
    if month < 10 and rng.random() < 0.15:
        numeric = f"cero {numeric}"
    count = day if day not in ("primero", "uno") else "uno"
    said = [f"el {day} de {name} {of} {born}"] * 5 + [f"{day} de {name} {of} {born}"] * 6 + [f"{day} {name} {born}"]
    said += [f"el {day} de {name} del año {born}", f"el día {day} de {name} {of} {born}", f"{name} {day} {of} {born}"] * 2
    said += [f"{count} del {numeric} {of} {born}", f"el {count} del {numeric} {of} {born}", f"{count} {numeric} {born}"] * 2
    said += [f"{numeric} {count} {born}"] * 3 + [f"{name} {day} {born}", f"{name} el {day} {of} {born}"]
    said += [f"{numeric} diagonal {count} diagonal {born}", f"{count} de {name} {born}", f"un {day} de {name} {of} {born}"]
    return rng.choice(said)


def short_dob(rng: Random) -> str:
    """A birth date that only its question makes one: no year, or nothing but the year."""
    born = year(rng)
    row = f"{rng.randint(1010130, 12312599):08d}"
    return rng.choice([month_day(rng), born, f"{rng.choice(MONTHS)} del {born}", " ".join(DIGITS[int(digit)] for digit in row)])


def digits(rng: Random, count: int) -> str:
    """A row of digits one by one, in pairs, or begun in threes, with doubles as people say them."""
    row = [rng.randint(0, 9) for _ in range(count)]
    pairs, hundreds, doubles = rng.random() < 0.3, rng.random() < 0.12, rng.random() < 0.1
    out: list[str] = []
    at = 0
    if hundreds and count >= 7:
        for _ in range((count - 4) // 3):
            out += say_number(row[at] * 100 + row[at + 1] * 10 + row[at + 2]) if row[at] else _one_by_one(row[at : at + 3])
            at += 3
    while at < len(row):
        if doubles and at + 1 < len(row) and row[at] == row[at + 1]:
            out += ["doble", DIGITS[row[at]]]
            at += 2
        elif (pairs or hundreds) and at + 1 < len(row) and (len(row) - at) % 2 == 0 and (row[at] or not hundreds):
            out += say_number(row[at] * 10 + row[at + 1]) if row[at] else _one_by_one(row[at : at + 2])
            at += 2
        else:
            out.append(DIGITS[row[at]])
            at += 1
    return " ".join(out)


def phone(rng: Random) -> str:
    """A phone number of seven or ten digits."""
    start = rng.choice(["", "", "", "", "uno "])
    if rng.random() < 0.7:
        return f"{start}{digits(rng, 10)}"
    return f"{rng.choice(['cinco cinco cinco', 'triple cinco', 'quinientos cincuenta y cinco'])} {digits(rng, 4)}"


def _day(rng: Random, day: int) -> str:
    return rng.choice(["primero", "primero", "uno"]) if day == 1 else " ".join(say_number(day))


def _hour(hour: int) -> str:
    return "la una" if hour == 1 else f"las {say_number(hour)[0]}"


def _part(rng: Random, hour: int) -> str:
    morning = ["de la mañana", "de la mañana", "am", "a m", "por la mañana"]
    afternoon = ["de la tarde", "de la tarde", "pm", "p m", "por la tarde"]
    if 7 <= hour <= 11:
        return rng.choice([*morning, "de la noche"] if hour >= 8 else [*morning, *afternoon])
    return rng.choice(afternoon)


def _birth_year(rng: Random) -> int:
    return rng.choice([rng.randint(1930, 2025), rng.randint(1940, 2005)])


def _one_by_one(row: list[int]) -> list[str]:
    return [DIGITS[digit] for digit in row]
