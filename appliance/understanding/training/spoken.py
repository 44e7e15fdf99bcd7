"""Values of every kind as callers say them, without limit: what fills the placeholders of the example phrases. Needs no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from appliance.understanding.training import when
from appliance.understanding.wording import say_number

_LANGUAGES = Path(__file__).parents[2] / "languages"


@cache
def sample_values(language: str) -> Mapping[str, list[str]]:
    """The lists of languages/<language>/sample_values.toml; a hyphen there stands for a space within one name."""
    raw = tomllib.loads((_LANGUAGES / language / "sample_values.toml").read_text(encoding="utf-8"))
    return {key: [v.replace("-", " ") for v in value.split()] if isinstance(value, str) else value for key, value in raw.items()}


def _pick(key: str) -> Callable[[Random], str]:
    return lambda rng: rng.choice(sample_values("en")[key])


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


def value(placeholder: str, rng: Random) -> str:
    """Words for one placeholder, such as {date}. Raises KeyError for a name that is none."""
    return _OWN[placeholder][1](rng)


_ARTICLES = frozenset({"a", "an", "the", "my", "his", "her", "your", "this", "our", "some"})
_LED = frozenset(
    """on for at by before after from to until till in is the or not about around between and of past with what no a this said
    it's""".split()  # noqa: SIM905  # thirty words read better in a row
)
"""Words after which a day or a time needs no "on" or "at"."""
_NEED_NO_ON = tuple("today,tomorrow,next,this,in ,over,later,early,sometime,a week,two weeks,a fortnight".split(","))  # noqa: SIM905


def fitted(placeholder: str, before: str, rng: Random) -> tuple[str, str]:
    """Words that lead to the value ("on ", often nothing) and the value, without a second article after the word `before`."""
    words = value(placeholder, rng)
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
