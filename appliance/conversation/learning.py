"""What an utterance adds to what is known. Nothing is guessed: only values the grammar was sure of arrive here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from appliance.conversation.events import Said
from appliance.conversation.facts import ANY_PROVIDER, Appointment, Days, Hours, Memory, Opening, Task

OWN_NAME = frozenset({"ask_guardian", "ask_caller_name"})
"""Prompts that ask for the caller's own name."""
OFFERS = frozenset({"offer_slots", "slot_taken"})
SHORT = 10
ANY_DAY = timedelta(days=90)
"""How far ahead "any day" reaches."""
WHEN = frozenset({"ask_date", "ask_time", "offer_slots", "slot_taken", "confirm_details"})
WHENEVER = frozenset({"ask_date", "ask_time"})


def learn(memory: Memory, said: Said, asked: str | None, prompt: str = "") -> bool:
    """Merge an utterance, said in answer to `prompt` of the situation `asked`; True when it added or changed anything."""
    learned = learn_identity(memory, said, asked, prompt)
    if memory.task is not None and not memory.task.done:
        learned = _learn_choice(memory.task, said, asked) or learned
        learned = _learn_request(memory.task, said, asked, memory.day_spoken_of) or learned
        if asked in WHENEVER and not memory.task.days and _whenever(memory.task, said):
            memory.task.days.append(Days(memory.today, memory.today + ANY_DAY))
            learned = True
    return learned


# --- who ------------------------------------------------------------------------------------------------------------------


def learn_identity(memory: Memory, said: Said, asked: str | None, prompt: str = "") -> bool:
    """For whom the caller calls, names, birth date, telephone number."""
    learned = _learn_relation(memory, said)
    learned = _learn_name(memory, said, prompt) or learned
    if said.date_of_birth and memory.patient is None and said.date_of_birth != memory.date_of_birth:
        memory.date_of_birth = said.date_of_birth
        learned = True
    phone = said.phone or (memory.caller_id if asked == "ask_phone" and "same_number" in said.cues else None)
    if phone and phone != memory.phone:
        memory.phone = phone
        learned = True
    if said.new_patient is not None and memory.patient is None and said.new_patient != memory.new_patient:
        memory.new_patient = said.new_patient
        learned = True
    return learned


def _learn_relation(memory: Memory, said: Said) -> bool:
    if "for_me" in said.cues and memory.on_behalf:
        memory.on_behalf = ""
        memory.subject = memory.subject or memory.caller
        return True
    if memory.on_behalf or memory.patient is not None or "for_me" in said.cues:
        return False
    if "for_child" in said.cues:
        memory.on_behalf = "child"
    elif "for_adult" in said.cues:
        memory.on_behalf = "adult"
    if memory.on_behalf and memory.subject:  # the name given before was the caller's own
        memory.caller, memory.subject = memory.subject, None
    return bool(memory.on_behalf)


def _learn_name(memory: Memory, said: Said, prompt: str) -> bool:
    if not said.name:
        return False
    if said.own_name and said.own_name != said.name and memory.patient is None:
        memory.caller, memory.subject = said.own_name, said.name
        memory.on_behalf = memory.on_behalf or "child"
        return True
    if prompt in OWN_NAME or "parent" in said.cues or (memory.on_behalf and said.own_name == said.name and not memory.name_again):
        changed = memory.caller != said.name
        memory.caller = said.name
        return changed
    if memory.on_behalf and said.name == memory.caller and not memory.name_again:
        return False
    if memory.patient is not None:
        if memory.patient.guardian is not None and said.name != memory.subject:
            memory.caller = said.name
            return True
        return False
    changed = memory.subject != said.name
    memory.subject = said.name
    if memory.caller == said.name:  # it was the patient's name the first time too
        memory.caller = None
    return changed


# --- which ----------------------------------------------------------------------------------------------------------------


def _learn_choice(task: Task, said: Said, asked: str | None) -> bool:
    """A choice among the openings on offer or the appointments listed, by its place, its time or its day."""
    if asked in OFFERS and task.offered:
        chosen = _pick(task.offered, said, said.times[:1] if task.people > 1 else said.times)
        if isinstance(chosen, Opening):
            task.chosen = chosen
            task.times = list(said.times) or task.times
            return True
    if asked == "ask_which_appointment" and task.appointments:
        picked = _pick(task.appointments, said, said.times)
        if isinstance(picked, Appointment):
            task.appointment = picked
            return True
    return False


