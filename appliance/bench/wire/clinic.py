"""A clinic made up anew for each measurement, so that no answer about it can have been prepared: names, dates, numbers, times."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

_SPACED_FIRST_NAMES = """
Margaret Daniel Sofia Hannah James Dorothy Harold Walter Edith Frank George Beatrice Stanley Patricia Robert Jennifer
Michael Linda Barbara David Susan Richard Jessica Joseph Thomas Karen Charles Nancy Christopher Matthew Sandra Donald
Steven Andrew Michelle Kenneth Kevin Rebecca Timothy Stephanie Jonathan Pamela Justin Samantha Olivia Lucas Henry
Victoria
"""
FIRST_NAMES = tuple(_SPACED_FIRST_NAMES.split())
_SPACED_LAST_NAMES = """
Carter Johnson Williams Garcia Miller Davis Martinez Wilson Anderson Taylor Thompson Sanchez Robinson Walker Campbell
Mitchell Phillips Evans Turner Parker Edwards Collins Stewart Morris Murphy Rogers Cooper Peterson Bailey Richardson
Watson Brooks Hughes Patterson Sullivan Fitzgerald Gallagher Holloway Rutherford Zimmerman Crawford Simmons Henderson
Coleman Gonzalez
"""
LAST_NAMES = tuple(_SPACED_LAST_NAMES.split())
PATIENTS = 24
_MONDAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Patient:
    """Somebody on file with one appointment to come."""

    name: str
    born: date
    phone: str
    appointment: datetime
    provider: str


@dataclass(frozen=True)
class MadeUpClinic:
    """`now` is the moment the calls take place, a Monday morning; `doctors` are last names."""

    now: datetime
    doctors: tuple[str, ...]
    patients: tuple[Patient, ...]

    def toml(self) -> str:
        """As the appliance reads it."""
        hours = 'mon = ["08:00", "17:00"]\ntue = ["08:00", "17:00"]\nwed = ["08:00", "17:00"]\nthu = ["08:00", "17:00"]\n'
        hours += 'fri = ["08:00", "17:00"]\n'
        about = '[clinic]\nname = "Harbor Street Clinic"\ntimezone = "America/New_York"\naddress = "8 Harbor Street"\n'
        parts = [about, "[clinic.hours]\n" + hours, '[clinic.transfer]\nfront_desk = "200"\nnurse = "201"\n']
        spans = hours.replace("[", "[[").replace("]", "]]")
        for number, doctor in enumerate(self.doctors):
            parts.append(f'[[providers]]\nid = "d{number}"\nname = "Dr. {doctor}"\n[providers.hours]\n{spans}')
        for number, patient in enumerate(self.patients):
            about = f'[[patients]]\nid = "p{number}"\nname = {json.dumps(patient.name)}\n'
            parts.append(about + f'date_of_birth = "{patient.born}"\nphone = "{patient.phone}"\n')
        for number, patient in enumerate(self.patients):
            provider = self.doctors.index(patient.provider)
            taken = f'[[appointments]]\nid = "a{number}"\npatient = "p{number}"\nprovider = "d{provider}"\n'
            parts.append(taken + f'start = "{patient.appointment.isoformat(timespec="minutes")}"\nreason = "a checkup"\n')
        return "\n".join(parts)


def make_up(chance: Random) -> MadeUpClinic:
    """A clinic by chance."""
    monday = _MONDAY + timedelta(weeks=chance.randrange(8))
    names = chance.sample([f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES], PATIENTS)
    free = [last for last in LAST_NAMES if not any(name.endswith(last) for name in names)] or list(LAST_NAMES)
    doctors = tuple(chance.sample(free, min(2, len(free))))
    starts = chance.sample([datetime.combine(day, at) for day in workdays(monday) for at in half_hours()], PATIENTS)
    patients = tuple(
        Patient(name, _birth_date(chance), phone_number(chance), start, chance.choice(doctors))
        for name, start in zip(names, starts, strict=True)
    )
    return MadeUpClinic(datetime.combine(monday, time(9)), doctors, patients)


def workdays(monday: date) -> list[date]:
    """The days of the second to the fourth week."""
    return [monday + timedelta(days=day) for week in (7, 14, 21) for day in range(week, week + 5)]


def half_hours() -> list[time]:
    """Times at which somebody can be seen."""
    return [time(hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]


def phone_number(chance: Random) -> str:
    """Ten digits, of those that belong to nobody (555-01xx)."""
    return f"{chance.randrange(2, 10)}{chance.randrange(10)}{chance.randrange(10)}5550{chance.randrange(100, 200)}"


def _birth_date(chance: Random) -> date:
    return date(chance.randrange(1935, 1996), chance.randrange(1, 13), chance.randrange(1, 29))
