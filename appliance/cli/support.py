"""`appliance support`: what a support bundle may tell of this site, without secrets and without anything about a patient."""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.health import Subject, run_checks, unexamined
from appliance.provision.support import private_words, redacted_file, screen, versions

PAGE_SECONDS = 5.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("support", help="write what a support bundle may hold into a folder", description=__doc__)
    add_config_option(parser)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; what lies there is searched for private words too")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Write versions, settings, health and figures; then withhold every line of the folder that holds a private word."""
    path, folder = config_path(arguments), arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    clinic = path.parent / "clinic.toml"
    figures = ""
    try:
        machine = load_machine(path)
        clinic = machine.clinic
        results = run_checks(Subject(path, machine, load_clinic(clinic)))
        figures = _page(f"http://{machine.status.host}:{machine.status.port}/metrics")
    except TheirFault as fault:
        results = unexamined(fault)
    written = {
        "versions.txt": versions(),
        "appliance.toml": redacted_file(path),
        "clinic.toml": redacted_file(clinic),
        "health.json": json.dumps([asdict(result) for result in results], indent=1) + "\n",
        "metrics.txt": figures,
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    withheld = screen(folder, private_words(path, clinic))
    print(f"{folder}: {len(written)} files written, {withheld} lines withheld.")
    return 0


def _page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=PAGE_SECONDS) as answer:  # noqa: S310  # our own page, by http
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError, ValueError) as error:
        return f"# the status page did not answer ({type(error).__name__})\n"
