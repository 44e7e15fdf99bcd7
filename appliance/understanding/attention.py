"""A reader that also notices what plain words show beside the model (cues), and several requests in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from appliance import intents
from appliance.conversation.events import Said
from appliance.languages.cues import after_introduction, clauses, cues, plain
from appliance.understanding import Resolver
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

LIKELY = 0.6
"""From this confidence on a part of a sentence counts as a request of its own."""
SURE = 0.9
"""From this confidence on booking and cancelling in one sentence are two requests."""
CLEAR = 0.8
"""From this confidence on a request outdoes the "no" before it."""
TURNED = frozenset({"deny", "correct_info"})
"""Intents of an answer that turns something down, after which a request may follow in the same breath."""
NO_NAME = r"[^\w' -]"
NEAR = 2
"""So many words may stand between "I'm" and the caller's own name: "I'm her mother Hannah Carter"."""
ONE_REQUEST = frozenset({"ask_message", "ask_reason", "ask_name", "ask_dob", "ask_phone"})
"""Situations whose answers are not taken apart."""


class AttentiveReader(Reader):
    """As `Reader`; what it reads carries its cues and its further requests."""

    def __init__(
        self, resolver: Resolver, providers: ProviderNames, directory: Callable[[], Sequence[str]], language: str = "en"
    ) -> None:
        super().__init__(resolver, providers, directory, language)
        self._of = language
        self._names = directory
        self._doctors = providers
        self._requests = {name for name, intent in intents.plans().items() if intent.plan}

    def read(self, text: str, asked: str | None, now: datetime, anchor: date | None = None) -> Said:
        """The utterance as the conversation hears it."""
        said = self._with_names(replace(super().read(text, asked, now, anchor), cues=cues(text, self._of)))
        said = said if said.provider else replace(said, provider=self._provider_named(text))
        parts = clauses(text, self._of)
        if len(parts) < 2 or said.emergency or said.crisis or (asked in ONE_REQUEST and said.intent not in TURNED):
            return said
        requests = self._requests_in(parts, now, anchor, at_least=1 if said.intent in TURNED else 2)
        if len(requests) == 1 and said.intent in TURNED and self._follows(requests[0], said, asked):
            return self._joined(requests, said)  # "no, then leave them a message"
        if len(requests) < 2 or asked in ONE_REQUEST or _one_and_the_same(requests):
            return said
        return self._joined(requests, said)

    def _requests_in(self, parts: Sequence[str], now: datetime, anchor: date | None, *, at_least: int) -> list[Said]:
        """The first of each kind of request among the parts of a sentence; none when they cannot be `at_least` so many.

        The shortest part is read first: every word costs the encoder's time, and most parts of long sentences ask for nothing.
        """
        found: dict[int, Said] = {}
        for number, (place, part) in enumerate(sorted(enumerate(parts), key=lambda one: len(one[1]))):
            if len({one.intent for one in found.values()}) + len(parts) - number < at_least:
                return []
            mended = self.put_right(part)
            understood = self._understand(part, mended, None, now)
            if understood.confidence >= LIKELY and self._intent(understood, part, None) in self._requests:
                found[place] = replace(self._said(understood, mended, None, now, anchor), cues=cues(part, self._of))
        first: dict[str, Said] = {}
        for place in sorted(found):
            first.setdefault(found[place].intent, found[place])
        return list(first.values())

    def _follows(self, request: Said, said: Said, asked: str | None) -> bool:
        """Whether a request after a "no" is one of its own, not a correction of what is being settled ("no, make it Friday")."""
        calendar = intents.plans()[request.intent].manner == "calendar"
        of_its_own = not calendar or (request.intent == "cancel_appointment" and asked in ONE_REQUEST)
        return of_its_own and request.confidence >= max(CLEAR, said.confidence)

    def _joined(self, requests: Sequence[Said], said: Said) -> Said:
        """The first of some requests, with the others and with what was said around them."""
        first = replace(requests[0], own_name=said.own_name)
        return replace(
            first,
            name=first.name or said.name,
            date_of_birth=said.date_of_birth,
            phone=said.phone,
            cues=said.cues,
            more=tuple(requests[1:]),
        )

    def _provider_named(self, text: str) -> str | None:
        """The one provider whose surname is among the words."""
        words = {word.strip(".,!?").removesuffix("'s") for word in plain(text).split()}
        named = {name for full in self._doctors.spoken if (name := full.split()[-1].lower()) in words}
        return self._doctors.match(named.pop()) if len(named) == 1 else None

    def _with_names(self, said: Said) -> Said:
        """Which name is the caller's own ("this is Hannah Carter"), and which is the patient's, where both are said."""
        words = f" {re.sub(NO_NAME, ' ', plain(said.text))} "
        on_file = set(self._names())
        candidates = {*on_file, *([said.name] if said.name else [])}
        found = sorted((start, name) for name in candidates if (start := words.find(f" {plain(name)} ")) >= 0)
        near = sorted((after_introduction(words[: start + 1], self._of), name) for start, name in found)
        own = near[0][1] if near and near[0][0] <= NEAR else None
        others = [name for _, name in found if name != own and name in on_file]
        return replace(said, own_name=own, name=others[0] if len(others) == 1 else said.name or own)


def _one_and_the_same(requests: Sequence[Said]) -> bool:
    """Whether the parts tell one request about the calendar: "I've got Friday at eleven, and I need to push that"."""
    calendar = [one for one in requests if intents.plans()[one.intent].manner == "calendar"]
    told_apart = {one.intent for one in calendar} == {"book_appointment", "cancel_appointment"}
    return len(calendar) > 1 and not (told_apart and min(one.confidence for one in calendar) >= SURE)
