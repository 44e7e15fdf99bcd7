"""A scripted call over text: what the caller says reaches the conversation as it is, and nobody has to wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.app import Office, new_call_id
from appliance.reception import Reception, Reply
from appliance.records.journal import SUFFIX
from appliance.rehearsal.expectations import End, shortcomings
from appliance.rehearsal.scripted_calls import ScriptedCall
from appliance.telephony.caller.script import Deed, HangUp, Press, Say, Silence

MAX_TURNS = 40
"""No caller is more patient."""
NEVER = MAX_TURNS + 1

Show = Callable[[str, str], None]
"""Is told who speaks, agent or caller, and the words."""


@dataclass(frozen=True)
class Rehearsed:
    """One call, and why it does not pass."""

    call: ScriptedCall
    end: End
    shortcomings: list[str]


def rehearse(office: Office, call: ScriptedCall, *, show: Show, journals: Path | None = None) -> Rehearsed:
    """Hold one call with an empty set of records; its journal goes into the folder `journals`."""
    office = office.anew(call.now)
    journal = office.journal(journals / f"{call.id}{SUFFIX}", call.id) if journals else None
    reception = office.reception(call.id if journal else new_call_id(), journal=journal)
    try:
        end = _Held(office, reception, call, show).run()
    except Exception as error:  # noqa: BLE001  # the other calls are still to be held
        return Rehearsed(call, End(None), [f"the conversation failed: {type(error).__name__}: {error}"])
    finally:
        if journal:
            journal.close()
        office.records.close()
    return Rehearsed(call, end, shortcomings(call.expected, end, office.clinic))


class _Held:
    """The state of one call."""

    def __init__(self, office: Office, reception: Reception, call: ScriptedCall, show: Show) -> None:
        self._office, self._reception, self._call, self._show = office, reception, call, show
        self._said: list[str] = []
        self._language: str | None = None
        self._turns = 0
        self._alarmed_at: int | None = None

    def run(self) -> End:
        """Until the conversation is over or the caller's patience is."""
        script, reception = self._call.script.fresh(), self._reception
        self._take(reception.start(self._call.caller_id))
        situation: str | None = "greeting"
        while reception.conversation.outcome is None and self._turns < MAX_TURNS:
            self._turns += 1
            reply = self._do(script.next(situation or ""))
            if reply is not None:
                self._take(reply)
            situation = reception.asked if reply is None else reply.asked
        return self._end()

    def _do(self, deed: Deed | None) -> Reply | None:
        reception = self._reception
        match deed:
            case Say(say=words):
                self._show("caller", words)
                heard = reception.understand(words)
                if self._alarmed_at is None and (heard.said.emergency or heard.said.crisis):
                    self._alarmed_at = self._turns
                return reception.hear(heard)
            case Press(dtmf=digits):
                self._show("caller", f"presses {digits}")
                replies = [reception.press(digit) for digit in digits]
                return Reply(tuple(sentence for reply in replies for sentence in reply.said), replies[-1].asked)
            case Silence():
                self._show("caller", "says nothing")
                return reception.silence()
            case HangUp() | None:
                self._show("caller", "hangs up")
                reception.hung_up()
        return None

    def _take(self, reply: Reply) -> None:
        self._show("agent", reply.text)
        self._said.append(reply.text)
        self._language = reply.said[-1].language if reply.said else self._language

    def _end(self) -> End:
        conversation, reception = self._reception.conversation, self._reception
        alarm = NEVER if self._alarmed_at is None else self._turns - self._alarmed_at + 1
        return End(
            outcome=conversation.outcome,
            said=self._said,
            caller_turns=self._turns,
            verified=reception.memory.verified,
            transfer=conversation.transfer,
            message=reception.message,
            appointments=self._office.store.calendar(),
            language=self._language,
            turns_to_answer_an_alarm=alarm,
        )
