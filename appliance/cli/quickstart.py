"""`appliance quickstart`: the main job before your eyes, on this machine alone.

Starts the appliance with the embedded profile and the sample clinic, has a separate caller process phone it over real SIP and RTP,
shows the conversation as it happens, and prints the appointment from the database and the address of the status page.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from appliance.cli.processes import python_module
from appliance.config import Machine, load_clinic
from appliance.faults import TheirFault
from appliance.rehearsal.trial import TrialAppliance

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "scripts" / "sample"
CALL_SECONDS = 180


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("quickstart", help="see a call answered, understood and booked", description=__doc__)
    parser.add_argument(
        "--once", action="store_true", help="end after the call; exit status 0 only if the appointment is in the database"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Set the stage, place the call, look into the database."""
    console = Console(highlight=False)
    folder, clinic = PROJECT / "run" / "quickstart", SAMPLE / "clinic.toml"
    for of_last_time in (folder / "data").glob("appliance.db*"):  # its rendered sentences stay, which saves seconds
        of_last_time.unlink()
    now = load_clinic(clinic).clinic.reference_now or datetime.now()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    starting = console.status("Starting line, agent and status page ...")
    starting.start()
    try:
        with TrialAppliance(folder, clinic, now=now, show=_show(console), sip_port=5070, page_port=8080) as appliance:
            starting.stop()
            return _call_and_look(appliance, console, stay=not arguments.once)
    except KeyboardInterrupt:
        return 0
    finally:
        starting.stop()


def _call_and_look(appliance: TrialAppliance, console: Console, *, stay: bool) -> int:
    machine = appliance.machine
    page = f"http://{machine.status.host}:{machine.status.port}/"
    console.print(f"[green]The appliance is running.[/green] Status page: {page}")
    console.print("A caller is phoning it now. Both sides speak; this is what the appliance hears and says:\n")
    report = _call(appliance.address)
    time.sleep(0.5)  # the last words come through a pipe
    booked = _new_appointments(machine)
    _print_result(console, report, booked, page, appliance.log)
    if stay:
        console.print(f"\nIt keeps running; phone it from a soft phone at {appliance.address}, or press Ctrl-C.")
        appliance.wait()
    return 0 if booked else 1


def _call(to: str) -> dict[str, Any]:
    """Place the call with a process of its own, which knows nothing of the appliance but its address."""
    command = python_module("appliance", "call", "--to", to, "--script", str(SAMPLE / "booking.json"), "--json", "--voice", "rms")
    caller = subprocess.run(command, capture_output=True, text=True, timeout=CALL_SECONDS, check=False)
    if caller.returncode == 2:
        raise TheirFault(caller.stderr.strip().splitlines()[-1], repair="")
    report: dict[str, Any] = json.loads(caller.stdout.strip().splitlines()[-1])
    return report


def _new_appointments(machine: Machine) -> list[dict[str, Any]]:
    """The active appointments that the sample clinic did not begin with, read back from the file on disk."""
    sample = {appointment.id for appointment in load_clinic(machine.clinic).appointments}
    with closing(sqlite3.connect(f"file:{machine.database_path}?mode=ro", uri=True)) as connection:
        rows = Database(connection).table("appointments").rows_where("status = 'active'", order_by="start")
        return [dict(row) for row in rows if row["id"] not in sample]


def _show(console: Console) -> Callable[[str, str], None]:
    def show(who: str, words: str) -> None:
        colour = "cyan" if who == "agent" else "green"
        console.print(f"  [{colour}]{who:>6}[/{colour}]  {words}")

    return show


def _print_result(console: Console, report: dict[str, Any], booked: list[dict[str, Any]], page: str, log: Path) -> None:
    console.print(f"\nThe call lasted {report.get('duration', 0):.0f} s.")
    if not booked:
        console.print(f"[red]No appointment was booked.[/red] The log of the three processes is {log}.")
        return
    table = Table("id", "patient", "provider", "start", "reason", title="Read back from the database")
    for row in booked:
        table.add_row(row["id"][:8], str(row["patient"]), row["provider"], row["start"], row["reason"])
    console.print(table)
    console.print(f"Status page: {page}")
