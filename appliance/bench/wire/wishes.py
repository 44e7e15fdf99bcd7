"""What one caller wants and answers: the dialogue's script, by what the agent has just asked. It works by itself to the goodbye."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from appliance.bench.wire import spoken_values as spoken
from appliance.bench.wire.answers import Answer
from appliance.bench.wire.clinic import MadeUpClinic, Patient, half_hours, phone_number, workdays
from appliance.languages.spoken import say_date, say_phone, say_time

_BOOKING = frozenset({"ask_reason", "ask_provider", "ask_date", "offer_slots", "slot_taken", "confirm_details"})
_READ_BACK = frozenset({"confirm_details"})
_TIME = re.compile(r"\b(\d{1,2})(?::(\d\d))? ([AP])M")
_REASONS = (
    "back pain", "knee pain", "a headache", "a sore throat", "a cough", "an annual physical", "a blood pressure check", "a rash",
    "stomach pain", "shoulder pain", "a flu shot", "dizzy spells",
)  # fmt: skip
_UH = 0.25
_MESSAGES = (
    ("please tell the doctor", "that my new pills make me tired"),
    ("the pharmacy has not received", "my prescription"),
    ("i would like a", "copy of my records"),
    ("please let the doctor know", "that my fever is gone"),
)


class Wish:
    """One caller's part. `answer` may be asked as often as the agent asks."""

    def __init__(self, opening: Answer, answers: Mapping[str, Sequence[Answer]], chance: Random) -> None:
        self._opening, self._answers, self._chance = opening, answers, chance
        self._asked: Counter[str] = Counter()

    def answer(self, situation: str, prompt: str) -> Answer | None:
        """What to say to `prompt`, which asks for `situation`; None when the call is over for this caller."""
        if situation.startswith("_"):
            return None
        if situation in ("offer_slots", "slot_taken") and (times := _TIME.findall(prompt)):
            return self._choice(times)
        listed = self._answers.get(situation)
        if not listed:
            return self._opening if situation in ("greeting", "not_understood", "silence_prompt") else _other(situation)
        turn = self._asked[situation]
        self._asked[situation] += 1
        return listed[min(turn, len(listed) - 1)]

    def _choice(self, offered: list[tuple[str, str, str]]) -> Answer:
        hour, minute, half = self._chance.choice(offered)
        at = time(int(hour) % 12 + (12 if half == "P" else 0), int(minute or 0))
        return Answer("choice", ("i would like", spoken.clock(at)), (say_time(at),), _READ_BACK)


def make_wish(clinic: MadeUpClinic, chance: Random) -> Wish:
    """A caller by chance."""
    make: Callable[[MadeUpClinic, Patient, Random], Wish] = chance.choice((_book, _book, _when, _message, _keep))
    return make(clinic, chance.choice(clinic.patients), chance)


def in_breaths(answer: Answer, chance: Random) -> tuple[str, ...]:
    """The answer by somebody who stops to think at one of the places where people do, and goes on, now and then with "uh"."""
    at = chance.randrange(1, len(answer.pieces))
    again = "uh " if chance.random() < _UH else ""
    return (" ".join(answer.pieces[:at]), again + " ".join(answer.pieces[at:]))


# --- callers --------------------------------------------------------------------------------------------------------------


def _book(clinic: MadeUpClinic, patient: Patient, chance: Random) -> Wish:
    """Wants to be seen; names the doctor at once, the day only when asked, or both at once."""
    doctor, wanted = chance.choice(clinic.doctors), _somewhen(clinic, chance)
    says_day = chance.random() < 0.5
    begins = (f"hello this is {patient.name.lower()}", "i need to")
    when = (f"{spoken.day(wanted.date())} at {spoken.clock(wanted.time())}",) if says_day else ()
    opening = Answer("opening", (*begins, f"see doctor {doctor.lower()}{' on' * says_day}", *when), leads_to=frozenset({"ask_dob"}))
    reason = chance.choice(_REASONS)
    return Wish(
        opening,
        {
            **_identity(patient, Answer("birth_date", _born(patient), leads_to=_BOOKING)),
            "ask_reason": [_sentence((f"i have {reason}",), leads_to=_BOOKING - {"ask_reason"})],
            "ask_provider": [_sentence((f"doctor {doctor.lower()}",), leads_to=_BOOKING - {"ask_provider", "ask_reason"})],
            "ask_date": [_day(clinic, wanted)],
            "confirm_details": [_yes("booked")],
            "anything_else": [_hours(clinic, chance), _nothing_else()],
        },
        chance,
    )


