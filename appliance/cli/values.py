"""`appliance values`: spoken values in, normalised values out, one JSON object a line."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from appliance.faults import TheirFault
from appliance.understanding.values import KINDS, read


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("values", help="dates, times, numbers and names as spoken, normalised", description=__doc__)
    parser.add_argument("--jsonl", action="store_true", required=True, help='{"text": ..., "kind": ...} a line on stdin')
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="the moment that dates are relative to")
    parser.add_argument(
        "--languages", nargs="+", default=["en", "es"], metavar="CODE", help="languages to try, in this order (default: en es)"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Read stdin to its end. Raises TheirFault at the first line that is not a value to read."""
    now = arguments.now or datetime.now()
    for number, line in enumerate(sys.stdin, 1):
        kind, text = _row(number, line)
        values = (read(kind, text, now, language) for language in arguments.languages)
        print(json.dumps({"value": next((value for value in values if value is not None), None)}, ensure_ascii=False), flush=True)
    return 0


def _row(number: int, line: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        kind, text = row["kind"], row["text"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise TheirFault(f"stdin line {number} is not a value to read.", repair='Write {"text": "...", "kind": "date"}.') from error
    if kind not in KINDS or not isinstance(text, str):
        raise TheirFault(f"stdin line {number} has no kind that can be read.", repair=f"Write one of {', '.join(KINDS)}.")
    return kind, text
