"""`appliance chat`: the whole dialogue over text, no audio; for people, and with --jsonl for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.app import Office, new_call_id, open_office
from appliance.cli import terminal
from appliance.config import load_clinic
from appliance.faults import TheirFault
from appliance.provision.manifest import PROJECT_MODELS
from appliance.reception import Reception, Reply

SILENCE_SECONDS = 6.0
"""A shorter pause is no event; a longer one is several."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("chat", help="talk to the appliance over text", description=__doc__)
    sample = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
    parser.add_argument(
        "--clinic", type=Path, default=sample, metavar="FILE", help="the clinic's file (default: the sample clinic)"
    )
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="pretend that it is this local time")
    parser.add_argument("--caller-id", metavar="NUMBER", help="the caller's number")
    parser.add_argument("--jsonl", action="store_true", help="one JSON event a line in, one JSON turn a line out")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Converse until the conversation ends; nothing is kept."""
    clinic = load_clinic(arguments.clinic)
    office = open_office(clinic, database=None, models=PROJECT_MODELS, now=arguments.now or clinic.clinic.reference_now)
    reception = office.reception(new_call_id())
    if not arguments.jsonl:
        terminal.converse(office, reception, arguments.caller_id, _replies)
        return 0
    for reply in _program(reception, arguments.caller_id):
        print(json.dumps({"said": reply.text, "asked": reply.asked, "ended": False}, ensure_ascii=False), flush=True)
    print(json.dumps(_end(office, reception), ensure_ascii=False), flush=True)
    return 0


def _program(reception: Reception, caller_id: str | None) -> Iterator[Reply]:
    """Events from stdin; raises TheirFault for a line that is none."""
    yield reception.start(caller_id)
    for number, line in enumerate(sys.stdin, 1):
        if reception.conversation.outcome is not None:
            return
        if not line.strip():
            continue
        try:
            event = json.loads(line)
            yield from _replies(reception, event)
        except (json.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TheirFault(
                f"stdin line {number} is not an event ({error}).",
                repair='Write a JSON object with say, silence, dtmf, barge_in or hangup, such as {"say": "hello"}.',
            ) from error
        if reception.conversation.outcome is not None:
            return
    reception.hung_up()


def _replies(reception: Reception, event: Mapping[str, Any]) -> Iterator[Reply]:
    match event:
        case {"say": str(words)} | {"barge_in": str(words)}:
            yield reception.hear(reception.understand(words))
        case {"silence": seconds}:
            for _ in range(max(1, int(float(seconds) // SILENCE_SECONDS))):
                if reception.conversation.outcome is None:
                    yield reception.silence()
        case {"dtmf": str(digits)}:
            for digit in digits:
                reply = reception.press(digit)
            yield reply
        case {"hangup": True}:
            reception.hung_up()
        case _:
            raise ValueError("no such event")


def _end(office: Office, reception: Reception) -> dict[str, object]:
    message = reception.message
    return {
        "ended": True,
        "outcome": reception.conversation.outcome,
        "verified": reception.memory.verified,
        "transfer": reception.conversation.transfer,
        "message": {"to": message[0], "text": message[1]} if message else None,
        "appointments": office.store.calendar(),
    }
