"""`appliance agent`: the agent process; systemd or `appliance run` starts it."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import datetime

from appliance.app import build_agent
from appliance.cli.options import add_config_option, config_path
from appliance.config import load_clinic, load_machine
from appliance.logs import configure


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("agent", help="run the agent process", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="pretend that it is this local time")
    parser.add_argument("--show", action="store_true", help="print who says what on stdout; for trials, never for patients")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM."""
    configure("agent")
    machine = load_machine(config_path(arguments))
    agent = build_agent(machine, load_clinic(machine.clinic), now=arguments.now, show=_print if arguments.show else _keep_quiet)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    agent.serve()
    return 0


def _print(call_id: str, who: str, text: str) -> None:
    print(f"{call_id[:4]} {who:>6}: {text}", file=sys.stdout, flush=True)


def _keep_quiet(call_id: str, who: str, text: str) -> None:  # noqa: ARG001  # names and words stay out of every log
    return
