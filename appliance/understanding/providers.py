"""Which provider a caller means: by name, as heard; by specialty; or anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping

from appliance.config import Clinic
from appliance.conversation.facts import ANY_PROVIDER
from appliance.languages import FOLDER
from appliance.languages.spoken import say_clinic_words
from appliance.understanding.names import match
from appliance.understanding.values.lexer import fold

LANGUAGES = sorted(path.parent.name for path in FOLDER.glob("*/values.toml"))
SURE = 0.84
"""From this likeness on a heard surname is taken for a provider's."""
ANYBODY = re.compile(
    r"\b(?:any(?:one|body|\s+(?:doctor|provider|of them))?|who(?:m)?ever|either|doesn't matter|does not matter|don't (?:mind|care)"
    r"|no preference|whoever's|first available|somebody else|someone else|no one in particular"
    r"|cualquiera|quien sea|el que sea|la que sea|quien tenga|el que tenga|la que tenga|(?:me )?da (?:igual|lo mismo)|no importa"
    r"|el primero que|con alguien mas|no tengo preferencia|sin preferencia|cualquier doctora?)\b"
)
TITLES = re.compile(r"\b(?:dr|dra|doctor|doctora|enfermera|enfermero|nurse practitioner|np|miss|mrs|ms|mr)\b\.?")


class ProviderNames:
    """The providers of one clinic, as callers speak of them."""

    anyone = ANY_PROVIDER

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._surnames: Mapping[str, str] = {_plain(p.name).split()[-1]: p.id for p in clinic.providers}
        self._full: Mapping[str, str] = {_plain(p.name): p.id for p in clinic.providers}
        self._roles: Mapping[str, str] = {
            fold(say_clinic_words(role, language)): p.id
            for p in clinic.providers
            for role in (p.specialty, p.name.partition(",")[2].strip())
            for language in LANGUAGES
            if role
        }

    @property
    def places(self) -> list[str]:
        """Words of the clinic's name and street."""
        return re.findall(r"[a-z]{3,}", f"{self._clinic.clinic.name} {self._clinic.clinic.address}".lower())

    @property
    def spoken(self) -> list[str]:
        """Names as spoken, without titles."""
        return [name.title() for name in self._full]

    def match(self, words: str) -> str | None:
        """The provider's id, "any", or None when nobody is clearly meant."""
        words = fold(words)
        for role, provider in self._roles.items():
            if role in words:
                return provider
        tokens = TITLES.sub(" ", words).split()
        candidates = [" ".join(tokens[i : i + n]) for n in (2, 1) for i in range(len(tokens) - n + 1)]
        found: tuple[float, str] | None = None
        for candidate in candidates:
            names = self._full if " " in candidate else self._surnames
            for name, likeness in match(candidate, list(names))[:1]:
                if likeness >= SURE and (found is None or likeness > found[0]):
                    found = (likeness, names[name])
        if found:
            return found[1]
        return ANY_PROVIDER if ANYBODY.search(words) else None


def _plain(name: str) -> str:
    """ "Dr. Amara Okafor" and "Elena Ruiz, nurse practitioner" without title and role, lower case."""
    return " ".join(TITLES.sub(" ", name.partition(",")[0].lower()).split())
