"""Values of every kind as callers say them, without limit: what fills the placeholders of the example phrases. Needs no torch.

English and Spanish have a generator for every placeholder; what slot a placeholder is does not depend on the language.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from appliance.understanding.training import when, when_es
from appliance.understanding.wording import say_number

_LANGUAGES = Path(__file__).parents[2] / "languages"


@cache
def sample_values(language: str) -> Mapping[str, list[str]]:
    """The lists of languages/<language>/sample_values.toml; a hyphen there stands for a space within one name."""
    raw = tomllib.loads((_LANGUAGES / language / "sample_values.toml").read_text(encoding="utf-8"))
    return {key: [v.replace("-", " ") for v in value.split()] if isinstance(value, str) else value for key, value in raw.items()}


def _pick(key: str, language: str = "en") -> Callable[[Random], str]:
    return lambda rng: rng.choice(sample_values(language)[key])


def patient_name(rng: Random) -> str:
    """A full name, now and then with a title, a middle name or two last names."""
    first, last = _pick("first_names")(rng), _pick("last_names")(rng)
    shape = rng.random()
    if shape < 0.06:
        return f"{rng.choice(['missus', 'mrs', 'mister', 'miss', 'ms', 'mr'])} {last}"
    if shape < 0.12:
        return f"{first} {_pick('first_names')(rng)} {last}"
    if shape < 0.18:
        return f"{first} {last} {_pick('last_names')(rng)}"
    return f"{first} {last}"


def provider(rng: Random) -> str:
    """A doctor or nurse as callers name one."""
    first, last, shape = _pick("first_names")(rng), _pick("last_names")(rng), rng.random()
    if shape < 0.38:
        return f"doctor {last}"
    if shape < 0.56:
        return f"dr {last}"
    if shape < 0.70:
        return last
    if shape < 0.78:
        return f"doctor {first} {last}"
    if shape < 0.84:
        return f"{first} {last}"
    if shape < 0.90:
        return f"nurse {last}"
    if shape < 0.93:
        return f"doctor {first}"
    return _pick("roles")(rng)


def spelled(rng: Random) -> str:
    """A last name letter by letter."""
    return " ".join(_pick("last_names")(rng).replace(" ", "").replace("'", ""))


def amount(rng: Random) -> str:
    """A sum of money."""
    return " ".join([*say_number(rng.randint(15, 990)), "dollars"]) + rng.choice(["", "", " and twelve cents"])


def duration(rng: Random) -> str:
    """How long something has lasted or lies ahead."""
    return rng.choice(
        [
            "a week",
            "two weeks",
            "three days",
            "a few days",
            "a month",
            "a couple of weeks",
            "ten days",
            "a while",
            "two months",
            "days",
            "six weeks",
        ]
    )


def babble(rng: Random) -> str:
    """Scraps a recogniser makes of noise: a few small words in no order."""
    scraps = "the a and of to in it is um uh so that but on you where at for mm hm he was as with ing tion"
    return " ".join(rng.choices(scraps.split(), k=rng.randint(2, 6)))


def _number(rng: Random) -> str:
    return " ".join(say_number(rng.randint(2, 40)))


_OWN: Mapping[str, tuple[str | None, Callable[[Random], str]]] = {
    "patient_name": ("patient_name", patient_name),
    "first_name": ("patient_name", _pick("first_names")),
    "last_name": ("patient_name", _pick("last_names")),
    "relation": ("patient_name", _pick("relations")),
    "family": (None, _pick("family")),
    "provider": ("provider", provider),
    "specialty": ("specialty", _pick("specialties")),
    "specialty_word": ("specialty", _pick("specialty_words")),
    "date": ("date", when.date),
    "weekday": ("date", when.weekday),
    "past_date": ("date", when.past_date),
    "holiday": ("date", _pick("holidays")),
    "day_ordinal": ("date", when.day_ordinal),
    "time": ("time", when.clock),
    "time_bare": ("time", lambda rng: say_number(rng.randint(1, 12))[0]),
    "time_of_day": ("time_of_day", lambda rng: rng.choice(["morning", "afternoon", "evening", "morning", "afternoon"])),
    "date_of_birth": ("date_of_birth", when.date_of_birth),
    "short_dob": ("date_of_birth", when.short_dob),
    "year": (None, when.year),
    "phone": ("phone", when.phone),
    "phone_part": ("phone", lambda rng: when.digits(rng, rng.choice([4, 7, 7]))),
    "reason": ("reason", _pick("reasons")),
    "test": ("reason", _pick("tests")),
    "body_part": ("reason", _pick("body")),
    "body": (None, _pick("body")),
    "medication": ("medication", _pick("medications")),
    "pharmacy": ("pharmacy", _pick("pharmacies")),
    "insurer": ("insurer", _pick("insurers")),
    "symptom": ("reason", _pick("symptoms")),
    "business": (None, _pick("businesses")),
    "clinic": (None, _pick("clinics")),
    "babble": (None, babble),
    "language": (None, _pick("languages")),
    "street": (None, _pick("streets")),
    "amount": (None, amount),
    "number": (None, _number),
    "duration": (None, duration),
    "month": (None, lambda rng: rng.choice(when.MONTHS)),
    "other_month": (None, lambda rng: rng.choice(when.MONTHS)),
    "other_name": (None, _pick("last_names")),
    "other_date": (None, when.weekday),
    "other_time": (None, when.clock),
    "spelled": (None, spelled),
    "letter": (None, lambda rng: rng.choice("abcdefghijklmnopqrstuvwyz")),
    "digit": (None, lambda rng: rng.choice(when.DIGITS)),
}
SLOT_OF: Mapping[str, str | None] = {name: slot for name, (slot, _) in _OWN.items()}
"""Which slot the words of a placeholder are; None for words that matter to nobody."""


def _spanish_patient_name(rng: Random) -> str:
    first, last, shape = _pick("first_names", "es")(rng), _pick("last_names", "es")(rng), rng.random()
    if shape < 0.07:
        return f"{rng.choice(['señora', 'señor', 'don', 'doña', 'señorita'])} {rng.choice([first, last])}"
    if shape < 0.14:
        return f"{first} {_pick('first_names', 'es')(rng)} {last}"
    if shape < 0.42:
        return f"{first} {last} {_pick('last_names', 'es')(rng)}"
    if shape < 0.46:
        return f"{first} {last} de {_pick('last_names', 'es')(rng)}"
    return f"{first} {last}"


def _spanish_provider(rng: Random) -> str:
    first, last, shape = _pick("first_names", "es")(rng), _pick("last_names", "es")(rng), rng.random()
    title = "la doctora" if shape >= 0.64 and first.endswith("a") else rng.choice(["el doctor", "la doctora"])
    if shape < 0.42:
        return f"{title} {last}"
    if shape < 0.56:
        return f"{rng.choice(['doctor', 'doctora', 'dr', 'dra'])} {last}"
    if shape < 0.64:
        return last
    if shape < 0.72:
        return f"{title} {first} {last}"
    if shape < 0.77:
        return f"{first} {last}"
    if shape < 0.84:
        return f"la {rng.choice(['enfermera', 'enfermera', 'miss'])} {rng.choice([first, last])}"
    if shape < 0.89:
        return f"{title} {first}"
    return _pick("roles", "es")(rng)


_LETTER_NAMES: Mapping[str, str] = dict(
    zip(
        "abcdefghijklmnñopqrstuvwxyz",
        "a be ce de e efe ge hache i jota ka ele eme ene eñe o pe cu erre ese te u uve doble-u equis ye zeta".split(),  # noqa: SIM905
        strict=True,
    )
)


def _spanish_spelled(rng: Random) -> str:
    letters = [letter for letter in unaccented(_pick("last_names", "es")(rng), keep="ñ") if letter in _LETTER_NAMES]
    if rng.random() < 0.5:
        return " ".join(letters)
    return " ".join(_LETTER_NAMES[letter].replace("-", " ") for letter in letters)


def _spanish_letter(rng: Random) -> str:
    letter = rng.choice("abcdefghijklmnopqrstuvyz")
    return rng.choice([letter, _LETTER_NAMES[letter], {"b": "be grande", "v": "ve chica", "y": "i griega"}.get(letter, letter)])


def _spanish_amount(rng: Random) -> str:
    tail = rng.choice(["", "", "", " con doce centavos", " y pico"])
    return " ".join([*when_es.say_number(rng.randint(15, 1900)), "dólares"]) + tail


def _spanish_babble(rng: Random) -> str:
    scraps = "el la y de que a en lo un eh este mm pues o sea con los se no es ta ción mente ando por si ya"
    return " ".join(rng.choices(scraps.split(), k=rng.randint(2, 6)))


_SPANISH_DURATIONS = [
    *("una semana", "dos semanas", "tres días", "unos días", "un mes", "como un mes", "un par de semanas", "diez días", "un rato"),
    *("dos meses", "varios días", "seis semanas", "quince días", "ocho días", "un buen tiempo", "más de un mes", "medio año"),
]
_SPANISH: Mapping[str, Callable[[Random], str]] = {
    "patient_name": _spanish_patient_name,
    "first_name": _pick("first_names", "es"),
    "last_name": _pick("last_names", "es"),
    "relation": _pick("relations", "es"),
    "family": _pick("family", "es"),
    "provider": _spanish_provider,
    "specialty": _pick("specialties", "es"),
    "specialty_word": _pick("specialty_words", "es"),
    "date": when_es.date,
    "weekday": when_es.weekday,
    "past_date": when_es.past_date,
    "holiday": _pick("holidays", "es"),
    "day_ordinal": when_es.day_ordinal,
    "time": when_es.clock,
    "time_bare": when_es.time_bare,
    "time_of_day": lambda rng: rng.choice(["mañana", "tarde", "noche", "mañana", "tarde"]),
    "date_of_birth": when_es.date_of_birth,
    "short_dob": when_es.short_dob,
    "year": when_es.year,
    "phone": when_es.phone,
    "phone_part": lambda rng: when_es.digits(rng, rng.choice([4, 7, 7])),
    "reason": _pick("reasons", "es"),
    "test": _pick("tests", "es"),
    "body_part": _pick("body", "es"),
    "body": _pick("body", "es"),
    "medication": _pick("medications", "es"),
    "pharmacy": _pick("pharmacies", "es"),
    "insurer": _pick("insurers", "es"),
    "symptom": _pick("symptoms", "es"),
    "business": _pick("businesses", "es"),
    "clinic": _pick("clinics", "es"),
    "babble": _spanish_babble,
    "language": _pick("languages", "es"),
    "street": _pick("streets", "es"),
    "amount": _spanish_amount,
    "number": lambda rng: " ".join(when_es.say_number(rng.randint(2, 40))),
    "duration": lambda rng: rng.choice(_SPANISH_DURATIONS),
    "month": lambda rng: rng.choice(when_es.MONTHS),
    "other_month": lambda rng: rng.choice(when_es.MONTHS),
    "other_name": _pick("last_names", "es"),
    "other_date": when_es.weekday,
    "other_time": when_es.clock,
    "spelled": _spanish_spelled,
    "letter": _spanish_letter,
    "digit": lambda rng: rng.choice(when_es.DIGITS),
}
_BARE_SHARE = 0.25
"""Share of Spanish values without accents, as some recognisers write."""


def unaccented(text: str, keep: str = "") -> str:
    """The text without accents and tildes, except on the letters of `keep`."""
    parts = (letter if letter in keep else unicodedata.normalize("NFD", letter)[0] for letter in unicodedata.normalize("NFC", text))
    return "".join(parts)


def value(placeholder: str, rng: Random, language: str = "en") -> str:
    """Words for one placeholder, such as {date}. Raises KeyError for a name that is none."""
    if language == "es":
        words = _SPANISH[placeholder](rng)
        return unaccented(words) if rng.random() < _BARE_SHARE else words
    return _OWN[placeholder][1](rng)


_ARTICLES = frozenset({"a", "an", "the", "my", "his", "her", "your", "this", "our", "some"})
_LED = frozenset(
    """on for at by before after from to until till in is the or not about around between and of past with what no a this said
    it's""".split()  # noqa: SIM905  # thirty words read better in a row
)
"""Words after which a day or a time needs no "on" or "at"."""
_NEED_NO_ON = tuple("today,tomorrow,next,this,in ,over,later,early,sometime,a week,two weeks,a fortnight".split(","))  # noqa: SIM905
JOINED = "l "
"""The lead of a value that begins with "el" after "a" and "de": a letter of the word before, in place of the space."""
_SPANISH_ARTICLES = frozenset({"el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis", "su", "sus"})
_SPANISH_DETERMINERS = _SPANISH_ARTICLES | frozenset(
    "al del este esta estos estas ese esa tu tus nuestro nuestra más mas suficiente otro otra cada próximo próxima sin".split()  # noqa: SIM905
)
_SPANISH_LED = _SPANISH_DETERMINERS | frozenset(
    """a alas de desde hasta entre y o no es era son dije digo para por antes después como eso sobre quise decir mejor perdón wait
    tipo almuerzo entonces dice""".split()  # noqa: SIM905
)
"""Words after which a Spanish time needs no "a"."""
_TAKES_NO_PREPOSITION = frozenset({"a", "antes", "de", "del", "desde", "después", "el", "hasta", "para"})
"""Words after which a Spanish day begins with none of its own ("en dos semanas")."""


