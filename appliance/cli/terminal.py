"""A conversation in the terminal: the person at the keyboard is the caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from appliance.app import Office
from appliance.reception import Reception, Reply

Event = Mapping[str, Any]
"""An event as `appliance chat --jsonl` reads it."""
Deliver = Callable[[Reception, Event], Iterator[Reply]]

HELP = """\
You are the caller; type what you would say.

  [green]#2[/green]            press a key; several at once: [green]#07221985[/green]
  [green]/wait 6[/green]       say nothing for so many seconds; an empty line is one silence
  [green]! stop[/green]        talk over the clinic
  [green]/hangup[/green]       hang up; Ctrl-D does too
  [green]/help[/green]         this list"""
ONE_SILENCE = 6.0
_KEYS = re.compile(r"#\s*([0-9*#]+)")
_WAIT = re.compile(r"/wait(?:\s+(\d+(?:\.\d+)?))?\s*")
_OUTCOMES = {
    "done": "Done.",
    "refused": "The clinic could not do what you wanted.",
    "wrong_number": "You had the wrong number.",
    "hung_up_after_silence": "The clinic hung up, because nobody spoke.",
    "abandoned": "You hung up before anything was finished.",
    "emergency": "The clinic took this for an emergency.",
    "crisis": "The clinic took this for a crisis.",
    "failed": "Something went wrong.",
}


def read(line: str) -> Event | None:
    """What a typed line means; None for one that begins like a command and is none (such as /help)."""
    line = line.strip()
    if not line:
        return {"silence": ONE_SILENCE}
    if keys := _KEYS.fullmatch(line):
        return {"dtmf": keys[1]}
    if wait := _WAIT.fullmatch(line):
        return {"silence": float(wait[1] or ONE_SILENCE)}
    if line == "/hangup":
        return {"hangup": True}
    if line.startswith("!") and line[1:].strip():
        return {"barge_in": line[1:].strip()}
    return None if line.startswith("/") else {"say": line}


def converse(office: Office, reception: Reception, caller_id: str | None, deliver: Deliver) -> None:
    """Talk until the call is over; then show how it ended and what is in the calendar."""
    console = Console(highlight=False)
    before = office.store.calendar()
    moment = f"{office.clock():%A %d %B %Y, %H:%M}"
    console.print(f"[dim]{moment}: you are phoning {escape(office.clinic.clinic.name)}. /help tells what you can do.[/dim]\n")
    _say(console, reception.start(caller_id))
    while reception.conversation.outcome is None:
        event = _ask(console)
        if event is None:
            console.print(HELP)
            continue
        if "barge_in" in event:
            console.print("[dim]        (talking over the clinic)[/dim]")
        for reply in deliver(reception, event):
            _say(console, reply)
    _show_end(console, reception)
    names = {patient.id: patient.name for patient in office.clinic.patients}
    _show_calendar(console, names, before, office.store.calendar())


def _ask(console: Console) -> Event | None:
    try:
        return read(console.input("[bold green]   you[/bold green]  "))
    except (EOFError, KeyboardInterrupt):
        console.print()
        return {"hangup": True}


def _say(console: Console, reply: Reply) -> None:
    if reply.said:
        turn = Table.grid(padding=(0, 2))
        turn.add_row("[bold cyan]clinic[/bold cyan]", escape(reply.text))
        console.print(turn)
    if reply.transfer:
        console.print(f"[yellow]        ({escape(reply.transfer)} is being rung)[/yellow]")
    elif reply.hang_up:
        console.print("[dim]        (the clinic hangs up)[/dim]")


def _show_end(console: Console, reception: Reception) -> None:
    conversation = reception.conversation
    target = conversation.transfer
    how = f"You were put through to {escape(target)}." if conversation.outcome == "transferred" and target else ""
    console.print(f"\n[bold]{how or _OUTCOMES.get(conversation.outcome or '', '')}[/bold]")
    if reception.message:
        to, text = reception.message
        console.print(f"A message for {escape(to)}: {escape(text)}")


def _show_calendar(
    console: Console, names: Mapping[str, str], before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> None:
    """Every appointment; new ones in green, those given up struck through."""
    old, new = {taken["id"] for taken in before}, {taken["id"] for taken in after}
    table = Table("", "start", "provider", "patient", "reason", title="Calendar", title_justify="left")
    for taken in sorted([*after, *(taken for taken in before if taken["id"] not in new)], key=lambda taken: str(taken["start"])):
        mark, style = ("+", "green") if taken["id"] not in old else ("-", "red strike") if taken["id"] not in new else ("", "dim")
        patient = names[taken["patient"]] if isinstance(taken["patient"], str) else taken["patient"]["name"]
        start = datetime.fromisoformat(taken["start"])
        row = (mark, f"{start:%a %d %b, %H:%M}", taken["provider"], patient, taken["reason"] or "")
        table.add_row(*map(escape, row), style=style)
    console.print(table)
