"""`appliance status`: serve the status page, with the cheap health checks behind /health."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from appliance import logs
from appliance.cli.options import add_config_option, config_path
from appliance.config import load_clinic, load_machine
from appliance.health import Result, Subject, run_checks
from appliance.status.server import run_status


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `status`."""
    parser = commands.add_parser("status", help="serve the status page (exit 2 when a setting is wrong)")
    add_config_option(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM. Raises TheirFault when a setting is wrong."""
    logs.configure("status")
    path = config_path(arguments)
    machine = load_machine(path)
    clinic = load_clinic(machine.clinic)

    def cheap_checks() -> Sequence[Result]:
        return run_checks(Subject(path, machine, clinic))

    return run_status(machine, clinic, cheap_checks)