def _when(clinic: MadeUpClinic, patient: Patient, chance: Random) -> Wish:
    """Has forgotten when the appointment is."""
    opening = Answer("opening", ("hi can you tell me", "when my appointment is"), leads_to=frozenset({"ask_name"}))
    start = say_date(patient.appointment.date(), clinic.now.date())
    return Wish(
        opening,
        {
            **_identity(patient, Answer("birth_date", _born(patient), values=(start,))),
            "anything_else": [_hours(clinic, chance), _hours(clinic, chance), _nothing_else()],
        },
        chance,
    )


def _keep(clinic: MadeUpClinic, patient: Patient, chance: Random) -> Wish:
    """Wants to cancel, and then does not."""
    opening = Answer("opening", ("good morning i would like to", "cancel my appointment"), leads_to=frozenset({"ask_name"}))
    start = say_date(patient.appointment.date(), clinic.now.date())
    return Wish(
        opening,
        {
            **_identity(patient, Answer("birth_date", _born(patient), values=(start,))),
            "ask_which_appointment": [Answer("choice", (f"the one on {spoken.day(patient.appointment.date())}",), values=(start,))],
            "confirm_details": [
                Answer("yes_no", (chance.choice(("no", "no don't")),), leads_to=frozenset({"kept", "anything_else"}))
            ],
            "anything_else": [_hours(clinic, chance), _nothing_else()],
        },
        chance,
    )


def _message(clinic: MadeUpClinic, patient: Patient, chance: Random) -> Wish:
    """Wants somebody to be told something."""
    number = phone_number(chance)
    groups = (number[:3], number[3:6], number[6:])
    opening = Answer("opening", ("hello i would like to", "leave a message"), leads_to=frozenset({"ask_message"}))
    identity = _identity(patient, Answer("birth_date", _born(patient), leads_to=_BOOKING))
    return Wish(
        opening,
        {
            **identity,
            "ask_name": [replace(identity["ask_name"][0], leads_to=frozenset({"ask_phone"}))],
            "ask_message": [_sentence(chance.choice(_MESSAGES), leads_to=frozenset({"ask_name"}))],
            "ask_phone": [
                Answer("phone", tuple(spoken.digits(group) for group in groups), values=(say_phone(number),), leads_to=_READ_BACK)
            ],
            "confirm_details": [_yes("message_kept")],
            "anything_else": [_hours(clinic, chance), _nothing_else()],
        },
        chance,
    )


# --- what they say --------------------------------------------------------------------------------------------------------


def _identity(patient: Patient, birth_date: Answer) -> dict[str, list[Answer]]:
    name = Answer("name", tuple(patient.name.lower().split()), leads_to=frozenset({"ask_dob"}))
    return {
        "ask_name": [name],
        "ask_dob": [birth_date],
        "ask_new_patient": [Answer("yes_no", ("no",), leads_to=frozenset({"no_match", "ask_name"}))],
    }


def _born(patient: Patient) -> tuple[str, ...]:
    return (spoken.day(patient.born), spoken.year(patient.born.year))


def _sentence(pieces: tuple[str, ...], leads_to: frozenset[str]) -> Answer:
    return Answer("sentence", pieces, leads_to=leads_to)


def _day(clinic: MadeUpClinic, wanted: datetime) -> Answer:
    weekday, day = spoken.WEEKDAYS[wanted.weekday()], spoken.day(wanted.date())
    return Answer("choice", ("let me see", f"{weekday} {day}"), values=(say_date(wanted.date(), clinic.now.date()),))


def _yes(leads_to: str) -> Answer:
    return Answer("yes_no", ("yes",), leads_to=frozenset({leads_to}))


def _hours(clinic: MadeUpClinic, chance: Random) -> Answer:
    day = (clinic.now + timedelta(days=chance.randrange(1, 7))).date()
    pieces = ("when are you", f"open on {spoken.WEEKDAYS[day.weekday()]}")
    return Answer("question", pieces, values=(say_date(day, clinic.now.date()).removeprefix("tomorrow, "),))


def _nothing_else() -> Answer:
    return Answer("nothing_else", ("no thank you",), leads_to=frozenset({"_goodbye"}))


def _other(situation: str) -> Answer:
    """What is asked when something has gone wrong: this caller still wants nothing of it."""
    said = "yes i am here" if situation == "still_there" else "no thank you"
    return Answer("other", (said,), leads_to=frozenset({"anything_else", "offer_message", "greeting", "_goodbye"}))


def _somewhen(clinic: MadeUpClinic, chance: Random) -> datetime:
    return datetime.combine(chance.choice(workdays(clinic.now.date())), chance.choice(half_hours()))
