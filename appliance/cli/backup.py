"""`appliance backup`: a backup of the records while the agent works, restored and looked through before it counts."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_machine
from appliance.records.backup import BACKUPS, back_up, prune
from appliance.vault.keys import find_keys


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("backup", help="back up the records and prove the backup", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to, instead of records.backup_folder")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Make one, then remove those that are too old."""
    machine = load_machine(config_path(arguments))
    folder = arguments.to or machine.records.backup_folder or machine.paths.data / BACKUPS
    now = datetime.now(UTC)
    made = back_up(machine.database_path, find_keys(machine.records.key_file), folder, now)
    print(f"{made}: {made.stat().st_size} bytes, restored and found whole.")
    for old in prune(folder, now, days=machine.records.backup_days, least=machine.records.backup_least):
        print(f"{old}: removed, it was too old.")
    return 0
