"""What the clinic does, for whom, and which insurance it takes: from clinic.toml; what is not there a person knows."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Finish, Step
from appliance.conversation.facts import ANY_PROVIDER, Memory, Task
from appliance.conversation.talk import Manner
from appliance.intents._choosing import provider_name

MANNER: Manner = "question"
TELLING = 6
"""A first word of an insurer's name has at least so many letters to stand for the whole: "united", not "blue"."""


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The answer, or a person who knows it."""
    said = " ".join(task.words)
    taken = insurers_named(said, clinic.clinic.insurers)
    if taken:
        return Finish("insurer_taken", {"insurers": taken})
    if "new_patients" in task.noted and clinic.clinic.policy.new_patients:
        return Finish("new_patients_welcome")
    if "insurance" in task.noted and clinic.clinic.insurers:
        return Finish("insurers_taken", {"insurers": list(clinic.clinic.insurers)})
    if task.provider not in (None, ANY_PROVIDER):
        provider = clinic.provider(task.provider or "")
        if provider.specialty:
            return Finish("provider_does", {"provider": provider_name(provider.id, clinic), "specialty": provider.specialty})
    memory.message_to = "front_desk"
    return Ask("offer_transfer", "ask_the_desk") if memory.clinic_open else Ask("offer_message", "ask_the_desk_later")


def insurers_named(said: str, insurers: Sequence[str]) -> list[str]:
    """The insurers of the clinic that were named, by their whole name, its first two words, or a long first word."""
    plain = _letters(said)
    return [insurer for insurer in insurers if any(form in plain for form in _forms(insurer))]


def _forms(insurer: str) -> list[str]:
    words = insurer.split()
    initials = "".join(word[0] for word in words).lower() if len(words) > 2 else None
    short = _letters(" ".join(words[:2])) if len(words) > 1 else None
    first = words[0].lower() if len(words) > 1 and len(words[0]) >= TELLING else None
    return [form for form in (_letters(insurer), short, first, initials) if form]


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
