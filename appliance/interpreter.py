"""Which language a call is in: reads what was said in it, words what is to be said in it, and changes it in the middle of the call.

A caller changes the language by speaking another or by asking for it; what the conversation knows stays as it is. A language that
cannot be heard on this line (its recogniser knows others only) is a person's, as is one the appliance has no words for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.conversation.events import Said
from appliance.languages import Wording
from appliance.languages.vocabulary import vocabulary
from appliance.understanding import which_language
from appliance.understanding.emergency import alarm
from appliance.understanding.endings import Endings
from appliance.understanding.reader import Reader

LANGUAGE_KEY = "9"
"""Pressed where no question is open, it asks for the other language: a recogniser that does not know it cannot hear its name."""
OPEN = frozenset({"greeting", "not_understood", "silence_prompt"})
FAREWELL = ("language_for_people_only", "language_key", "transferring")
"""All that is said in a language that only a person can speak on this line."""


@dataclass(frozen=True)
class Sentence:
    """Something to be spoken, and in which language."""

    text: str
    language: str


@dataclass(frozen=True)
class Heard:
    """An utterance in the language it was said in, with what it means for the language of the call."""

    said: Said
    language: str
    """The call goes on in this one."""
    on_request: bool = False
    """The caller asked for the language and said nothing else."""
    for_people: str | None = None
    """A language the caller wants that only a person can speak here."""


class Interpreter:
    """One call's languages. `readers` holds those in which a conversation can be held on this line, the first language among them;
    `wordings` those that can be spoken; `names` gives the names on file, which tell no language; `endings` tell in each language
    how likely words are all that somebody has to say.
    """

    def __init__(
        self,
        readers: Mapping[str, Reader],
        wordings: Mapping[str, Wording],
        first: str,
        names: Callable[[], Sequence[str]] = tuple,
        endings: Mapping[str, Endings] | None = None,
    ) -> None:
        self.language = first
        self._readers = readers
        self._wordings = wordings
        self._names = names
        self._endings = endings or {}

    def greeting_offers(self) -> list[Sentence]:
        """How the other languages that can be heard are offered, each in its own words."""
        others = [language for language in self._readers if language != self.language]
        return [self.say("language_offer", {}, language) for language in others]

    def key_offers(self, asked: str | None) -> list[Sentence]:
        """How a language that cannot be heard is offered, where the caller said nothing that was understood."""
        unheard = [language for language in self._wordings if language not in self._readers]
        return [self.say("language_key", {}, language) for language in unheard] if asked in OPEN - {"greeting"} else []

    def press(self, digit: str, asked: str | None) -> Heard | None:
        """What a key means for the language of the call; None when it is about something else."""
        others = [language for language in self._wordings if language != self.language]
        if digit != LANGUAGE_KEY or asked not in OPEN or not others:
            return None
        return self._request("", asked, others[0]) if others[0] in self._readers else self._for_people(Said("", ""), others[0])

    def understand(self, text: str, asked: str | None, now: datetime, anchor: date | None) -> Heard:
        """What `text` would mean here and now, in whichever language it is; nothing changes."""
        courtesy = which_language.courtesy(text, self.language)
        said = self._read(courtesy if courtesy in self._readers and courtesy else self.language, text, asked, now, anchor)
        if said.emergency or said.crisis or courtesy:
            return Heard(said, self.language)
        spoken = which_language.spoken(text, self.language, self._names())
        if danger := self._alarm_of_another(text, said, spoken):
            return danger
        if spoken != self.language:
            return self._in_another(spoken, text, asked, now, anchor)
        return self._asked_for(text, said, asked)

    def follow(self, heard: Heard) -> list[Sentence]:
        """The call goes on in the language heard; the sentences that say so where the caller asked for it."""
        self.language = heard.language
        if heard.for_people in self._wordings:
            return [self.say("language_for_people_only", {}, heard.for_people)]
        return [self.say("language_changed", {})] if heard.on_request else []

    def say(self, prompt: str, params: Mapping[str, object], language: str | None = None) -> Sentence:
        """A prompt in words of the call's language, or of another that can be spoken."""
        chosen = language if language in self._wordings and language else self.language
        return Sentence(self._wordings[chosen].say(prompt, params), chosen)

    def done(self, text: str, asked: str | None, now: datetime) -> float:
        """How likely the words are all that the caller has to say, 0 to 1."""
        return self._endings[self.language].done(text, asked, now)

    def alarming(self, text: str) -> bool:
        """Whether words, perhaps not all of them yet, speak of danger in a language of this line."""
        return any(alarm(text, language) for language in self._readers)

    def murmured(self, text: str) -> bool:
        """Whether these words only say that the caller listens: "mm hmm"."""
        return text in vocabulary(self.language)["answers"]["murmurs"]

    def apart(self) -> Interpreter:
        """Another one in the same state, whose changes are its own."""
        wordings = {language: wording.apart() for language, wording in self._wordings.items()}
        return Interpreter(self._readers, wordings, self.language, self._names, self._endings)

    def _read(self, language: str, text: str, asked: str | None, now: datetime, anchor: date | None) -> Said:
        return self._readers[language].read(text, asked, now, anchor)

    def _alarm_of_another(self, text: str, said: Said, spoken: str) -> Heard | None:
        """In fear people fall back on the language they think in: danger counts in any."""
        for language in which_language.installed():
            kind = alarm(text, language) if language != self.language else None
            if kind:
                danger = replace(said, intent=kind, emergency=kind == "emergency", crisis=kind == "crisis")
                can_go_on = spoken == language and language in self._readers
                return Heard(danger, language if can_go_on else self.language)
        return None

    def _in_another(self, spoken: str, text: str, asked: str | None, now: datetime, anchor: date | None) -> Heard:
        if spoken not in self._readers:
            return self._for_people(Said(text, "change_language"), spoken)
        said = self._read(spoken, text, asked, now, anchor)
        return self._request(text, asked, spoken) if said.intent == "change_language" else Heard(said, spoken)

    def _asked_for(self, text: str, said: Said, asked: str | None) -> Heard:
        """What an utterance in the call's own language says about languages, mostly nothing."""
        about = which_language.named(text, self.language)
        if not about.languages or (said.intent != "change_language" and not _hardly_more(text)):
            return Heard(said, self.language)
        wanted = next(iter(sorted(about.languages - {self.language})), None)
        if wanted is None:
            return Heard(said, self.language) if about.refused else self._request(text, asked, self.language)
        return self._request(text, asked, wanted) if wanted in self._readers else self._for_people(said, wanted)

    def _request(self, text: str, asked: str | None, language: str) -> Heard:
        """A wish for a language and nothing else: the open question is asked again in it."""
        again = "greeting" if asked in (None, "greeting") else "repeat"
        return Heard(Said(text, again), language, on_request=True)

    def _for_people(self, said: Said, language: str) -> Heard:
        return Heard(replace(said, intent="change_language"), self.language, for_people=language)


def _hardly_more(text: str) -> bool:
    """Whether an utterance that names a language is so short that it is about nothing else: "spanish please"."""
    return len(text.split()) <= 3
