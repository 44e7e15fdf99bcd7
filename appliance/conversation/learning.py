"""What an utterance adds to what is known. Nothing is guessed: only values the grammar was sure of arrive here."""

from __future__ import annotations

from appliance.conversation.events import Said
from appliance.conversation.facts import Appointment, Memory, Opening, Task


def learn(memory: Memory, said: Said, asked: str | None) -> bool:
    """Merge an utterance into memory and its task; True when it added or changed anything."""
    learned = _learn_identity(memory, said)
    if memory.task is not None and not memory.task.done:
        learned = _learn_choice(memory.task, said, asked) or learned
        learned = _learn_request(memory.task, said, asked) or learned
    return learned


def _learn_identity(memory: Memory, said: Said) -> bool:
    learned = False
    if said.name and said.name not in memory.names:
        memory.names.append(said.name)
        learned = True
    if said.date_of_birth and memory.patient is None and said.date_of_birth != memory.date_of_birth:
        memory.date_of_birth = said.date_of_birth
        learned = True
    if said.phone and said.phone != memory.phone:
        memory.phone = said.phone
        learned = True
    if said.new_patient is not None and memory.patient is None and said.new_patient != memory.new_patient:
        memory.new_patient = said.new_patient
        learned = True
    return learned


def _learn_choice(task: Task, said: Said, asked: str | None) -> bool:
    """A choice among the openings on offer or the appointments listed, by its place, its time or its day."""
    if asked in ("offer_slots", "slot_taken") and task.offered:
        chosen = _pick(task.offered, said)
        if isinstance(chosen, Opening):
            task.chosen = chosen
            return True
    if asked == "ask_which_appointment" and task.appointments:
        picked = _pick(task.appointments, said)
        if isinstance(picked, Appointment):
            task.appointment = picked
            return True
    return False


def _pick(things: tuple[Opening, ...] | tuple[Appointment, ...], said: Said) -> Opening | Appointment | None:
    fitting = [
        thing
        for thing in things
        if (not said.days or any(days.first <= thing.start.date() <= days.last for days in said.days))
        and (not said.times or thing.start.time() in said.times)
        and (said.provider in (None, thing.provider))
    ]
    if len(fitting) == 1 and (said.days or said.times or said.provider):
        return fitting[0]
    if said.choice is not None and -1 <= said.choice < len(things):
        return things[said.choice]
    if said.intent == "affirm" and not said.days and not said.times and len(things) == 1:
        return things[0]
    return None


def _learn_request(task: Task, said: Said, asked: str | None) -> bool:
    learned = False
    wish = (task.provider, list(task.days), list(task.times), task.hours)
    if task.chosen is None or asked == "confirm_details":
        _learn_wish(task, said)
        learned = wish != (task.provider, task.days, task.times, task.hours)
    if learned:  # another wish needs another search
        task.openings, task.chosen, task.confirmed = None, None, False
    for slot in ("reason", "medication", "pharmacy"):
        value = getattr(said, slot)
        if value and value != getattr(task, slot) and (getattr(task, slot) is None or asked == f"ask_{slot}"):
            setattr(task, slot, value)
            learned = True
    if asked == "ask_message" and said.text:
        task.message = said.text
        learned = True
    return learned


def _learn_wish(task: Task, said: Said) -> None:
    if said.provider:
        task.provider = said.provider
    if said.days:
        task.days.extend(said.days)
        if not said.times:  # another day, and the old day's time no longer binds once an offer was turned down
            task.times = [] if task.offered else task.times
    if said.times:
        task.times.extend(said.times)
        task.hours = None
    elif said.hours:
        task.hours = said.hours
        task.times = []
