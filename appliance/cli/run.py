"""`appliance run`: all three processes for a developer; in production systemd runs one unit each."""

from __future__ import annotations

import argparse
import signal
import subprocess
import time
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.cli.processes import python_module
from appliance.config import load_clinic, load_machine

RESTART_SECONDS = 0.5
STOP_SECONDS = 8.0
EXIT_FAULT = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("run", help="run line, agent and status page together", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--now", metavar="ISO", help="pretend that it is this local time")
    parser.add_argument("--show", action="store_true", help="print who says what on stdout; for trials, never for patients")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Start the three, start again what dies, stop all on SIGTERM or when one reports a fault of the configuration."""
    path = config_path(arguments)
    load_clinic(load_machine(path).clinic)  # a wrong key is told once, not three times
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    commands = _commands(path, arguments)
    processes = {name: subprocess.Popen(command) for name, command in commands.items()}
    status = 0
    while not stopping:
        time.sleep(RESTART_SECONDS)
        for name, process in list(processes.items()):
            ended = process.poll()
            if ended == EXIT_FAULT:
                status, stopping = EXIT_FAULT, True
            elif ended is not None and not stopping:
                processes[name] = subprocess.Popen(commands[name])
    _stop(list(processes.values()))
    return status


def _commands(path: Path, arguments: argparse.Namespace) -> dict[str, list[str]]:
    agent = [
        "agent",
        "--config",
        str(path),
        *(["--now", arguments.now] if arguments.now else []),
        *(["--show"] if arguments.show else []),
    ]
    return {
        "agent": python_module("appliance", *agent),
        "line": python_module("appliance.telephony.line", "--config", str(path)),
        "status": python_module("appliance.cli.status", "--config", str(path)),
    }


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
