"""Who the patient is: name and birth date before anything is disclosed or changed, a guardian for a child."""

from __future__ import annotations

from appliance.conversation.actions import Ask, FindPatient, HandOver, Step
from appliance.conversation.facts import Memory

NAMES_AT_MOST = 4
"""A caller who still is not a child's guardian after that many names talks to a person."""


def verify(memory: Memory) -> Step | None:
    """The next step towards a verified patient; None when verified."""
    if memory.patient is not None:
        if memory.verified:
            return None
        unknown = not memory.patient.guardian or len(memory.names) >= NAMES_AT_MOST
        return HandOver() if unknown else Ask("ask_name", "ask_guardian")
    if not memory.names:
        return Ask("ask_name")
    if memory.date_of_birth is None:
        return Ask("ask_dob")
    return FindPatient(tuple(memory.names), memory.date_of_birth)


def verify_or_enrol(memory: Memory) -> Step | None:
    """As `verify`, but somebody who says they are new needs name, birth date and telephone number instead of a record."""
    known = memory.looked_up == (tuple(memory.names), memory.date_of_birth)
    if memory.patient is None and known:
        if memory.new_patient is None:
            return Ask("ask_new_patient")
        if memory.new_patient:
            return None if memory.phone else Ask("ask_phone")
    return verify(memory)
