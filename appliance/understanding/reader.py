"""One utterance, from words to what the conversation can use: alarm, intent, slots, values.

    text ──> alarm wording ─────────────────────────────┐
      └────> resolver (encoder, else example phrases) ──┴──> spans ──> grammar of spoken values ──> Understanding, Said

A span is the caller's own words; a value is what our grammar is sure they mean. Where the agent asked for one kind of value, the
whole utterance is read as that kind when no span was marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from appliance.conversation.endpointing import SHORT_ANSWERS
from appliance.conversation.events import Said
from appliance.conversation.facts import Days, Hours
from appliance.languages.vocabulary import vocabulary
from appliance.understanding import INTENTS, SLOTS, UNSURE, Resolution, Resolver, Understanding
from appliance.understanding.emergency import alarm, surely_routine
from appliance.understanding.mishearing.caller_language import has_lexicon
from appliance.understanding.mishearing.repair import Mishearing
from appliance.understanding.names import best
from appliance.understanding.phrases import known_phrases
from appliance.understanding.providers import ProviderNames
from appliance.understanding.spans import Spans
from appliance.understanding.values import choice, read, time_window
from appliance.understanding.wording import own_words, spoken_words

WHEN = frozenset({"ask_date", "ask_time", "offer_slots", "slot_taken", "confirm_details", "ask_which_appointment", "offer_rebook"})
"""Situations in which a day or a time is expected."""
CHOICES = frozenset({"offer_slots", "slot_taken", "ask_which_appointment"})
ALARMS = frozenset({"emergency", "crisis"})
FEW_PATIENTS = 200
NO_REASON = frozenset({"affirm", "deny", "goodbye_thanks", "greeting", "silence_noise", "repeat", "speak_to_human"})
"""Intents of an answer that gives no reason for a visit."""
NO_REQUEST = frozenset(
    {"affirm", "deny", "provide_info", "out_of_scope", "silence_noise", "greeting", "correct_info", "goodbye_thanks"}
)
"""Intents a yes or a no may be mistaken for."""
NO_ANSWER = frozenset({"silence_noise", "out_of_scope", "repeat", "greeting", "change_language"})
"""Intents that short answers ("cough", "Mark") may be mistaken for."""
ANSWER = {"ask_reason": "reason", "ask_name": "patient_name", "ask_provider": "provider", "ask_date": "date", "ask_time": "time",
          "ask_pharmacy": "pharmacy", "ask_dob": "date_of_birth", "ask_phone": "phone"}  # fmt: skip
"""The slot that answers a question."""
VALUE_KINDS = {"date_of_birth": "dob", "patient_name": "name", "phone": "phone", "time": "time"}


class Reader:
    """Reads utterances for one clinic. `directory` gives the names on file, to put right what a recogniser misheard."""

    def __init__(
        self, resolver: Resolver, providers: ProviderNames, directory: Callable[[], Sequence[str]], language: str = "en"
    ) -> None:
        self._resolver = resolver
        self._providers = providers
        self._directory = directory
        self._language = language
        self._answers: Mapping[str, Sequence[str]] = vocabulary(language)["answers"]
        self._known = known_phrases(language)
        self._mishearing: Mishearing | None = None
        self._spans: Spans | None = None
        if has_lexicon(language):
            doctors, patients = [name.lower() for name in providers.spoken], [name.lower() for name in directory()]
            # a long list has a name for nearly every sound; who calls is then told from the answer to the question for the name
            names = {word for name in patients for word in name.split()} if len(patients) <= FEW_PATIENTS else set()
            own = {"provider": " ".join(doctors).split(), "patient_name": names, "place": providers.places}
            self._mishearing = Mishearing(language, own)
            self._spans = Spans(language, [name.split()[-1] for name in doctors], names)

    def understand(self, text: str, asked: str | None, now: datetime) -> Understanding:
        """Intent, slots and values of one utterance, said in answer to `asked`."""
        understood = self._understand(text, self.put_right(text), asked, now)
        values = {slot: self._value(slot, _last(span), now) for slot, span in understood.slots.items()}
        return replace(understood, values={slot: value for slot, value in values.items() if value is not None})

    def put_right(self, text: str) -> str:
        """`text` with what was misheard in it put right by sound, as far as the language has a lexicon for it."""
        return self._mishearing.put_right(text) if self._mishearing else text

    def _understand(self, text: str, mended: str, asked: str | None, now: datetime) -> Understanding:
        """Without values. `mended` is the text put right by sound; alarms are read from both, but it never decides the model's."""
        kind = alarm(text, self._language) or (alarm(mended, self._language) if mended != text else None)
        resolution = self._resolve(text, mended, asked, now)
        return Understanding(
            text=text,
            intent=kind or resolution.intent,
            confidence=resolution.confidence,
            slots=resolution.slots,
            emergency=kind == "emergency"
            or (kind is None and resolution.intent == "emergency" and resolution.confidence >= UNSURE),
            crisis=kind == "crisis" or (kind is None and resolution.intent == "crisis" and resolution.confidence >= UNSURE),
        )

    def _resolve(self, text: str, mended: str, asked: str | None, now: datetime) -> Resolution:
        """The surer of what the text and the mended text are taken for, with the slots of the mended text."""
        heard = self._resolver.resolve(text, asked)
        chosen, slots = heard, heard.slots
        if mended != text:
            other = self._resolver.resolve(mended, asked)
            if not {heard.intent, other.intent} & ALARMS:
                chosen = max(heard, other, key=lambda one: one.confidence)
            slots = other.slots
        slots = _own(slots, text, mended)
        if self._spans:
            slots = self._spans.complete(mended, slots, chosen.intent, asked)
            slots = self._spans.written(text, slots, now)
        return Resolution(*self._meant(text, asked, chosen, slots), slots)

    def _meant(self, text: str, asked: str | None, chosen: Resolution, slots: Mapping[str, object]) -> tuple[str, float]:
        """The intent and how sure it is; plain facts outdo the resolver: a known phrase, or the very thing that was asked for."""
        if chosen.intent not in ALARMS:
            if meant := self._known.get(" ".join(word.spoken for word in spoken_words(text))):
                return meant, 1.0
            if chosen.intent in NO_ANSWER and ANSWER.get(asked or "") in slots:
                return "provide_info", max(chosen.confidence, UNSURE)
        elif surely_routine(text, self._language):
            return chosen.second if chosen.second not in ALARMS else "out_of_scope", UNSURE
        return chosen.intent, chosen.confidence

    def read(self, text: str, asked: str | None, now: datetime, anchor: date | None = None) -> Said:
        """The utterance as the conversation hears it. `anchor` is the day last spoken of, for "the Monday after that"."""
        mended = self.put_right(text)
        return self._said(self._understand(text, mended, asked, now), mended, asked, now, anchor)

    def _said(self, understood: Understanding, mended: str, asked: str | None, now: datetime, anchor: date | None) -> Said:
        text = understood.text
        slots = {slot: _last(span) for slot, span in understood.slots.items()}
        days, times = self._when(understood.slots, mended, asked, now, anchor)
        window_words = mended if asked in WHEN else slots.get("time_of_day", "")
        window = time_window(window_words, self._language) if window_words else None
        awaited_reason = text if asked == "ask_reason" and understood.intent not in NO_REASON else None
        return Said(
            text=text,
            intent=self._intent(understood, text, asked),
            confidence=understood.confidence,
            name=self._name(slots.get("patient_name"), text, asked) or self._name(None, mended, asked),
            date_of_birth=_date(self._awaited("dob", slots.get("date_of_birth"), text, asked == "ask_dob", now)),
            phone=self._awaited("phone", slots.get("phone"), text, asked == "ask_phone", now),
            provider=self._provider(understood, slots, mended, asked),
            days=days,
            times=times,
            hours=Hours(window.earliest, window.latest) if window and (window.earliest or window.latest) else None,
            choice=choice(mended, 3, self._language) if asked in CHOICES else None,
            reason=slots.get("reason") or awaited_reason,
            medication=slots.get("medication"),
            pharmacy=slots.get("pharmacy"),
            new_patient=True if "new_patient" in slots else None,
            emergency=understood.emergency,
            crisis=understood.crisis,
        )

    def _intent(self, understood: Understanding, text: str, asked: str | None) -> str:
        """The intent, unless it is a guess; where a yes or a no was asked for, the first word says which."""
        if asked in SHORT_ANSWERS and understood.intent in NO_REQUEST:
            first = text.split()[0].strip(",.!").lower() if text.split() else ""
            if first in self._answers["yes"] or first in self._answers["no"]:
                return "affirm" if first in self._answers["yes"] else "deny"
        known = understood.intent in INTENTS and understood.confidence >= UNSURE
        return understood.intent if known else "provide_info"

    def _value(self, slot: str, words: str, now: datetime) -> str | None:
        if slot == "date":
            return next((v for kind in ("date", "date_range") if (v := read(kind, words, now, self._language))), None)
        if slot == "provider":
            return self._providers.match(words)
        kind = VALUE_KINDS.get(slot)
        return read(kind, words, now, self._language) if kind else None

    def _awaited(self, kind: str, span: str | None, text: str, expected: bool, now: datetime) -> str | None:
        """The value of the whole utterance where this kind was asked for (a mark may cut it short), else of the marked span."""
        value = read(kind, text, now, self._language) if expected else None
        return value or (read(kind, span, now, self._language) if span else None)

    def _name(self, span: str | None, text: str, asked: str | None) -> str | None:
        """A full name: as on file when it sounds like one there, else as spoken."""
        words = span or (text if asked == "ask_name" else None)
        if not words:
            return None
        for candidate in (text, words) if asked == "ask_name" else (words,):
            spoken = read("name", candidate, datetime.min, self._language)
            on_file = best(spoken or candidate, self._directory())
            if on_file:
                return on_file
            if spoken and " " in spoken:
                return spoken
        return None

    def _when(
        self, slots: Mapping[str, str | list[str]], text: str, asked: str | None, now: datetime, anchor: date | None
    ) -> tuple[tuple[Days, ...], tuple[time, ...]]:
        if asked in WHEN:  # the whole answer is about when; it tells more than a marked word of it ("the Monday after that")
            moment = read("datetime", text, now, self._language, anchor=anchor)
            if moment:
                at = datetime.fromisoformat(moment)
                return (_one_day(at.date()),), (at.time(),)
        day = self._days(text, now, anchor) if asked in WHEN else None
        days = [day] if day else [d for span in _all(slots.get("date")) if (d := self._days(span, now, anchor))]
        whole = read("time", text, now, self._language) if asked in WHEN and not days else None
        told = [whole] if whole else [read("time", span, now, self._language) for span in _all(slots.get("time"))]
        times = [time.fromisoformat(value) for value in told if value]
        return tuple(days), tuple(times)

    def _days(self, words: str, now: datetime, anchor: date | None) -> Days | None:
        if day := read("date", words, now, self._language, anchor=anchor):
            return _one_day(date.fromisoformat(day))
        if days := read("date_range", words, now, self._language, anchor=anchor):
            first, last = days.split("/")
            return Days(date.fromisoformat(first), date.fromisoformat(last))
        return None

    def _provider(self, understood: Understanding, slots: Mapping[str, str], text: str, asked: str | None) -> str | None:
        words = slots.get("provider") or slots.get("specialty")
        if words and (found := self._providers.match(words)):
            return found
        if asked in ("ask_provider", "slot_taken", "offer_slots"):
            found = self._providers.match(text)
            nobody_special = found is None and asked == "ask_provider" and understood.intent == "deny"
            return self._providers.anyone if nobody_special else found
        return None


def _one_day(day: date) -> Days:
    return Days(day, day)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _all(span: str | list[str] | None) -> list[str]:
    return [span] if isinstance(span, str) else span or []


def _own(slots: Mapping[str, str | list[str]], *texts: str) -> dict[str, str | list[str]]:
    """What stands in the caller's words of what a resolver marked: it may point at words, never put any into a caller's mouth."""
    own = {slot: [s for span in _all(spans) if (s := _standing(span, texts))] for slot, spans in slots.items() if slot in SLOTS}
    return {slot: spans[0] if len(spans) == 1 else spans for slot, spans in own.items() if spans}


def _standing(span: str, texts: Sequence[str]) -> str | None:
    return next((span for text in texts if len(span) <= len(text) and own_words(span, text)), None)


def _last(span: str | list[str]) -> str:
    return span if isinstance(span, str) else span[-1]
