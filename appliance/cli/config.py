"""`appliance config validate`: are the settings files right, and the clinic's own phrases?"""

from __future__ import annotations

import argparse
import sys

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.understanding.own_phrases import read_own_phrases


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `config`."""
    verbs = commands.add_parser("config", help="look at the settings").add_subparsers(required=True, metavar="VERB")
    parser = verbs.add_parser("validate", help="read the settings files and say what is wrong (exit 0 right, 2 wrong)")
    add_config_option(parser)
    parser.set_defaults(func=validate)


def validate(arguments: argparse.Namespace) -> int:
    """One sentence for each file; 0 when all are right, else 2."""
    path = config_path(arguments)
    try:
        machine = load_machine(path)
        print(f"{path}: right.")
        clinic = load_clinic(machine.clinic)
        print(f"{machine.clinic}: right.")
        if clinic.clinic.own_phrases:
            print(f"{clinic.clinic.own_phrases}: right, {len(read_own_phrases(clinic.clinic.own_phrases))} phrases.")
    except TheirFault as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0
