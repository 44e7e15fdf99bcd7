"""The rules every call must keep, whatever the caller does. Each looks at one turn and raises BrokenRule.

They know the clinic's file, the records before and after the turn, and the caller's own words; nothing of the conversation's state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from appliance.config import Clinic
from appliance.conversation.actions import Ask, Book, Cancel, HangUp, LeaveMessage, ListAppointments, Move, Say, TransferTo
from appliance.conversation.events import ActFailed, Committed, HungUp, OpeningTaken, PatientUnknown, Pressed, Said, TransferFailed
from appliance.conversation.facts import ANY_PROVIDER
from appliance.intents._choosing import provider_name
from appliance.languages.spoken import say_birth_date, say_moment, say_phone
from tests.support.front_desk import Row

if TYPE_CHECKING:
    from tests.support.watched_call import Turn, WatchedCall

DONE = {Book: "booked", Move: "moved", Cancel: "cancelled"}
READ_BACK = {
    Book: ("confirm_booking", "confirm_booking_plain", "confirm_booking_for"),
    Move: ("confirm_move",),
    Cancel: ("confirm_cancel",),
    LeaveMessage: ("confirm_message", "confirm_refill", "confirm_results_message"),
}
KEPT = ("message_kept", "message_kept_nurse", "message_kept_closed")
NUMBERS = {"emergency": ("9 1 1", "9 uno uno", "nueve uno uno"), "crisis": ("9 8 8", "nueve ocho ocho")}
_WORD = re.compile(r"[^\W_]+")
LONGEST_GUESSING = 2
"""Failed look-ups with nothing done in between, in units of verify_attempts: one round as a patient, one as somebody new."""


class BrokenRule(AssertionError):
    """A rule was broken; the message tells the call so far."""


@dataclass(frozen=True)
class Fact:
    """What nobody may hear who has not proven to be this patient."""

    patient: str
    spoken: tuple[str, ...]
    """How it would sound: as `plain` gives it."""
    given: str
    """How the caller's own words hold it, lower case."""


def facts_on_file(clinic: Clinic) -> Sequence[Fact]:
    """The facts of every patient of the clinic's file: names, guardian, birth date, number, reasons of visits."""
    facts = []
    for patient in clinic.patients:
        names = f"{patient.name} {patient.guardian or ''}".casefold().split()
        facts += [Fact(patient.id, (plain(name),), name) for name in dict.fromkeys(names)]
        born = [say_birth_date(patient.date_of_birth, language) for language in ("en", "es")]
        day = patient.date_of_birth.isoformat()
        facts.append(Fact(patient.id, tuple(plain(words) for words in (*born, day)), day))
        facts.append(Fact(patient.id, (plain(say_phone(patient.phone)), plain(patient.phone)), patient.phone))
        reasons = [one.reason.casefold() for one in clinic.appointments if one.patient == patient.id]
        facts += [Fact(patient.id, (plain(reason),), reason) for reason in reasons]
    return facts


