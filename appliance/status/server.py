"""The status page as a process of its own: Flask behind waitress, ended by SIGTERM."""

from __future__ import annotations

import argparse
import errno
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from appliance import logs
from appliance.config import Clinic, Machine, load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.status.application import Checks, create_app

_log = logging.getLogger(__name__)


def run_status(machine: Machine, clinic: Clinic, checks: Checks | None = None) -> int:
    """Serve the page until SIGTERM or SIGINT, then 0. Belongs on the main thread. Raises TheirFault when it cannot listen."""
    application = create_app(machine, clinic, checks)
    host, port = machine.status.host, machine.status.port
    try:
        # ident None: no Server header, so a scanner learns nothing; 20 connections are plenty for a page read by a few people
        server = create_server(application, host=host, port=port, ident=None, threads=4, connection_limit=20)
    except (OSError, ValueError) as error:  # waitress says ValueError for a host name that cannot be resolved
        raise _cannot_listen(host, port, error) from error
    signal.signal(signal.SIGTERM, _interrupt)
    _log.info("The status page listens at http://%s:%d/", host, port)
    server.run()
    server.close()
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # what waitress takes as the wish to end


def _cannot_listen(host: str, port: int, error: OSError | ValueError) -> TheirFault:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return TheirFault(
                f"appliance.toml: status.port: port {port} on {host} is taken by another program.",
                repair="Give status.port a free port, or stop that program.",
            )
        case errno.EACCES:
            return TheirFault(
                f"appliance.toml: status.port: this user may not listen on port {port}.",
                repair="Give status.port a port above 1023.",
            )
        case _:
            return TheirFault(
                f"appliance.toml: status.host: {host} is not an address of this machine.",
                repair='Write "127.0.0.1", or the address that the clinic\'s network knows this machine by.',
            )


def main() -> int:
    """`python -m appliance.status.server --config FILE`: 0 when ended, 2 when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m appliance.status.server", description="Serve the status page.")
    parser.add_argument("--config", type=Path, required=True, help="appliance.toml")
    logs.configure("status")
    try:
        machine = load_machine(parser.parse_args().config)
        return run_status(machine, load_clinic(machine.clinic))
    except TheirFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
