"""Requests: a new task, several at once, a change of mind, a question in the middle of something else."""

from __future__ import annotations

from dataclasses import replace

from appliance.conversation.actions import Action, Say
from appliance.conversation.events import Said
from appliance.conversation.facts import ANY_PROVIDER, Days, Task
from appliance.conversation.learning import ANY_DAY, learn
from appliance.conversation.reading import SURE, answers_it
from appliance.conversation.talk import Talk

FREE_WORDS = frozenset({"ask_message", "ask_reason", "ask_pharmacy"})
"""Questions that any words answer."""
LIKELY = 0.6
WITH_A_CUE = 0.4
COVERED_BY = {"ask_location": "ask_directions_parking"}
"""Questions that the answer to another one answers too."""
ABANDONS = frozenset({"offer_slots", "slot_taken", "confirm_details", "ask_date", "ask_time"})
"""Where "cancel that" means what is just being booked, not an appointment on file."""


def request(talk: Talk, said: Said) -> list[Action] | None:
    """A task that is asked for; None when the utterance asks for none, or only adds to the one that is on."""
    intent = talk.intents.get(said.intent)
    task = talk.memory.task
    if task is None and "what_about" in said.cues and (answered := _follow_up(talk, said)):
        return answered
    if intent is None or intent.plan is None:
        return None
    if task is None:
        again = "another_person" in said.cues and talk.memory.last_booking is not None and intent.manner == "calendar"
        return start(talk, replace(said, intent="book_appointment") if again else said)
    if said.intent == task.intent or not _meant(talk, task, said):
        return None
    if intent.manner == "calendar" and talk.intents[task.intent].manner == "calendar":
        return _change_of_mind(talk, task, said)
    if intent.manner == "question":
        talk.memory.suspended.append(task)
        return start(talk, said)
    if talk.intents[task.intent].manner == "question" or "instead" in said.cues:
        return start(talk, said)
    _queue(talk, said)
    return [Say("noted_for_later"), *talk.advance()]


def _follow_up(talk: Talk, said: Said) -> list[Action] | None:
    """ "And what about Friday?" asks the question before once more."""
    last = talk.memory.last_question
    known = said.intent in talk.intents and said.intent not in ("out_of_scope", "greeting", "repeat", "speak_to_human")
    if last is None or (known and said.confidence >= LIKELY) or said.intent in ("affirm", "deny"):
        return None
    task = new_task(talk, replace(said, intent=last.intent))
    task.noted |= last.noted
    talk.memory.task = task
    return talk.advance()


def start(talk: Talk, said: Said) -> list[Action]:
    """Begin the task that was asked for; what else the sentence asks for waits."""
    memory = talk.memory
    _about_somebody_else(talk, said)
    first, *others = sorted((said, *said.more), key=lambda one: one.intent == "billing")  # a transfer ends the call: it comes last
    memory.task = new_task(talk, first)
    for other in others:
        if COVERED_BY.get(other.intent) != first.intent:
            _queue(talk, other)
    if any(COVERED_BY.get(first.intent) == other.intent for other in others):
        memory.task = memory.waiting.pop(0)
    return talk.advance()


def more(talk: Talk, said: Said) -> list[Action] | None:
    """What the utterance adds to the task that is on, or to what is known before there is one."""
    task = talk.memory.task
    learned = learn(talk.memory, said, talk.asked, talk.question.prompt if talk.question else "")
    if task is None:
        return talk.how_can_i_help() if learned and talk.asked in OPENING else None
    if learned and task.message is not None:
        return talk.advance()
    return talk.advance() if learned or said.intent == task.intent else None


