"""What the open question makes of an utterance: yes, no, a value, a choice, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.conversation.actions import Action, Ask, Refuse, Say
from appliance.conversation.events import Said
from appliance.conversation.facts import ANY_PROVIDER, Task
from appliance.conversation.learning import learn, learn_identity
from appliance.conversation.read_back import confirmation, offer
from appliance.conversation.reading import agrees, answers_it, declines, leaves, requests_a_task
from appliance.conversation.talk import Talk


def answer(talk: Talk, said: Said) -> list[Action] | None:
    """What the utterance answers; None when it is something else."""
    rule = _RULES.get(talk.asked or "")
    return rule(talk, said) if rule else None


# --- the questions, one by one --------------------------------------------------------------------------------------------


def _anything_else(talk: Talk, said: Said) -> list[Action] | None:
    if said.intent == "correct_info" and (said.days or said.times) and talk.memory.last_start is not None:
        return _move_the_last(talk, said)
    if requests_a_task(talk, said):
        return None
    if leaves(said) or declines(said):
        return talk.goodbye()
    if said.intent == "affirm" or (agrees(said) and not said.days):
        return talk.how_can_i_help()
    return None


def _move_the_last(talk: Talk, said: Said) -> list[Action]:
    """ "Actually, make it ten": what was just booked is moved."""
    memory = talk.memory
    memory.task = Task("reschedule_appointment", at=memory.last_start)
    learn(memory, said, None)
    return talk.advance()


def _offer_message(talk: Talk, said: Said) -> list[Action] | None:
    memory, task = talk.memory, talk.memory.task
    wanted = agrees(said) or said.intent == "leave_message"
    if task is not None and not task.agreed:  # a task's own message, such as one about test results
        if wanted:
            task.agreed = True
            if len(said.text.split()) > MERE_YES:
                task.words.append(said.text)
            learn(memory, said, "offer_message")
            return talk.advance()
        if leaves(said):
            return talk.goodbye()
        if declines(said):
            memory.task = None
            return [Say("kept"), *talk.anything_else()]
        return None
    if wanted:
        memory.task = Task("leave_message", message_to=memory.message_to, agreed=True)
        learn(memory, said, "offer_message")
        if len(said.text.split()) > MERE_YES:
            memory.task.words.append(said.text)
        return talk.advance()
    if leaves(said):
        return talk.goodbye()
    return talk.anything_else() if declines(said) else None


def _offer_transfer(talk: Talk, said: Said) -> list[Action] | None:
    if agrees(said):
        return talk.hand_over(talk.memory.message_to)
    if leaves(said):
        return talk.goodbye()
    return talk.anything_else() if declines(said) and not requests_a_task(talk, said) else None


def _identity_failed(talk: Talk, said: Said) -> list[Action] | None:
    if leaves(said):
        return talk.goodbye()
    if agrees(said):
        return talk.hand_over()
    if requests_a_task(talk, said):
        return None
    return talk.anything_else() if said.intent == "deny" else talk.refuse(Refuse("refused"))


def _refused(talk: Talk, said: Said) -> list[Action] | None:
    if leaves(said) or (declines(said) and not requests_a_task(talk, said)):
        return talk.goodbye()
    if said.intent == "affirm":
        return talk.ask(Ask("offer_message"))
    return None


def _wrong_number_told(talk: Talk, said: Said) -> list[Action] | None:
    if requests_a_task(talk, said) and "wrong_number" not in said.cues:
        return None
    if said.intent == "affirm" and not said.cues & {"wrong_number"}:
        return talk.how_can_i_help()
    lost = leaves(said) or declines(said) or said.intent in ("out_of_scope", "greeting") or said.cues & {"wrong_number", "apology"}
    return [Say("goodbye_wrong_number"), *talk.end("wrong_number")] if lost or talk.misses else None


def _new_patient(talk: Talk, said: Said) -> list[Action] | None:
    memory = talk.memory
    learn_identity(memory, said, "ask_new_patient")
    if memory.looked_up != (memory.subject, memory.date_of_birth):  # another name or birth date came with the answer
        memory.new_patient = None
        return talk.advance()
    if "been_before" in said.cues or (declines(said) and "first_time" not in said.cues):
        return talk.mismatch()
    if agrees(said) or "first_time" in said.cues:
        memory.new_patient = True
        return talk.advance()
    memory.new_patient = None
    return None


def _provider(talk: Talk, said: Said) -> list[Action] | None:
    task = talk.memory.task
    nobody_special = said.intent in ("affirm", "deny") or bool({"soonest", "both", "someone_else"} & said.cues)
    if task is None or said.provider or not nobody_special:
        return None
    task.provider = ANY_PROVIDER
    learn(talk.memory, said, "ask_provider")
    return talk.advance()


def _message(talk: Talk, said: Said) -> list[Action] | None:
    task = talk.memory.task
    if task is None or not said.text:
        return None
    brief = len(said.text.split()) < A_SENTENCE
    if brief and (leaves(said) or said.intent in ("speak_to_human", "repeat", "silence_noise", "ai_disclosure", "change_language")):
        return None
    if task.words and declines(said) and brief:  # nothing to add
        task.message = task.words[-1]
    elif brief and said.intent in ("affirm", "greeting"):
        return None
    else:
        task.message = said.text
        learn(talk.memory, said, "ask_message")
    return talk.advance()


def _reason(talk: Talk, said: Said) -> list[Action] | None:
    """One word may be taken for a noise; said twice, it is the reason."""
    task = talk.memory.task
    if task is None or not talk.misses or said.intent not in ("silence_noise", "provide_info") or not said.text.isascii():
        return None
    if not any(word.isalpha() for word in said.text.strip("[]").split()) or said.text.startswith("["):
        return None
    task.reason = said.text
    return talk.advance()


def _which(talk: Talk, said: Said) -> list[Action] | None:
    task = talk.memory.task
    if task is None or "both" not in said.cues or not task.appointments or task.intent != "cancel_appointment":
        return None
    first, *others = task.appointments
    task.appointment = first
    talk.memory.waiting[:0] = [Task(task.intent, appointment=one, appointments=task.appointments) for one in others]
    return talk.advance()


def _finished_before(talk: Talk, said: Said) -> list[Action] | None:
    """Goodbye in the middle of a task that has not been confirmed."""
    del said
    return [Say("nothing_done"), *talk.goodbye()] if talk.memory.task is not None else talk.goodbye()


def goodbye(talk: Talk, said: Said) -> list[Action] | None:
    """A goodbye where no question makes anything of it; at a read-back thanks are no yes, and are asked about once."""
    if not leaves(said) or "wait" in said.cues or answers_it(talk, said):
        return None
    if talk.asked == "confirm_details" and not talk.stalls and "no" not in said.cues:
        return None
    return _finished_before(talk, said)


MERE_YES = 4
"""A yes has at most so many words; more of them say what it is about."""
A_SENTENCE = 5
"""From this many words on an utterance is the message, whatever it sounds like."""

_RULES: Mapping[str, Callable[[Talk, Said], list[Action] | None]] = {
    "anything_else": _anything_else,
    "offer_message": _offer_message,
    "offer_transfer": _offer_transfer,
    "identity_failed": _identity_failed,
    "refused": _refused,
    "wrong_number_told": _wrong_number_told,
    "ask_new_patient": _new_patient,
    "ask_provider": _provider,
    "offer_slots": offer,
    "slot_taken": offer,
    "confirm_details": confirmation,
    "ask_message": _message,
    "ask_reason": _reason,
    "ask_which_appointment": _which,
}
