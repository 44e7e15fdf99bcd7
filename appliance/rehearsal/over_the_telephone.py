"""A scripted call over SIP and RTP with a synthetic voice: an appliance of its own is phoned, its database says what came of it.

Everything a real caller meets is in it: the line, the recogniser's errors, endpointing, barge-in, the transfer.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from appliance.config import Clinic
from appliance.conversation.situations import by_situation
from appliance.languages import load_prompts
from appliance.records.database import Records
from appliance.records.journal import SUFFIX
from appliance.rehearsal.expectations import End, shortcomings
from appliance.rehearsal.over_text import Rehearsed, Show
from appliance.rehearsal.scripted_calls import ScriptedCall
from appliance.rehearsal.trial import TrialAppliance
from appliance.scheduling.store import Store
from appliance.telephony.caller import CallerEvent, place_call

VOICE = "rms"
_WRITTEN_SECONDS = 10.0
"""How long the agent may take to write down how a call ended."""


def rehearse(
    clinic_path: Path, clinic: Clinic, call: ScriptedCall, *, workplace: Path, show: Show, journals: Path | None
) -> Rehearsed:
    """Place one call; journal and log go into the folder `journals`. Rendered phrases wait in `workplace` for the next call."""
    said: list[str] = []

    def listen(who: str, words: str) -> None:
        if who == "agent":
            said.append(words)
        show(who, words)

    folder = workplace / call.id
    _share_phrases(workplace, folder)
    with TrialAppliance(folder, clinic_path, now=call.now, show=listen, journals=journals is not None) as appliance:
        prompts = by_situation(load_prompts("en"))
        report = place_call(appliance.address, call.script, prompts=prompts, voice=VOICE, user=call.caller_id or "anonymous")
        _wait_until_written(appliance.machine.database_path)
    if journals is not None:
        _keep(appliance, journals, call.id)
    if not report.answered:
        return Rehearsed(call, End(None), [f"the call was not answered: {report.status} {report.reason}"])
    end = _end(appliance.machine.database_path, clinic, said, _extension(report.transferred_to), _stopped_talking(report.events))
    return Rehearsed(call, end, shortcomings(call.expected, end, clinic))


def _keep(appliance: TrialAppliance, journals: Path, name: str) -> None:
    """The journal, and beside it the log of the three processes."""
    journals.mkdir(parents=True, exist_ok=True)
    for path in appliance.machine.journals_path.glob(f"*{SUFFIX}"):
        shutil.copy(path, journals / f"{name}{SUFFIX}")
    shutil.copy(appliance.log, journals / f"{name}.log")


def _share_phrases(workplace: Path, folder: Path) -> None:
    """One folder of rendered phrases for all calls, since rendering them is most of an appliance's start."""
    phrases = workplace / "phrases"
    phrases.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "phrases").symlink_to(phrases)


def _wait_until_written(database: Path) -> None:
    deadline = time.monotonic() + _WRITTEN_SECONDS
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            if connection.execute("SELECT count(*) FROM calls WHERE ended IS NOT NULL").fetchone()[0]:
                return
        time.sleep(0.2)


def _end(database: Path, clinic: Clinic, said: list[str], extension: str | None, stopped_talking_ms: int | None) -> End:
    names = {number: name for name, number in clinic.clinic.transfer.items()}
    records = Records(database)
    with closing(records):
        calendar = Store(records, clinic).calendar()
        with records.reading() as rows:
            calls = list(rows.query("SELECT outcome, turns, verified FROM calls ORDER BY started DESC LIMIT 1"))
            messages = list(rows.query("SELECT recipient, text FROM messages ORDER BY taken DESC LIMIT 1"))
    call: dict[str, Any] = calls[0] if calls else {"outcome": None, "turns": 0, "verified": 0}
    return End(
        outcome=call["outcome"],
        said=said,
        caller_turns=call["turns"],
        verified=bool(call["verified"]),
        transfer=names.get(extension, extension) if extension else None,
        message=(messages[0]["recipient"], messages[0]["text"]) if messages else None,
        appointments=calendar,
        stopped_talking_ms=stopped_talking_ms,
    )


def _extension(transferred_to: str | None) -> str | None:
    """The number of a SIP address such as <sip:201@192.0.2.10>."""
    return transferred_to.strip("<>").removeprefix("sip:").partition("@")[0] if transferred_to else None


def _stopped_talking(events: Sequence[CallerEvent]) -> int | None:
    """How long the agent went on talking after the caller first talked over it; None when nobody did."""
    talking: float | None = None
    over: float | None = None
    for event in sorted(events, key=lambda event: event.at):
        match event.kind:
            case "agent_started":
                talking = event.at
            case "caller_started" if talking is not None and over is None:
                over = event.at
            case "agent_stopped":
                if over is not None:
                    return round((event.at - over) * 1000)
                talking = None
    return None
