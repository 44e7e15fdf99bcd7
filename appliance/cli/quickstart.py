"""`appliance quickstart`: the main job before your eyes, on this machine alone.

Starts the appliance with the embedded profile and the sample clinic, has a separate caller process phone it over real SIP and RTP,
shows the conversation as it happens, and prints the appointment from the database and the address of the status page.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from appliance.cli.processes import python_module
from appliance.config import Machine, load_clinic, load_machine
from appliance.faults import OurFault, TheirFault

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "scripts" / "sample"
READY_SECONDS = 120
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
    config = _stage(PROJECT / "run" / "quickstart")
    machine = load_machine(config)
    clinic = load_clinic(machine.clinic)
    now = clinic.clinic.reference_now
    pretended = ["--now", now.isoformat()] if now else []
    appliance = subprocess.Popen(
        python_module("appliance", "run", "--config", str(config), "--show", *pretended),
        stdout=subprocess.PIPE, stderr=(config.parent / "log.jsonl").open("w"), text=True,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: appliance.terminate())
    try:
        page = f"http://{machine.status.host}:{machine.status.port}/"
        with console.status("Starting line, agent and status page ..."):
            _wait_until_ready(page, appliance, config.parent / "log.jsonl")
        console.print(f"[green]The appliance is running.[/green] Status page: {page}")
        console.print("A caller is phoning it now. Both sides speak; this is what the appliance hears and says:\n")
        assert appliance.stdout is not None  # noqa: S101  # we asked for a pipe
        threading.Thread(target=_show, args=(appliance.stdout, console), daemon=True).start()
        report = _call(machine)
        time.sleep(0.5)  # the last words come through a pipe
        booked = _new_appointments(machine)
        _print_result(console, report, booked, page)
        if not arguments.once:
            address = f"{machine.sip.local_address}:{machine.sip.local_port}"
            console.print(
                f"\nIt keeps running; phone it from a soft phone at sip:{machine.sip.extension}@{address}, or press Ctrl-C."
            )
            appliance.wait()
        return 0 if booked else 1
    except KeyboardInterrupt:
        return 0
    finally:
        appliance.terminate()
        appliance.wait()


def _stage(folder: Path) -> Path:
    """A fresh folder with the sample clinic and a machine on ports that are free now."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLE / "clinic.toml", folder / "clinic.toml")
    sip_port, page_port = _free_port(socket.SOCK_DGRAM, 5070), _free_port(socket.SOCK_STREAM, 8080)
    config = folder / "appliance.toml"
    config.write_text(f"""\
clinic = "clinic.toml"
profile = "embedded"
[sip]
registrar = "127.0.0.1:5060"
extension = "300"
registration = false
local_address = "127.0.0.1"
local_port = {sip_port}
pbx_addresses = ["127.0.0.1"]
[paths]
data = "data"
run = "."
[status]
port = {page_port}
""")
    return config


def _free_port(kind: socket.SocketKind, wanted: int) -> int:
    """The wanted port, or one that is free."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))  # as the page itself does
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OurFault("No port is free on this machine.", repair="Stop something that listens.")


def _wait_until_ready(page: str, appliance: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if appliance.poll() is not None:
            break
        try:
            with urllib.request.urlopen(page + "ready", timeout=2):  # noqa: S310  # our own page on loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise OurFault("The appliance did not get ready.", repair=f"Read the reason in {log}.")


def _call(machine: Machine) -> dict[str, Any]:
    """Place the call with a process of its own, which knows nothing of the appliance but its address."""
    to = f"sip:{machine.sip.extension}@{machine.sip.local_address}:{machine.sip.local_port}"
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


def _show(lines: IO[str], console: Console) -> None:
    for line in lines:
        _, _, rest = line.partition(" ")
        who, _, words = rest.strip().partition(": ")
        colour = "cyan" if who == "agent" else "green"
        console.print(f"  [{colour}]{who:>6}[/{colour}]  {words.strip()}")


def _print_result(console: Console, report: dict[str, Any], booked: list[dict[str, Any]], page: str) -> None:
    console.print(f"\nThe call lasted {report.get('duration', 0):.0f} s.")
    if not booked:
        console.print("[red]No appointment was booked.[/red] The log of the three processes is run/quickstart/log.jsonl.")
        return
    table = Table("id", "patient", "provider", "start", "reason", title="Read back from the database")
    for row in booked:
        table.add_row(row["id"][:8], str(row["patient"]), row["provider"], row["start"], row["reason"])
    console.print(table)
    console.print(f"Status page: {page}")