def fitted(placeholder: str, before: str, rng: Random, language: str = "en") -> tuple[str, str]:
    """Words that lead to the value ("on ", often nothing) and the value, without a second article after the word `before`.

    A Spanish value's article is part of the lead, and is joined to "a" and "de" (JOINED).
    """
    words = value(placeholder, rng, language)
    if language == "es":
        while (
            placeholder.endswith("date") and before in _TAKES_NO_PREPOSITION and words.startswith(("en ", "dentro ", "de ", "a "))
        ):
            words = value(placeholder, rng, language)
        return _fitted_spanish(placeholder, before, words, rng)
    first, _, rest = words.partition(" ")
    if rest and before in _ARTICLES and first in _ARTICLES:
        words = rest
    lead = ""
    if before and before not in _LED:
        if placeholder in ("date", "weekday") and not words.startswith(_NEED_NO_ON) and rng.random() < 0.5:
            lead = rng.choice(["on ", "on ", "on ", "for "])
        elif placeholder == "time" and rng.random() < 0.3:
            lead = rng.choice(["at ", "around ", "about "])
    return lead, words


def _fitted_spanish(placeholder: str, before: str, words: str, rng: Random) -> tuple[str, str]:
    if before == "los" and words.endswith(("sábado", "sabado", "domingo")):
        return "", f"{words}s"
    lead = "a " if placeholder == "time" and before and before not in _SPANISH_LED and rng.random() < 0.6 else ""
    first, _, rest = words.partition(" ")
    if not rest or first not in _SPANISH_ARTICLES:
        return lead, words
    if before in _SPANISH_DETERMINERS:
        return "", rest
    if first == "el" and (lead or before in ("a", "de")):
        return ("al " if lead else JOINED), rest
    return f"{lead}{first} ", rest
