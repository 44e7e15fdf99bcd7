"""What callers make of openings on offer and of what is read back to them; only a yes to the read-back lets a task write."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask, Say
from appliance.conversation.events import Said
from appliance.conversation.facts import ANY_PROVIDER, Task
from appliance.conversation.learning import learn
from appliance.conversation.reading import SURE, agrees, declines, leaves, requests_a_task
from appliance.conversation.talk import Talk


def offer(talk: Talk, said: Said) -> list[Action] | None:
    """What becomes of openings on offer that were not simply chosen."""
    task = talk.memory.task
    if task is None or said.choice is not None or said.days or said.times or said.hours or said.provider:
        return None
    another = "another_day" in said.cues or (declines(said) and not said.cues & {"later", "earlier", "someone_else"})
    if leaves(said) or "never_mind" in said.cues:
        return given_up(talk)
    if said.intent == "affirm" and task.offered and "soonest" not in said.cues:
        if len(task.offered) == 1:
            return None
        if not task.vague:  # "yes" to several: which? Somebody who says yes again takes the first, and hears it read back
            task.vague = True
            return talk.ask_again()
        task.chosen = task.offered[0]
        return talk.advance()
    return other_wish(talk, task) if another else None


def other_wish(talk: Talk, task: Task) -> list[Action]:
    """None of those: another day or time."""
    task.chosen, task.openings, task.confirmed = None, None, False
    task.times, task.hours = [], None
    return talk.ask(Ask("ask_date", "what_to_change"))


def given_up(talk: Talk) -> list[Action]:
    """The caller wants nothing changed after all."""
    talk.memory.task = None
    return [Say("kept"), *talk.anything_else()]


def confirmation(talk: Talk, said: Said) -> list[Action] | None:
    """Yes, no, or a correction to what was read back."""
    task = talk.memory.task
    if task is None:
        return None
    if "never_mind" in said.cues and not said.days and not said.times:
        return given_up(talk)
    if agrees(said) and _same(task, said):
        task.confirmed = True
        return talk.advance()
    if task.intent == "cancel_appointment":
        return None if said.intent == "reschedule_appointment" else _confirm_cancel(talk, task, said)
    if requests_a_task(talk, said) and said.intent != task.intent and said.confidence >= SURE:
        return None
    if not _same(task, said) and learn(talk.memory, said, "confirm_details"):
        return talk.advance()
    if declines(said) or said.intent == "correct_info":
        return _what_is_wrong(talk, task)
    return None


def _confirm_cancel(talk: Talk, task: Task, said: Said) -> list[Action] | None:
    others = [a for a in task.appointments or () if a != task.appointment]
    if "other_one" in said.cues and len(others) == 1:
        task.appointment = others[0]
        return talk.advance()
    if not _same(task, said) or (said.reason and declines(said)):
        task.appointment, task.days, task.times = None, [], []
        learn(talk.memory, said, "confirm_details")
        return talk.advance()
    if declines(said) and said.intent not in talk.intents:
        return talk.advance() if task.appointment is None else given_up(talk)
    return None


def _what_is_wrong(talk: Talk, task: Task) -> list[Action]:
    if task.chosen is not None:
        return other_wish(talk, task)
    if task.message is not None or task.words:
        task.message = None
        return talk.ask(Ask("ask_message", "ask_message_again"))
    return given_up(talk)


def _same(task: Task, said: Said) -> bool:
    """Whether the days, times and provider of the utterance are those that were read back."""
    start = task.chosen.start if task.chosen else task.appointment.start if task.appointment else None
    provider = task.chosen.provider if task.chosen else task.appointment.provider if task.appointment else None
    if start is None:
        return not said.phone and not said.days
    days = all(d.first <= start.date() <= d.last for d in said.days)
    return days and all(t == start.time() for t in said.times) and said.provider in (None, ANY_PROVIDER, provider)
