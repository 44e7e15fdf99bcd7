"""`appliance restore FILE`: a backup in the place of the records; what was there is kept aside. The agent must be stopped."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_machine
from appliance.records.restoring import restore


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("restore", help="put a backup in the place of the records", description=__doc__)
    add_config_option(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="what `appliance backup` made")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Restore and say what came back."""
    machine = load_machine(config_path(arguments))
    done = restore(arguments.file, machine.database_path, machine.records.key_file, datetime.now(UTC))
    held = ", ".join(f"{done.counts[name]} {name}" for name in ("patients", "appointments", "messages", "calls"))
    print(f"{machine.database_path} is {arguments.file}: {held}.")
    if done.aside:
        print(f"What was there before is {done.aside}; delete it when all is right, because patients' data is in it.")
    return 0
