"""A reader that also notices what plain words show beside the model (cues), and several requests in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from appliance import intents
from appliance.conversation.events import Said
from appliance.languages.cues import clauses, cues
from appliance.understanding import Resolver
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

LIKELY = 0.6
"""From this confidence on a part of a sentence counts as a request of its own."""
ONE_REQUEST = frozenset({"ask_message", "ask_reason", "ask_name", "ask_dob", "ask_phone"})
"""Situations whose answers are not taken apart."""


class AttentiveReader(Reader):
    """As `Reader`; what it reads carries its cues and its further requests."""

    def __init__(
        self, resolver: Resolver, providers: ProviderNames, directory: Callable[[], Sequence[str]], language: str = "en"
    ) -> None:
        super().__init__(resolver, providers, directory, language)
        self._of = language
        self._requests = {name for name, intent in intents.plans().items() if intent.plan}

    def read(self, text: str, asked: str | None, now: datetime, anchor: date | None = None) -> Said:
        """The utterance as the conversation hears it."""
        said = replace(super().read(text, asked, now, anchor), cues=cues(text, self._of))
        parts = clauses(text, self._of) if asked not in ONE_REQUEST else []
        if len(parts) < 2 or said.emergency or said.crisis:
            return said
        requests: list[Said] = []
        for part in parts:
            one = replace(super().read(part, None, now, anchor), cues=cues(part, self._of))
            if one.intent in self._requests and one.confidence >= LIKELY and one.intent not in {r.intent for r in requests}:
                requests.append(one)
        if len(requests) < 2:
            return said
        first = requests[0]
        return replace(
            first,
            name=first.name or said.name,
            date_of_birth=said.date_of_birth,
            phone=said.phone,
            cues=said.cues,
            more=tuple(requests[1:]),
        )
