"""`appliance setup`: the settings of a site from answers, as scripts/install asks for them; what is there is never touched."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from appliance.cli.options import DEFAULT_CONFIG
from appliance.provision.site import NAMES, SECRET_QUESTION, Question, from_environment, read_answers, write_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser(
        "setup",
        help="write a site's settings from answers",
        description=__doc__,
        epilog=f"Answers, also as environment variables APPLIANCE_ANSWER_<NAME>: {', '.join(sorted(NAMES))}.",
    )
    parser.add_argument("--etc", type=Path, default=DEFAULT_CONFIG.parent, metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="lines of name = value; else one is asked at the terminal")
    parser.add_argument("--unattended", action="store_true", help="ask nothing: what is not answered takes its default or fails")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Write what is missing, and say what was written."""
    answers = from_environment()
    if arguments.answers:
        answers |= read_answers(arguments.answers)
    asking = sys.stdin.isatty() and not arguments.unattended
    written = write_settings(arguments.etc, answers, _ask if asking else _nobody)
    for path in written:
        print(f"wrote {path}")
    if not written:
        print(f"{arguments.etc}: the settings are there; nothing was changed")
    return 0


def _ask(question: Question) -> str:
    default = f" [{question.default}]" if question.default else ""
    if question is SECRET_QUESTION:
        return getpass.getpass(f"{question.asks}: ")
    return input(f"{question.asks}{default}: ").strip()


def _nobody(_question: Question) -> str:
    return ""
