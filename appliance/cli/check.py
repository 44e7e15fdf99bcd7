"""`appliance check`: every health check, the slow ones and a real call included."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from appliance.cli.options import add_config_option, config_path
from appliance.cli.tools import health_tools
from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.health import Result, Subject, run_checks, unexamined

_STYLES = {"ok": "green", "warning": "yellow", "broken": "bold red", "unknown": "yellow"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `check`."""
    parser = commands.add_parser("check", help="examine the whole appliance (exit 0 ok, 1 warnings, 2 broken)")
    add_config_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine, print, and answer 0 (all well), 1 (warnings, or something could not be checked) or 2 (broken)."""
    path = config_path(arguments)
    try:
        machine = load_machine(path)
        clinic = load_clinic(machine.clinic)
    except TheirFault as fault:
        results = unexamined(fault)
    else:
        results = run_checks(Subject(path, machine, clinic, health_tools(machine), thorough=True))
    code = exit_code(results)
    if arguments.json:
        print(json.dumps({"state": ("ok", "warning", "broken")[code], "checks": [asdict(result) for result in results]}))
    else:
        Console().print(_table(results))
    return code


def exit_code(results: Sequence[Result]) -> int:
    """2 when anything is broken, 1 when anything is not known to be well, else 0."""
    states = {result.state for result in results}
    if "broken" in states:
        return 2
    return 0 if states == {"ok"} else 1


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        # Text, so that square brackets in a path are shown and not taken for markup
        words = Text(result.sentence)
        if result.repair:
            words.append(f"\n{result.repair}", style="dim")
        table.add_row(Text(result.state, style=_STYLES[result.state]), Text(result.name.replace("_", " ")), words)
    return table
