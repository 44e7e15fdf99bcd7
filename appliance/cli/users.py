"""`appliance users`: who may sign in to the status page. At first nobody can, and no password is known to everybody."""

from __future__ import annotations

import argparse
import getpass
import time

from rich.console import Console
from rich.table import Table
from rich.text import Text

from appliance.cli.options import add_config_option, config_path
from appliance.config import Machine, load_machine
from appliance.status.database import StaffDatabase
from appliance.status.users import ROLES, Users


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb `users` with its own verbs."""
    verbs = commands.add_parser("users", help="who may sign in to the status page", description=__doc__).add_subparsers(
        required=True, metavar="VERB"
    )
    add = verbs.add_parser("add", help="add somebody and print the code with which they choose a password")
    add.add_argument("name", help="what they sign in with, such as maria.lopez")
    help_words = "operator sees the machine's health, front-desk sees messages and appointments"
    add.add_argument("--role", choices=ROLES, required=True, help=help_words)
    add.set_defaults(func=_add)
    reset = verbs.add_parser("reset", help="take the password and the second factor away and print a new code")
    reset.add_argument("name")
    reset.set_defaults(func=_reset)
    remove = verbs.add_parser("remove", help="remove somebody and sign them out")
    remove.add_argument("name")
    remove.set_defaults(func=_remove)
    show = verbs.add_parser("list", help="show everybody")
    show.set_defaults(func=_list)
    for parser in (add, reset, remove, show):
        add_config_option(parser)


def _add(arguments: argparse.Namespace) -> int:
    machine, users = _open(arguments)
    _tell(machine, users.add(arguments.name, arguments.role, _by()))
    return 0


def _reset(arguments: argparse.Namespace) -> int:
    machine, users = _open(arguments)
    _tell(machine, users.reset(arguments.name, _by()))
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    _, users = _open(arguments)
    users.remove(arguments.name, _by())
    return 0


def _list(arguments: argparse.Namespace) -> int:
    _, users = _open(arguments)
    everybody = users.all()
    if not everybody:
        print("Nobody can sign in yet; `appliance users add NAME --role operator` adds the first user.")
        return 0
    table = Table("name", "role", "password", "second factor", box=None, padding=(0, 2, 0, 0))
    for user in everybody:
        told = (user.name, user.role, "chosen" if user.has_password else "not yet", "on" if user.has_totp else "off")
        table.add_row(*map(Text, told))
    Console().print(table)
    return 0


def _open(arguments: argparse.Namespace) -> tuple[Machine, Users]:
    machine = load_machine(config_path(arguments))
    return machine, Users(StaffDatabase(machine.staff_database_path), time.time)


def _tell(machine: Machine, code: str) -> None:
    scheme = "https" if machine.status.tls_certificate_file else "http"
    print(f"Set-up code: {code}")
    print(f"It works once, within three days, at {scheme}://{machine.status.host}:{machine.status.port}/set-up")


def _by() -> str:
    return f"appliance users ({getpass.getuser()})"
