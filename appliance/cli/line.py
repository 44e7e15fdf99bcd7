"""`appliance line`: the line process; systemd or `appliance run` starts it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from appliance.cli.options import add_config_option, config_path
from appliance.cli.processes import python_module


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("line", help="run a line process: SIP and media of four calls", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--number", type=int, default=1, metavar="N", help="which line of this machine (default: 1)")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> NoReturn:
    """Become the line: the same process, for systemd watches it, but without the modules that only other verbs need."""
    command = python_module("appliance.telephony.line", "--config", str(config_path(arguments)))
    if arguments.number != 1:
        command += ["--number", str(arguments.number)]
    os.execv(sys.executable, command)  # noqa: S606  # our own module, by a fixed list of words
