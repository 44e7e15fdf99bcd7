"""The `appliance` command: finds its verbs by listing appliance/cli."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

from appliance import __version__, cli
from appliance.faults import Fault

EXIT_FAULT = 2


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The command line; a module of appliance/cli with an `add_parser` is a verb. `only` spares the others' imports."""
    whole = argparse.ArgumentParser(prog="appliance", description="The clinic's voice appliance.")
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    names = [module.name for module in pkgutil.iter_modules(cli.__path__)]
    for name in [only] if only in names else names:
        verb = importlib.import_module(f"{cli.__name__}.{name}")
        if hasattr(verb, "add_parser"):
            verb.add_parser(commands)
    return whole


def main(argv: list[str] | None = None) -> int:
    """Run one verb. A Fault is one sentence on stderr and exit status 2."""
    argv = sys.argv[1:] if argv is None else argv
    arguments = parser(argv[0] if argv else None).parse_args(argv)
    try:
        status: int = arguments.func(arguments)
    except Fault as fault:
        print(fault, file=sys.stderr)  # noqa: T201  # the one sentence, for a person
        return EXIT_FAULT
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has read enough
        return 0
    return status


if __name__ == "__main__":
    sys.exit(main())