def new_task(talk: Talk, said: Said) -> Task:
    """A task with everything the utterance says about it."""
    memory = talk.memory
    before, memory.task = memory.task, Task(said.intent)
    learn(memory, said if talk.asked != "ask_reason" else _without_reason(said), None)
    task, memory.task = memory.task, before
    last = memory.last_booking
    if last is not None and said.intent == last.intent and said.cues & {"same", "another_person"}:
        task.reason, task.provider = task.reason or last.reason, task.provider or last.provider
        task.days = task.days or list(last.days[-1:])
    if said.intent == "book_appointment":
        if not task.days and "earliest" in said.cues:
            task.days = [Days(memory.today, memory.today + ANY_DAY)]
        if task.provider is None and "whoever" in said.cues:
            task.provider = ANY_PROVIDER
    task.words = [said.text] if said.text else []
    task.noted = said.cues
    task.people = 3 if "three" in said.cues else 2 if "two" in said.cues else 1
    task.symptoms = True if "symptoms" in said.cues and said.intent == "book_appointment" else None
    task.message_to = "billing" if "billing" in said.cues else "nurse" if "nurse" in said.cues or said.provider else "front_desk"
    return task


def _queue(talk: Talk, said: Said) -> None:
    memory = talk.memory
    intent = talk.intents.get(said.intent)
    if intent is None or intent.plan is None or any(t.intent == said.intent for t in memory.waiting):
        return
    memory.waiting.append(new_task(talk, said))


def _meant(talk: Talk, task: Task, said: Said) -> bool:
    """Whether a request heard in the middle of a task is one, and not an answer that sounds like it."""
    manner = talk.intents[said.intent].manner
    if talk.asked in FREE_WORDS:
        sure = SURE if said.cues.isdisjoint({"insurance", "instead"}) else WITH_A_CUE
        return manner != "errand" and said.confidence >= sure and said.intent != "book_appointment"
    if answers_it(talk, said):
        return manner == "question" and said.confidence >= SURE and not said.name and not said.date_of_birth
    if {task.intent, said.intent} == {"book_appointment", "reschedule_appointment"}:  # "can you move it to Friday?" while booking
        early = talk.asked in ("ask_name", "ask_dob", "ask_reason", "ask_new_patient")
        return early and said.confidence >= SURE and task.intent == "book_appointment" and not said.cues & {"later", "earlier"}
    return said.confidence >= LIKELY


def _change_of_mind(talk: Talk, task: Task, said: Said) -> list[Action]:
    memory = talk.memory
    gives_up = said.intent == "cancel_appointment" and task.intent == "book_appointment"
    if gives_up and talk.asked in ABANDONS and not said.days and "have_appointment" not in said.cues:
        memory.task = None
        return [Say("kept"), *talk.anything_else()]
    fresh = new_task(talk, said)
    fresh.appointments = fresh.appointments or task.appointments
    listed = [a for a in task.appointments or () for d in fresh.days if d.first <= a.start.date() <= d.last]
    if fresh.intent != "book_appointment" and not listed:
        fresh.appointment = task.appointment
    if fresh.appointment is None and not fresh.days and task.intent != "book_appointment":
        fresh.days, fresh.times = list(task.days), list(task.times)
    fresh.provider = fresh.provider or task.provider
    memory.task = fresh
    return talk.advance()


def _about_somebody_else(talk: Talk, said: Said) -> None:
    """A request for another patient than the one before forgets the one before, and keeps who is calling."""
    memory = talk.memory
    if memory.patient is None and memory.subject is None:
        return
    for_me = "for_me" in said.cues and memory.on_behalf
    another_name = memory.patient is not None and said.name not in (None, memory.patient.name, memory.caller)
    child_of_an_adult = "for_child" in said.cues and memory.patient is not None and memory.patient.guardian is None
    if for_me or another_name or child_of_an_adult or ("another_person" in said.cues and memory.patient is not None):
        own = memory.caller or (None if memory.on_behalf else memory.subject)
        memory.forget_subject()
        memory.caller, memory.on_behalf = own, ""
        if for_me:
            memory.subject = own
        elif "another_person" in said.cues:
            memory.on_behalf = "child"


def _without_reason(said: Said) -> Said:
    return replace(said, reason=None)


OPENING = frozenset({None, "greeting", "not_understood", "silence_prompt", "anything_else"})
"""Where the caller has the floor."""
