"""`appliance rehearse`: scripted calls as an acceptance test of a site, over text or over the telephone."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from appliance.app import open_office
from appliance.config import load_clinic
from appliance.faults import TheirFault
from appliance.provision.manifest import PROJECT_MODELS
from appliance.rehearsal import over_text, over_the_telephone
from appliance.rehearsal.over_text import Rehearsed, Show
from appliance.rehearsal.scripted_calls import ScriptedCall, load_calls


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser(
        "rehearse",
        help="hold scripted calls and see whether each ends as it should",
        description=__doc__,
        epilog="Exit status: 0 every call passes, 1 one does not, 2 something given is wrong.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds clinic.toml and lists of calls in *.json")
    parser.add_argument("--clinic", type=Path, metavar="FILE", help="the clinic's file (default: FOLDER/clinic.toml)")
    parser.add_argument("--only", metavar="ID", help="hold this call alone")
    parser.add_argument("--voice", action="store_true", help="over SIP and RTP with a synthetic voice: the calls marked for it")
    parser.add_argument("--show", action="store_true", help="print what both sides say, in every call")
    parser.add_argument("--journals", type=Path, metavar="FOLDER", help="keep each call's journal there, as ID.jsonl")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Hold the calls one after the other; what passed and why not as it comes, then a summary."""
    clinic_path = arguments.clinic or arguments.folder / "clinic.toml"
    calls = _chosen(load_calls(arguments.folder, load_clinic(clinic_path)), arguments)
    console = Console(highlight=False, soft_wrap=True, stderr=arguments.json)
    show = _teller(console) if arguments.show or arguments.voice else _say_nothing
    hold = _over_the_telephone if arguments.voice else _over_text
    held: list[Rehearsed] = []
    for rehearsed in hold(clinic_path, calls, arguments, show):
        held.append(rehearsed)
        _print(console, rehearsed)
    passed = sum(not rehearsed.shortcomings for rehearsed in held)
    colour = "green" if passed == len(held) else "red"
    console.print(f"[{colour}]{passed} of {len(held)} calls pass.[/{colour}]")
    if arguments.json:
        print(json.dumps({"passed": passed, "calls": [_as_json(rehearsed) for rehearsed in held]}, ensure_ascii=False, default=str))
    return 0 if passed == len(held) else 1


def _chosen(calls: Sequence[ScriptedCall], arguments: argparse.Namespace) -> Sequence[ScriptedCall]:
    if arguments.only:
        named = [call for call in calls if call.id == arguments.only]
        if not named:
            ids = ", ".join(call.id for call in calls)
            raise TheirFault(f"There is no call {arguments.only!r} in {arguments.folder}.", repair=f"Pick one of {ids}.")
        return named
    marked = [call for call in calls if call.voice] if arguments.voice else []
    return marked or calls


def _over_text(clinic_path: Path, calls: Sequence[ScriptedCall], arguments: argparse.Namespace, show: Show) -> Iterator[Rehearsed]:
    office = open_office(load_clinic(clinic_path), database=None, models=PROJECT_MODELS, now=calls[0].now)
    with closing(office.records):
        for call in calls:
            yield over_text.rehearse(office, call, show=show, journals=arguments.journals)


def _over_the_telephone(
    clinic_path: Path, calls: Sequence[ScriptedCall], arguments: argparse.Namespace, show: Show
) -> Iterator[Rehearsed]:
    clinic = load_clinic(clinic_path)
    with _ending_well(), tempfile.TemporaryDirectory(prefix="appliance-rehearsal-") as folder:
        for call in calls:
            show("", call.id)
            yield over_the_telephone.rehearse(
                clinic_path, clinic, call, workplace=Path(folder), show=show, journals=arguments.journals
            )


@contextmanager
def _ending_well() -> Iterator[None]:
    """SIGTERM ends the appliance that was started too."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _teller(console: Console) -> Show:
    def show(who: str, words: str) -> None:
        colour = {"agent": "cyan", "caller": "green"}.get(who, "dim")
        console.print(f"  [{colour}]{who:>6}[/{colour}]  {escape(words)}")

    return show


def _say_nothing(who: str, words: str) -> None:  # noqa: ARG001
    return


def _print(console: Console, rehearsed: Rehearsed) -> None:
    call = rehearsed.call
    mark = "[red]fails [/red]" if rehearsed.shortcomings else "[green]passes[/green]"
    console.print(f"{mark}  {escape(call.id)}  [dim]{escape(call.situation)}[/dim]")
    for shortcoming in rehearsed.shortcomings:
        console.print(f"          {escape(shortcoming)}")


def _as_json(rehearsed: Rehearsed) -> dict[str, Any]:
    call = rehearsed.call
    return {"id": call.id, "situation": call.situation, "shortcomings": rehearsed.shortcomings, "end": asdict(rehearsed.end)}
