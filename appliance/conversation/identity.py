"""Who the patient is: name and birth date before anything is disclosed or changed; for a child the guardian on file.

No step here tells whether somebody is a patient: a name alone, a birth date alone and both wrong lead to the same questions.
"""

from __future__ import annotations

from appliance.config import Clinic
from appliance.conversation.actions import Ask, FindPatient, HandOver, Mismatch, Refuse, Step
from appliance.conversation.facts import Memory

FAILED = Refuse("identity_failed", "identity_failed")
THIRD_PARTY = Refuse("refused_third_party")


def verify(memory: Memory, clinic: Clinic, *, discloses: bool = True) -> Step | None:
    """The next step towards a verified patient; None when verified.

    `discloses`: the task tells or takes away something, which another adult may not have whatever they know.
    """
    if discloses and memory.on_behalf == "adult":
        return THIRD_PARTY
    failed = memory.failures >= clinic.clinic.policy.verify_attempts
    if memory.patient is None:
        if failed:
            return FAILED
        if memory.subject is None:
            return Ask("ask_name", _which_name(memory))
        if memory.date_of_birth is None:
            return Ask("ask_dob", "ask_their_dob" if memory.on_behalf else "ask_dob")
        return FindPatient((memory.subject,), memory.date_of_birth)
    if memory.patient.guardian is None:
        return _adult(memory) if discloses and memory.on_behalf else None
    if memory.authorised:
        return None
    if not memory.patient.guardian:
        return HandOver()  # a child without a guardian on file: nobody can be verified
    if failed:
        return FAILED
    unknown = memory.caller is None or memory.caller == memory.subject
    return Ask("ask_name", "ask_guardian") if unknown else Mismatch()


def _which_name(memory: Memory) -> str:
    if memory.task is not None and memory.task.nth > 1:
        return "ask_next_name"
    return "ask_child_name" if memory.on_behalf == "child" else "ask_name"


def _adult(memory: Memory) -> Step | None:
    """The caller spoke of somebody else, who turns out to be of age: only the patient may go on."""
    if memory.caller is None:
        return Ask("ask_name", "ask_guardian")
    return None if memory.patient and memory.caller == memory.patient.name else THIRD_PARTY


def verify_or_enrol(memory: Memory, clinic: Clinic) -> Step | None:
    """As `verify`, but somebody who says they are new needs name, birth date and telephone number instead of a record."""
    if memory.patient is None and memory.looked_up and memory.looked_up == (memory.subject, memory.date_of_birth):
        if memory.new_patient is None:
            return Ask("ask_new_patient")
        if memory.new_patient:
            return None if memory.phone else Ask("ask_phone")
    return verify(memory, clinic, discloses=False)
