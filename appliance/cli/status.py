"""`appliance status`: serve the status page, with the cheap health checks behind it and behind /health.

Units start it as `python -m appliance.cli.status --config FILE`: that loads none of the agent's engines, so the page needs little
memory and still comes when something the agent needs cannot even be imported.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from appliance import logs
from appliance.cli.options import add_config_option, config_path
from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault
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


def main() -> int:
    """The same as a program of its own: 0 when ended by SIGTERM, 2 with one sentence when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m appliance.cli.status", description="Serve the status page.")
    add_config_option(parser)
    try:
        return run(parser.parse_args())
    except TheirFault as fault:
        print(fault, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
