"""Days, times, birth dates and rows of digits as callers say them, for the placeholders of the example phrases."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from appliance.understanding.wording import say_number, say_ordinal

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DIGITS = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_MONTHS_AHEAD = ["next month", "this month", "sometime next month", "over the weekend"]
_WEEKS = ["this week", "next week", "the week after next", "early next week", "later this week", "the end of the week"]


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
    return rng.choice(
        [f"{month} {ordinal}"] * 4
        + [f"{month} the {ordinal}", f"the {ordinal} of {month}", f"{ordinal} of {month}", f"{month} {cardinal}"]
    )


def date(rng: Random) -> str:
    """A day to come, or a stretch of days, in any of the ways it is said."""
    day, number = weekday(rng), rng.choice(["two", "three", "four", "a couple of"])
    forms: list[tuple[float, Callable[[], str]]] = [
        (9, lambda: rng.choice(["today", "tomorrow", "tomorrow", "the day after tomorrow"])),
        (12, lambda: day),
        (6, lambda: f"{rng.choice(['next', 'this', 'this coming', 'the following'])} {day}"),
        (4, lambda: rng.choice(_WEEKS)),
        (3, lambda: rng.choice([*_MONTHS_AHEAD[:2], f"in {rng.choice(MONTHS)}", *_MONTHS_AHEAD[2:]])),
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
    said = ["yesterday", f"last {weekday(rng)}", "last week", "two weeks ago", "a week ago", "last month", f"on {weekday(rng)}"]
    said += [f"on the {day_ordinal(rng)}", "the other day", "this morning", f"back in {rng.choice(MONTHS)}", month_day(rng)]
    return rng.choice(said)


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
        after = [f"half past {name}", f"quarter past {name}", f"quarter to {following}", f"a quarter after {name}"]
        return rng.choice([*after, f"ten to {following}", f"ten past {name}", f"half {name}", f"twenty past {name}"])
    elif shape < 0.70:
        return rng.choice(["noon", "midday", "twelve noon", "lunch time"])
    else:
        said = name
    return said + (f" {rng.choice(['am', 'pm', 'pm', 'a m', 'p m', 'in the morning'])}" if rng.random() < 0.25 else "")


def spoken_year(rng: Random, number: int) -> str:
    """A birth year in full or cut to two digits."""
    tail = number % 100
    short = "oh " + DIGITS[tail] if tail < 10 else " ".join(say_number(tail))
    forms = [" ".join(say_number(number))] * 3 + [short] * 2
    if number >= 2000:
        forms += [
            "two thousand" + (f" {' '.join(say_number(tail))}" if tail else ""),
            "two thousand" + (f" and {' '.join(say_number(tail))}" if tail else ""),
        ]
        forms += [f"twenty {short}"] * 2
    return rng.choice(forms)


def year(rng: Random) -> str:
    """A birth year."""
    return spoken_year(rng, rng.choice([rng.randint(1930, 2025), rng.randint(1940, 2005)]))


def date_of_birth(rng: Random) -> str:
    """A birth date with its year, in words or as three numbers."""
    month, day, born = rng.randint(1, 12), rng.randint(1, 31), year(rng)
    ordinal, cardinal, name = " ".join(say_ordinal(day)), " ".join(say_number(day)), MONTHS[month - 1]
    numeric = " ".join(say_number(month)) if rng.random() < 0.75 or month > 9 else f"{rng.choice(['oh', 'zero'])} {DIGITS[month]}"
    if day < 10 and rng.random() < 0.25:
        cardinal = f"{rng.choice(['oh', 'zero'])} {cardinal}"
    said = [f"{name} {ordinal} {born}"] * 5 + [f"{numeric} {cardinal} {born}"] * 4
    said += [f"the {ordinal} of {name} {born}", f"{ordinal} of {name} {born}", f"{name} the {ordinal} {born}"]
    said += [f"{name} {cardinal} {born}", f"{numeric} slash {cardinal} slash {born}", f"{cardinal} {name} {born}"]
    said += [f"{name} {ordinal} of {born}", f"{numeric} dash {cardinal} dash {born}"]
    return rng.choice(said)


def short_dob(rng: Random) -> str:
    """A birth date that only its question makes one: no year, or nothing but the year."""
    return rng.choice(
        [
            month_day(rng),
            year(rng),
            f"{rng.choice(MONTHS)} {year(rng)}",
            " ".join(DIGITS[int(d)] for d in f"{rng.randint(1010130, 12312599):08d}"),
        ]
    )


def digits(rng: Random, count: int) -> str:
    """A row of digits, with zero, oh, doubles and pairs as people say them."""
    row = [rng.randint(0, 9) for _ in range(count)]
    zero, out, at = rng.choice(["oh", "oh", "zero"]), [], 0
    pairs, doubles = rng.random() < 0.12, rng.random() < 0.12
    while at < len(row):
        if doubles and at + 1 < len(row) and row[at] == row[at + 1]:
            out += ["double", zero if row[at] == 0 else DIGITS[row[at]]]
            at += 2
        elif pairs and at + 1 < len(row) and row[at] and rng.random() < 0.6:
            out += say_number(row[at] * 10 + row[at + 1])
            at += 2
        else:
            out.append(zero if row[at] == 0 else DIGITS[row[at]])
            at += 1
    return " ".join(out)


def phone(rng: Random) -> str:
    """A phone number of seven or ten digits."""
    start = rng.choice(["", "", "", "one "])
    return f"{start}{digits(rng, 10)}" if rng.random() < 0.65 else f"five five five {digits(rng, 4)}"