def plain(text: str) -> str:
    """Lower case, one space around every word and no punctuation: what sentences are searched in."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def check(call: WatchedCall, turn: Turn) -> None:
    """Every rule, on one turn."""
    for rule in RULES:
        complaint = rule(call, turn)
        if complaint:
            raise BrokenRule(f"{rule.__name__.strip('_').replace('_', ' ')}: {complaint}\n{call.story()}")


def _no_dead_end(call: WatchedCall, turn: Turn) -> str | None:
    """Every turn of a call that goes on ends with a question, a transfer or a hang-up; after the end there is nothing."""
    if isinstance(turn.caller, HungUp):
        return "something was said to nobody" if turn.steps or not call.over else None
    if not turn.open and not isinstance(turn.caller, TransferFailed):
        return "a call that was over went on" if turn.steps or turn.reply.said else None
    endings = [step for step in turn.steps if isinstance(step, Ask | HangUp | TransferTo)]
    if not turn.steps and isinstance(turn.caller, Pressed):  # a key in the middle of a number: the question stays open
        return None if turn.asked_after else "nobody's turn"
    if len(endings) != 1 or turn.steps[-1] is not endings[0]:
        return f"the turn has {len(endings)} endings, the last step is {turn.steps[-1:]}"
    if isinstance(endings[0], Ask):
        return None if turn.asked_after == endings[0].situation and not call.over else "the question is not the open one"
    return None if call.over and turn.asked_after is None else "the call goes on after its end"


def _something_is_said(call: WatchedCall, turn: Turn) -> str | None:
    """No turn is empty air, and every sentence has words."""
    del call
    if turn.spoken and not all(sentence.text.strip() for sentence in turn.reply.said):
        return "an empty sentence"
    return "a placeholder was spoken" if any("{" in s.text for s in turn.reply.said) else None


def _nothing_is_disclosed(call: WatchedCall, turn: Turn) -> str | None:
    """No phrase of the reply is a fact of a patient whom the caller has not proven to be, unless the caller said it first."""
    proven = call.proven
    text = plain(turn.reply.text)
    shared = {fact.given for fact in call.known if fact.patient in proven}  # brothers share a surname and a guardian
    for fact in call.known:
        if fact.patient in proven or fact.given in shared or call.ledger.mentions(fact.given):
            continue
        if any(words in text for words in fact.spoken):
            return f"{fact.given!r} of {fact.patient} was spoken"
    return None


def _no_taken_time_is_told(call: WatchedCall, turn: Turn) -> str | None:
    """No time spoken of is another patient's appointment; times that this call booked are the caller's own."""
    proven = call.proven
    names = {provider.id: provider_name(provider.id, call.desk.clinic) for provider in call.desk.clinic.providers}
    told = set(_times_told(turn.spoken))
    for key, row in {**turn.before.active(), **turn.after.active()}.items():
        on_file = row.patient in {facts.patient for facts in call.known}
        own = row.patient in proven or key not in call.turns[0].before.appointments
        if on_file and not own and (row.start, names[row.provider]) in told:
            return f"the appointment {key} of {row.patient} was told"
    return None


def _times_told(spoken: Sequence[Say | Ask]) -> Iterator[tuple[datetime, str]]:
    for one in spoken:
        for prefix in ("", "old_"):
            start, provider = one.params.get(f"{prefix}start"), one.params.get(f"{prefix}provider")
            if isinstance(start, datetime):
                yield start, str(provider)
        for listed in (one.params.get("openings"), one.params.get("appointments")):
            yield from ((pair[0], pair[1]) for pair in listed) if isinstance(listed, list) else ()


def _acts_are_for_the_proven(call: WatchedCall, turn: Turn) -> str | None:
    """Appointments are listed, moved and cancelled for the proven patient alone, and only that patient's own."""
    file = {patient.id for patient in call.desk.clinic.patients}
    for act in turn.acts:
        patient = getattr(act, "patient", None)
        if isinstance(act, ListAppointments | Move | Cancel | Book) and patient in file and patient not in call.proven:
            return f"{type(act).__name__} for {patient}, whom the caller has not proven to be"
        if isinstance(act, Move | Cancel) and turn.before.appointments[act.appointment].patient != patient:
            return f"{type(act).__name__} of somebody else's appointment"
    return None


def _guessing_has_an_end(call: WatchedCall, turn: Turn) -> str | None:
    """Nobody may try birth dates until one fits."""
    del turn
    unknown = 0
    for step in (step for one in call.turns for step in one.steps):
        unknown = 0 if isinstance(step, Committed) else unknown + isinstance(step, PatientUnknown)
    most = LONGEST_GUESSING * call.desk.clinic.clinic.policy.verify_attempts
    return f"{unknown} look-ups failed in a row" if unknown > most else None


def _changes_follow_a_yes_to_their_read_back(call: WatchedCall, turn: Turn) -> str | None:
    """Every change was read back in exactly these words, the question was still open, and the caller said yes and nothing else."""
    for act in turn.acts:
        if not isinstance(act, Book | Move | Cancel | LeaveMessage):
            continue
        if turn.asked_before != "confirm_details" or not _yes(turn.caller):
            return f"{type(act).__name__} without a yes to a read-back"
        back = turn.read_back
        if back is None or back.prompt not in READ_BACK[type(act)]:
            return f"{type(act).__name__} after the read-back {back}"
        if not isinstance(act, LeaveMessage) and (wrong := _another(call, turn, act, back)):
            return f"{type(act).__name__} is not what was read back: {wrong}"
    return None


def _another(call: WatchedCall, turn: Turn, act: Book | Move | Cancel, back: Say | Ask) -> str | None:
    old = turn.before.appointments[act.appointment] if isinstance(act, Move | Cancel) else None
    new = act.opening if isinstance(act, Book | Move) else old
    assert new is not None
    expected: dict[str, object] = {"start": new.start, "provider": provider_name(new.provider, call.desk.clinic)}
    if isinstance(act, Move) and old is not None:
        expected |= {"old_start": old.start, "old_provider": provider_name(old.provider, call.desk.clinic)}
    if isinstance(act, Book) and "reason" in back.params:
        expected |= {"reason": act.reason}
    if isinstance(turn.caller, Said) and not _fits(turn.caller, new.provider, new.start):
        return "the yes named something else"
    return next((key for key, value in expected.items() if back.params.get(key) != value), None)


def _fits(said: Said, provider: str, start: datetime) -> bool:
    days = all(one.first <= start.date() <= one.last for one in said.days)
    times: Sequence[time] = said.times
    return days and all(at == start.time() for at in times) and said.provider in (None, ANY_PROVIDER, provider)