def _pick(
    things: tuple[Opening, ...] | tuple[Appointment, ...], said: Said, times: tuple[time, ...]
) -> Opening | Appointment | None:
    place = _ordinal(things, said)
    if place is not None:
        return things[place]
    fitting = [
        thing
        for thing in things
        if (not said.days or any(days.first <= thing.start.date() <= days.last for days in said.days))
        and (not times or thing.start.time() in times)
        and (said.provider in (None, ANY_PROVIDER, thing.provider))
    ]
    if len(fitting) == 1 and (said.days or times or said.provider):
        return fitting[0]
    if said.choice is not None and -1 <= said.choice < len(things):
        return things[said.choice]
    if "both" in said.cues or said.days or times:
        return None
    if isinstance(things[0], Opening) and said.cues & {"soonest"} and not said.cues & {"someone_else", "another_day"}:
        return things[0]
    if isinstance(things[0], Appointment):
        named = [thing for thing in things if isinstance(thing, Appointment) and said.reason and shares_word(said, thing)]
        if len(named) == 1:
            return named[0]
    return things[0] if said.intent == "affirm" and len(things) == 1 else None


def _ordinal(things: tuple[Opening, ...] | tuple[Appointment, ...], said: Said) -> int | None:
    """ "First" alone is a place in the list before it is the first of a month, unless the list has such a day."""
    if len(said.text.split()) != 1 or len(said.days) != 1 or said.days[0].first != said.days[0].last:
        return None
    day = said.days[0].first
    return day.day - 1 if day.day <= len(things) and all(thing.start.date() != day for thing in things) else None


def shares_word(said: Said, appointment: Appointment) -> bool:
    """Whether the caller's reason and the appointment's have a word in common that is long enough to mean something."""
    spoken = (said.reason or "").lower().split()
    return bool({word for word in spoken if len(word) > 3} & set(appointment.reason.lower().split()))


# --- what and when --------------------------------------------------------------------------------------------------------


def _learn_request(task: Task, said: Said, asked: str | None, day: date | None) -> bool:
    learned = False
    if not said.days and day and "that_day" in said.cues and asked in WHEN:
        said = replace(said, days=(Days(day, day),))
    wish = (task.provider, list(task.days), list(task.times), task.hours)
    if task.chosen is None or asked == "confirm_details":
        _learn_wish(task, said, asked)
        learned = wish != (task.provider, task.days, task.times, task.hours)
    if learned:  # another wish needs another search
        task.openings, task.chosen, task.confirmed = None, None, False
    for slot in ("reason", "medication", "pharmacy"):
        value = _whole(said, slot) if asked == f"ask_{slot}" else getattr(said, slot)
        if value and value != getattr(task, slot) and (getattr(task, slot) is None or asked == f"ask_{slot}"):
            setattr(task, slot, value)
            learned = True
    return learned


def _whole(said: Said, slot: str) -> str | None:
    """All of a short answer: where the pharmacy is and where it hurts matter too."""
    value: str | None = getattr(said, slot)
    short = said.text and said.intent == "provide_info" and len(said.text.split()) <= SHORT
    return said.text.strip(" .,!") if short else value


def _learn_wish(task: Task, said: Said, asked: str | None) -> None:
    if said.provider:
        task.provider = said.provider
    elif "someone_else" in said.cues and asked in OFFERS:
        task.provider = ANY_PROVIDER
    if said.days:
        task.days.extend(said.days)
        if not said.times:  # another day, and the old day's time no longer binds once an offer was turned down
            task.times = [] if task.offered else task.times
    if said.times:
        times = said.times[:1] if "instead_of" in said.cues else said.times
        task.times = [*([] if task.people > 1 else task.times), *times]
        task.hours = None
    elif said.hours:
        task.hours = said.hours
        task.times = []
    elif task.offered and asked in OFFERS and not said.days:
        _learn_shift(task, said)


def _learn_shift(task: Task, said: Said) -> None:
    """ "Anything later?" means later than what was offered, on the same days."""
    first, last = task.offered[0].start, task.offered[-1].start
    if "later" in said.cues and last.minute < 59:
        task.hours, task.times = Hours(last.time().replace(minute=last.minute + 1), None), []
        task.days.append(Days(last.date(), last.date()))
    elif "earlier" in said.cues and first.time() > time(0):
        before = time(first.hour, first.minute - 1) if first.minute else time(max(first.hour - 1, 0), 59)
        task.hours, task.times = Hours(None, before), []
        task.days.append(Days(first.date(), first.date()))


def _whenever(task: Task, said: Said) -> bool:
    """Whether the caller leaves the day to us: "as soon as possible", "mornings"."""
    return "soonest" in said.cues or bool(task.times or task.hours)
