"""Choosing among openings and appointments: shared by the intents that book, move and cancel."""

from __future__ import annotations

from datetime import time

from appliance.config import WEEKDAYS, Clinic
from appliance.conversation.actions import Ask, FindOpenings, Finish, HandOver, ListAppointments, Step
from appliance.conversation.facts import ANY_PROVIDER, Appointment, Memory, Opening, Task, Wish

OFFERED_AT_ONCE = 3
"""More than three choices are not remembered on the telephone."""


def choose_opening(memory: Memory, task: Task, clinic: Clinic, *, provider: str) -> Step | None:
    """The next step towards `task.chosen`; None when it is chosen. The day must be known, or the step asks for it."""
    if task.chosen is not None:
        return None
    if task.openings is None:
        if step := _too_far(task, clinic):
            return step
        days = task.days[-1] if task.days else None
        return FindOpenings(Wish(provider, days, _wanted_time(task), task.hours, _age(memory)))
    if not task.openings:
        return HandOver()
    task.offered = task.openings[:OFFERED_AT_ONCE]
    if task.exact and (len(task.openings) == 1 or task.times):
        task.chosen = task.openings[0]
        return None
    openings = spoken_openings(task.offered, clinic)
    if task.exact:
        return Ask("offer_slots", params={"openings": openings})
    return _not_then(task, clinic, provider, openings)


def _wanted_time(task: Task) -> time | None:
    """The time named last; of several times for several people the first, for the others come after it."""
    if not task.times:
        return None
    return task.times[0] if task.people > 1 else task.times[-1]


def _too_far(task: Task, clinic: Clinic) -> Step | None:
    """Nobody can be booked after the last day that the calendar holds."""
    horizon = clinic.clinic.booking_horizon
    if horizon is None or not task.days or task.days[-1].first <= horizon:
        return None
    task.days.clear()
    return Ask("ask_date", "beyond_horizon", {"day": horizon})


def _not_then(task: Task, clinic: Clinic, provider: str, openings: list[tuple[object, ...]]) -> Ask:
    """Why the wish cannot be met, where one day was wished for, and the nearest openings."""
    days = task.days[-1] if task.days else None
    if days is not None and days.first == days.last:
        day, weekday = days.first, WEEKDAYS[days.first.weekday()]
        closure = next((c for c in clinic.clinic.closures if c.date == day), None)
        if closure is not None:
            return Ask("slot_taken", "closed_for_offer", {"day": day, "reason": closure.reason, "openings": openings})
        if weekday not in clinic.clinic.hours:
            return Ask("slot_taken", "closed_offer", {"day": day, "openings": openings})
        if provider != ANY_PROVIDER and not clinic.provider(provider).hours.get(weekday):
            away = {"day": day, "provider": provider_name(provider, clinic), "openings": openings}
            return Ask("slot_taken", "provider_away_offer", away)
    return Ask("slot_taken", params={"openings": openings})


def choose_appointment(memory: Memory, task: Task, clinic: Clinic) -> Step | None:
    """The next step towards `task.appointment`, one of the verified patient's own; None when it is known."""
    if task.appointment is not None:
        return None
    if memory.patient is None:
        return HandOver()
    if task.appointments is None:
        return ListAppointments(memory.patient.id)
    if not task.appointments:
        return Finish("no_appointments")
    task.appointment = _meant(task)
    if task.appointment is not None:
        return None
    return Ask("ask_which_appointment", params={"appointments": spoken_appointments(task.appointments, clinic)})


def _meant(task: Task) -> Appointment | None:
    """The appointment the caller's own words single out; what those words said about it is no wish for a new time."""
    listed = task.appointments or ()
    if task.at is not None:
        return next((a for a in listed if a.start == task.at), None)
    for days in reversed(task.days):
        on_day = [a for a in listed if days.first <= a.start.date() <= days.last]
        if len(on_day) == 1 and (days.first == days.last or len(listed) > 1 or task.intent != "reschedule_appointment"):
            task.days = [d for d in task.days if d != days]
            task.times = [t for t in task.times if t != on_day[0].start.time()]
            return on_day[0]
    by_reason = [a for a in listed if task.reason and _shares_word(task.reason, a.reason)]
    if len(by_reason) == 1:
        return by_reason[0]
    by_provider = [a for a in listed if a.provider == task.provider]
    if len(by_provider) == 1:
        return by_provider[0]
    at_time = [a for a in listed if a.start.time() in task.times]
    if len(at_time) == 1:
        task.times = [t for t in task.times if t != at_time[0].start.time()]
        return at_time[0]
    return listed[0] if len(listed) == 1 else None


def _shares_word(spoken: str, reason: str) -> bool:
    return bool({word for word in spoken.lower().split() if len(word) > 3} & set(reason.lower().split()))


def _age(memory: Memory) -> int:
    if memory.patient is not None:
        return memory.patient.age
    born, today = memory.date_of_birth, memory.today
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else 99


def suitable_providers(memory: Memory, clinic: Clinic) -> list[str]:
    """Ids of the providers who see patients of this age."""
    age = _age(memory)
    return [p.id for p in clinic.providers if (p.min_age or 0) <= age <= (999 if p.max_age is None else p.max_age)]


def choose_provider(memory: Memory, task: Task, clinic: Clinic) -> Step | None:
    """The next step towards a provider who sees patients of this age; None when one is chosen."""
    suitable = suitable_providers(memory, clinic)
    names = [provider_name(p, clinic) for p in suitable]
    if task.provider not in (None, ANY_PROVIDER) and task.provider not in suitable:
        refused, task.provider = provider_name(task.provider or "", clinic), None
        return Ask("ask_provider", "provider_not_for_age", {"provider": refused, "providers": names}) if suitable else HandOver()
    if task.provider is None and len(suitable) > 1:
        return Ask("ask_provider", params={"providers": names})
    task.provider = task.provider or ANY_PROVIDER
    return None


def spoken_openings(openings: tuple[Opening, ...], clinic: Clinic) -> list[tuple[object, ...]]:
    """Openings as pieces that the language puts into words: start and provider."""
    return [(opening.start, provider_name(opening.provider, clinic)) for opening in openings]


def spoken_appointments(appointments: tuple[Appointment, ...], clinic: Clinic) -> list[tuple[object, ...]]:
    """Appointments as pieces that the language puts into words: start and provider."""
    return [(appointment.start, provider_name(appointment.provider, clinic)) for appointment in appointments]


def provider_name(provider: str, clinic: Clinic) -> str:
    """A provider as people at a clinic speak: "Dr. Okafor" for "Dr. Amara Okafor"; without a title the whole name."""
    if provider == ANY_PROVIDER:
        return ""
    title, *names = clinic.provider(provider).name.split(",")[0].split()
    return f"{title} {names[-1]}" if title.endswith(".") and names else " ".join([title, *names])