def _yes(caller: object) -> bool:
    if isinstance(caller, Pressed):
        return caller.digit == "1"
    return isinstance(caller, Said) and (caller.intent == "affirm" or ("yes" in caller.cues and caller.intent != "deny"))


def _read_back_is_heard(call: WatchedCall, turn: Turn) -> str | None:
    """A read-back, and the word that something is done, speak the day, the time and where it matters the provider."""
    for one in turn.spoken:
        done = one.prompt in DONE.values()
        start, provider = one.params.get("start"), one.params.get("provider")
        if not (done or one.prompt.startswith("confirm_")) or not isinstance(start, datetime):
            continue
        today = call.desk.now.date()
        if not any(say_moment(start, today, sentence.language) in sentence.text for sentence in turn.reply.said):
            return f"{one.prompt} did not say when"
        if one.prompt != "cancelled" and str(provider) not in turn.reply.text:
            return f"{one.prompt} did not say with whom"
    return None


def _done_is_said_exactly_when_it_is(call: WatchedCall, turn: Turn) -> str | None:
    """ "Booked", "moved" and "cancelled" are said in the turn in which the records show it, and in no other."""
    if _is_said_again(call, turn):
        return None
    told = [one for one in turn.spoken if one.prompt in DONE.values()]
    was, now = turn.before.active(), turn.after.active()
    gained, lost = [now[key] for key in now.keys() - was.keys()], [was[key] for key in was.keys() - now.keys()]
    changed: list[tuple[str, Row]] = []
    if gained and lost:
        changed = [("moved", gained[0])]
        lost, gained = lost[1:], gained[1:]
    changed += [("booked", row) for row in gained] + [("cancelled", row) for row in lost]
    names = {provider.id: provider_name(provider.id, call.desk.clinic) for provider in call.desk.clinic.providers}
    said = [(one.prompt, one.params.get("start"), one.params.get("provider")) for one in told]
    done = [(what, row.start, names[row.provider]) for what, row in changed]
    if sorted(map(str, said)) != sorted(map(str, done)):
        return f"said {said}, done {done}"
    kept = [prompt for prompt in turn.prompts if prompt in KEPT]
    if len(kept) != turn.after.messages - turn.before.messages:
        return f"said {kept}, {turn.after.messages - turn.before.messages} messages were kept"
    return None


def _one_person_has_one_record(call: WatchedCall, turn: Turn) -> str | None:
    """Who is enrolled twice can never be verified again."""
    del call
    return f"{turn.after.twice} people are on file twice" if turn.after.twice else None


def _is_said_again(call: WatchedCall, turn: Turn) -> bool:
    """Whether the turn is the last one once more, because the caller did not catch it; that changes nothing."""
    before = next((one.spoken for one in reversed(call.turns[:-1]) if one.spoken), [])
    return turn.spoken == before and turn.before == turn.after and not turn.acts


def _writes_are_acts(call: WatchedCall, turn: Turn) -> str | None:
    """The records change only through an act that answered Committed, and not at all when it failed or lost a race."""
    del call
    writes = [act for act in turn.acts if isinstance(act, Book | Move | Cancel | LeaveMessage)]
    committed = [step for step in turn.steps if isinstance(step, Committed)]
    failed = [step for step in turn.steps if isinstance(step, OpeningTaken | ActFailed)]
    if len(writes) > 1:
        return f"one word of the caller's made {len(writes)} changes"
    return "the records changed without a commit" if turn.before != turn.after and (not committed or failed) else None


def _alarm_is_answered_at_once(call: WatchedCall, turn: Turn) -> str | None:
    """An emergency or a crisis is answered in the same turn with whom to call, and nothing else happens."""
    del call
    if not isinstance(turn.caller, Said) or not turn.open or not (turn.caller.emergency or turn.caller.crisis):
        return None
    kind, prompt = ("crisis", "crisis_support") if turn.caller.crisis else ("emergency", "emergency_instruction")
    if turn.prompts[:1] != [prompt]:
        return f"a cry for help was answered with {turn.prompts}"
    if not any(number in turn.reply.text for number in NUMBERS[kind]):
        return "no number was given"
    return "something else was done" if turn.acts else None


RULES = (
    _no_dead_end,
    _something_is_said,
    _nothing_is_disclosed,
    _no_taken_time_is_told,
    _acts_are_for_the_proven,
    _guessing_has_an_end,
    _changes_follow_a_yes_to_their_read_back,
    _read_back_is_heard,
    _done_is_said_exactly_when_it_is,
    _writes_are_acts,
    _one_person_has_one_record,
    _alarm_is_answered_at_once,
)
