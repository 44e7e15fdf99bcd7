"""`appliance understand`: intent, slots and values of utterances, one JSON object a line in and out."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from appliance.app import FIRST_LANGUAGE, local_clock, open_readers
from appliance.config import load_clinic
from appliance.faults import TheirFault
from appliance.provision.manifest import PROJECT_MODELS
from appliance.understanding import which_language


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("understand", help="intent, slots and values of utterances", description=__doc__)
    sample = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
    parser.add_argument(
        "--clinic", type=Path, default=sample, metavar="FILE", help="the clinic's file (default: the sample clinic)"
    )
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="pretend that it is this local time")
    parser.add_argument("--jsonl", action="store_true", required=True, help='{"text": ..., "asked": ...} a line on stdin')
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Read stdin to its end."""
    clinic = load_clinic(arguments.clinic)
    now = arguments.now or local_clock(clinic)()
    names = [patient.name for patient in clinic.patients]
    readers, _ = open_readers(clinic, PROJECT_MODELS, lambda: names)
    for number, line in enumerate(sys.stdin, 1):
        try:
            row = json.loads(line)
            text, asked = str(row["text"]), row.get("asked")
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise TheirFault(
                f"stdin line {number} is not an utterance ({error}).", repair='Write {"text": "...", "asked": null}.'
            ) from error
        language = which_language.spoken(text, FIRST_LANGUAGE, names)
        understood = readers.get(language, readers[FIRST_LANGUAGE]).understand(text, asked, now)
        shown = {key: getattr(understood, key) for key in ("intent", "confidence", "slots", "values", "emergency", "crisis")}
        print(json.dumps(shown, ensure_ascii=False), flush=True)
    return 0
