"""`appliance bench`: how fast and how large the appliance is on this machine."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from appliance.bench import Bench, find_benches


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add a verb for each bench."""
    verbs = commands.add_parser("bench", help="measure the appliance on this machine").add_subparsers(
        required=True, metavar="BENCH"
    )
    for name, bench in find_benches().items():
        first_sentence = (bench.__doc__ or "").split("\n", 1)[0]
        keys = "\n".join(f"  {key}: {meaning}" for key, meaning in bench.KEYS.items())
        parser = verbs.add_parser(
            name,
            help=first_sentence,
            description=f"{bench.__doc__}\nKeys of the JSON object:\n{keys}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        bench.add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
        parser.set_defaults(func=lambda arguments, bench=bench: run(bench, arguments))


def run(bench: Bench, arguments: argparse.Namespace) -> int:
    """Measure and print."""
    figures = bench.measure(arguments)
    if arguments.json:
        print(json.dumps(_rounded(figures)))
        return 0
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    for key, value in figures.items():
        table.add_row(key, "" if isinstance(value, dict) else _shown(value), bench.KEYS[key])
    console = Console()
    console.print(table)
    for key, value in figures.items():
        if isinstance(value, dict) and value:
            console.print(_object_table(key, value))
    return 0


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def _shown(value: Any) -> str:
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:g}" if value == int(value) else f"{value:.2f}"


def _object_table(name: str, figures: dict[str, Any]) -> Table:
    """One row for each key; where the values are objects too, one column for each of theirs."""
    rows = {key: value if isinstance(value, dict) else {"": value} for key, value in figures.items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    table = Table(name, box=None, padding=(0, 2, 0, 0), title_justify="left")
    for column in columns:
        table.add_column(column, justify="right")
    for key, row in rows.items():
        table.add_row(key, *(_shown(row.get(column)) for column in columns))
    return table
