"""`appliance records key`: the key that the records are encrypted with."""

from __future__ import annotations

import argparse
import sqlite3
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.config import Machine, load_machine
from appliance.faults import TheirFault
from appliance.records.encryption import rotate_key
from appliance.vault.keys import create_key_file


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `records` with its own verbs."""
    verbs = commands.add_parser("records", help="the key of the records", description=__doc__).add_subparsers(
        required=True, metavar="VERB"
    )
    keys = verbs.add_parser("key", help="the key that the records are encrypted with").add_subparsers(required=True, metavar="VERB")
    new = keys.add_parser("new", help="make a key where there is none; the agent encrypts the database at its next start")
    new.set_defaults(func=_new)
    rotate = keys.add_parser("rotate", help="encrypt the database with a new key; the agent must be stopped")
    rotate.set_defaults(func=_rotate)
    for parser in (new, rotate):
        add_config_option(parser)


def _new(arguments: argparse.Namespace) -> int:
    machine = load_machine(config_path(arguments))
    keys = create_key_file(_key_file(machine))
    print(f"{keys.place} holds a new key. Copy it to a safe place now: without it nobody can read the records or their backups.")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    machine = load_machine(config_path(arguments))
    key_file = _key_file(machine)
    try:
        rotate_key(machine.database_path, key_file)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, TheirFault):
            raise
        raise TheirFault(
            f"The database could not be encrypted anew ({error}); it opens as before.",
            repair="See that paths.data has free space and that nobody has the database open.",
        ) from error
    print(f"{key_file} holds the new key first; the former ones stay for the backups. Copy it to a safe place, and make a backup.")
    return 0


def _key_file(machine: Machine) -> Path:
    if machine.records.key_file is None:
        raise TheirFault("appliance.toml: records.key_file is not set.", repair="Give the path where the key is to lie.")
    return machine.records.key_file
