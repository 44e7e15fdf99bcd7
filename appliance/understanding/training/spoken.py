"""Values of every kind as callers say them, without limit: what fills the placeholders of the example phrases. Needs no torch."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from appliance.understanding.wording import say_number, say_ordinal

_LANGUAGES = Path(__file__).parents[2] / "languages"
MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_DIGITS = "oh one two three four five six seven eight nine".split()


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
    if shape < 0.42:
        return f"doctor {last}"
    if shape < 0.62:
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


def weekday(rng: Random) -> str:
    """A weekday, Saturday and Sunday rarely."""
    return rng.choice(WEEKDAYS[:5] * 4 + WEEKDAYS[5:])


def day_ordinal(rng: Random) -> str:
    """A day of the month without its month."""
    return " ".join(say_ordinal(rng.randint(1, 31)))


def month_day(rng: Random) -> str:
    """A month and a day in either order."""
    month, day = rng.choice(MONTHS), rng.randint(1, 31)
    ordinal, cardinal = " ".join(say_ordinal(day)), " ".join(say_number(day))
    return rng.choice([f"{month} {ordinal}"] * 4 + [f"{month} the {ordinal}", f"the {ordinal} of {month}", f"{ordinal} of {month}", f"{month} {cardinal}"])


def date(rng: Random) -> str:
    """A day to come, or a stretch of days, in any of the ways it is said."""
    day, number = weekday(rng), rng.choice(["two", "three", "four", "a couple of"])
    forms: list[tuple[float, Callable[[], str]]] = [
        (9, lambda: rng.choice(["today", "tomorrow", "tomorrow", "the day after tomorrow"])),
        (12, lambda: day),
        (6, lambda: f"{rng.choice(['next', 'this', 'this coming', 'the following'])} {day}"),
        (4, lambda: rng.choice(["this week", "next week", "the week after next", "early next week", "later this week", "the end of the week"])),
        (3, lambda: rng.choice(["next month", "this month", f"in {rng.choice(MONTHS)}", "sometime next month", "over the weekend"])),
        (2, lambda: f"in {number} {rng.choice(['weeks', 'days', 'months'])}"),
        (2, lambda: f"{rng.choice(['a week', 'two weeks', 'a fortnight'])} from {rng.choice([day, 'today', 'tomorrow'])}"),
        (3, lambda: f"{day} the {day_ordinal(rng)}"),
        (2, lambda: f"{day} {month_day(rng)}"),
        (6, lambda: f"the {day_ordinal(rng)}"),
        (9, lambda: month_day(rng)),
        (1, lambda: f"{day} {rng.choice(['week', 'after next', 'next week', 'of next week'])}"),
        (1, lambda: f"the {rng.choice(['first', 'second', 'last'])} {day} in {rng.choice(MONTHS)}"),
        (1, lambda: f"{' '.join(say_number(rng.randint(1, 12)))} {' '.join(say_number(rng.randint(1, 28)))}"),
    ]  # fmt: skip
    return rng.choices([form for _, form in forms], [weight for weight, _ in forms])[0]()


def past_date(rng: Random) -> str:
    """A day gone by."""
    return rng.choice(["yesterday", f"last {weekday(rng)}", "last week", "two weeks ago", "a week ago", "last month", f"on {weekday(rng)}",
                       f"on the {day_ordinal(rng)}", "the other day", "this morning", f"back in {rng.choice(MONTHS)}", month_day(rng)])  # fmt: skip


def clock(rng: Random) -> str:
    """A time of day as the clock is read aloud."""
    hour = rng.randint(1, 12)
    name, following = say_number(hour)[0], say_number(hour % 12 + 1)[0]
    minute = rng.choice([5, 10, 15, 20, 30, 30, 30, 40, 45, 50])
    minutes = f"oh {say_number(minute)[0]}" if minute < 10 else " ".join(say_number(minute))
    shape = rng.random()
    if shape < 0.22:
        said = f"{name} {minutes}"
    elif shape < 0.42:
        said = f"{name} thirty"
    elif shape < 0.56:
        said = f"{name} o'clock"
    elif shape < 0.64:
        return rng.choice([f"half past {name}", f"quarter past {name}", f"quarter to {following}", f"a quarter after {name}", f"ten to {following}",
                           f"ten past {name}", f"half {name}", f"twenty past {name}"])  # fmt: skip
    elif shape < 0.70:
        return rng.choice(["noon", "midday", "twelve noon", "lunch time"])
    else:
        said = name
    return said + (f" {rng.choice(['am', 'pm', 'pm', 'a m', 'p m', 'in the morning'])}" if rng.random() < 0.25 else "")


def spoken_year(rng: Random, number: int) -> str:
    """A birth year in full or cut to two digits."""
    tail = number % 100
    short = "oh " + _DIGITS[tail] if tail < 10 else " ".join(say_number(tail))
    forms = [" ".join(say_number(number))] * 3 + [short] * 2
    if number >= 2000:
        forms += ["two thousand" + (f" {' '.join(say_number(tail))}" if tail else ""), "two thousand" + (f" and {' '.join(say_number(tail))}" if tail else "")]
        forms += [f"twenty {short}"] * 2
    return rng.choice(forms)


def year(rng: Random) -> str:
    """A birth year."""
    return spoken_year(rng, rng.choice([rng.randint(1930, 2025), rng.randint(1940, 2005)]))


def date_of_birth(rng: Random) -> str:
    """A birth date with its year, in words or as three numbers."""
    month, day, born = rng.randint(1, 12), rng.randint(1, 31), year(rng)
    ordinal, cardinal, name = " ".join(say_ordinal(day)), " ".join(say_number(day)), MONTHS[month - 1]
    numeric = " ".join(say_number(month)) if rng.random() < 0.75 or month > 9 else f"{rng.choice(['oh', 'zero'])} {_DIGITS[month]}"
    if day < 10 and rng.random() < 0.25:
        cardinal = f"{rng.choice(['oh', 'zero'])} {cardinal}"
    return rng.choice(
        [f"{name} {ordinal} {born}"] * 5
        + [f"{numeric} {cardinal} {born}"] * 4
        + [f"the {ordinal} of {name} {born}", f"{ordinal} of {name} {born}", f"{name} the {ordinal} {born}", f"{name} {cardinal} {born}",
           f"{numeric} slash {cardinal} slash {born}", f"{cardinal} {name} {born}", f"{name} {ordinal} of {born}", f"{numeric} dash {cardinal} dash {born}"]
    )  # fmt: skip


def short_dob(rng: Random) -> str:
    """A birth date that only its question makes one: no year, or nothing but the year."""
    return rng.choice([month_day(rng), year(rng), f"{rng.choice(MONTHS)} {year(rng)}", " ".join(_DIGITS[int(d)] for d in f"{rng.randint(1010130, 12312599):08d}")])


def digits(rng: Random, count: int) -> str:
    """A row of digits, with zero, oh, doubles and pairs as people say them."""
    row = [rng.randint(0, 9) for _ in range(count)]
    zero, out, at = rng.choice(["oh", "oh", "zero"]), [], 0
    pairs, doubles = rng.random() < 0.12, rng.random() < 0.12
    while at < len(row):
        if doubles and at + 1 < len(row) and row[at] == row[at + 1]:
            out += ["double", zero if row[at] == 0 else _DIGITS[row[at]]]
            at += 2
        elif pairs and at + 1 < len(row) and row[at] and rng.random() < 0.6:
            out += say_number(row[at] * 10 + row[at + 1])
            at += 2
        else:
            out.append(zero if row[at] == 0 else _DIGITS[row[at]])
            at += 1
    return " ".join(out)


def phone(rng: Random) -> str:
    """A phone number of seven or ten digits."""
    start = rng.choice(["", "", "", "one "])
    return f"{start}{digits(rng, 10)}" if rng.random() < 0.65 else f"five five five {digits(rng, 4)}"


def spelled(rng: Random) -> str:
    """A last name letter by letter."""
    return " ".join(_pick("last_names")(rng).replace(" ", "").replace("'", ""))


def amount(rng: Random) -> str:
    """A sum of money."""
    return " ".join([*say_number(rng.randint(15, 990)), "dollars"]) + rng.choice(["", "", " and twelve cents"])


def duration(rng: Random) -> str:
    """How long something has lasted or lies ahead."""
    return rng.choice(["a week", "two weeks", "three days", "a few days", "a month", "a couple of weeks", "ten days", "a while", "two months", "days", "six weeks"])


def _number(rng: Random) -> str:
    return " ".join(say_number(rng.randint(2, 40)))


_OWN: Mapping[str, tuple[str | None, Callable[[Random], str]]] = {
    "patient_name": ("patient_name", patient_name), "first_name": ("patient_name", _pick("first_names")),
    "last_name": ("patient_name", _pick("last_names")), "relation": ("patient_name", _pick("relations")), "family": (None, _pick("family")),
    "provider": ("provider", provider), "specialty": ("specialty", _pick("specialties")), "specialty_word": ("specialty", _pick("specialty_words")),
    "date": ("date", date), "weekday": ("date", weekday), "past_date": ("date", past_date), "holiday": ("date", _pick("holidays")),
    "day_ordinal": ("date", day_ordinal), "time": ("time", clock), "time_bare": ("time", lambda rng: say_number(rng.randint(1, 12))[0]),
    "time_of_day": ("time_of_day", lambda rng: rng.choice(["morning", "afternoon", "evening", "morning", "afternoon"])),
    "date_of_birth": ("date_of_birth", date_of_birth), "short_dob": ("date_of_birth", short_dob), "year": (None, year),
    "phone": ("phone", phone), "phone_part": ("phone", lambda rng: digits(rng, rng.choice([4, 7, 7]))),
    "reason": ("reason", _pick("reasons")), "test": ("reason", _pick("tests")), "body_part": ("reason", _pick("body")), "body": (None, _pick("body")),
    "medication": ("medication", _pick("medications")), "pharmacy": ("pharmacy", _pick("pharmacies")), "insurer": ("insurer", _pick("insurers")),
    "language": (None, _pick("languages")), "street": (None, _pick("streets")), "amount": (None, amount), "number": (None, _number),
    "duration": (None, duration), "month": (None, lambda rng: rng.choice(MONTHS)), "other_month": (None, lambda rng: rng.choice(MONTHS)),
    "other_name": (None, _pick("last_names")), "other_date": (None, weekday), "other_time": (None, clock), "spelled": (None, spelled),
    "letter": (None, lambda rng: rng.choice("abcdefghijklmnopqrstuvwyz")), "digit": (None, lambda rng: rng.choice(_DIGITS)),
}  # fmt: skip
SLOT_OF: Mapping[str, str | None] = {name: slot for name, (slot, _) in _OWN.items()}
"""Which slot the words of a placeholder are; None for words that matter to nobody."""


def value(placeholder: str, rng: Random) -> str:
    """Words for one placeholder, such as {date}. Raises KeyError for a name that is none."""
    return _OWN[placeholder][1](rng)


_ARTICLES = frozenset({"a", "an", "the", "my", "his", "her", "your", "this", "our", "some"})
_PREPOSITIONS = frozenset("on for at by before after from to until till in is the or not about around between and of past with what no a this said it's".split())
_NEED_NO_ON = ("today", "tomorrow", "next", "this", "in ", "over", "later", "early", "sometime", "a week", "two weeks", "a fortnight")


def fitted(placeholder: str, before: str, rng: Random) -> tuple[str, str]:
    """Words that lead to the value ("on ", often nothing) and the value, without a second article after the word `before`."""
    words = value(placeholder, rng)
    first, _, rest = words.partition(" ")
    if rest and before in _ARTICLES and first in _ARTICLES:
        words = rest
    lead = ""
    if before and before not in _PREPOSITIONS:
        if placeholder in ("date", "weekday") and not words.startswith(_NEED_NO_ON) and rng.random() < 0.5:
            lead = rng.choice(["on ", "on ", "on ", "for "])
        elif placeholder == "time" and rng.random() < 0.3:
            lead = rng.choice(["at ", "around ", "about "])
    return lead, words
