"""`appliance replay`: go through recorded calls again and see whether the conversation still does the same."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from appliance.conversation.actions import Action
from appliance.records.journal import read_journal
from appliance.records.journal_values import to_json
from appliance.rehearsal.replaying import Difference, replay


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser(
        "replay",
        help="go through recorded calls again and compare what the conversation does",
        description=__doc__,
        epilog="Exit status: 0 every action is the same, 1 something differs, 2 a file is no journal.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a call's journal (.jsonl)")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """One line for each call that goes as before; the first difference of one that does not."""
    console = Console(highlight=False, soft_wrap=True)
    status = 0
    for path in arguments.files:
        recorded = read_journal(path)
        difference = replay(recorded)
        if difference is None:
            events = len(recorded.entries)
            console.print(f"[green]same[/green]     {escape(str(path))}: {events} events, every action as recorded")
        else:
            status = 1
            _show(console, path, difference)
    return status


def _show(console: Console, path: Path, difference: Difference) -> None:
    console.print(f"[red]differs[/red]  {escape(str(path))}: event {difference.number}")
    console.print(f"  event     {escape(_line(difference.event))}")
    _show_actions(console, "expected", difference.expected)
    if isinstance(difference.got, Exception):
        console.print(f"  got       {type(difference.got).__name__}: {escape(str(difference.got))}")
    else:
        _show_actions(console, "got", difference.got)


def _show_actions(console: Console, heading: str, actions: Sequence[Action]) -> None:
    for action in actions or ("nothing",):
        console.print(f"  {heading:<9} {escape(_line(action))}")


def _line(value: object) -> str:
    return json.dumps(to_json(value), ensure_ascii=False)
