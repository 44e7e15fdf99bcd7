"""A site's two settings files, written from answers: appliance.toml, clinic.toml, and the file of the extension's secret.

What is there already is never touched. Everything is written beside its place and read back by the settings' own loader before it
is put there, so an answer that is wrong is told by its name and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from appliance.config import WEEKDAYS, load_clinic, load_machine
from appliance.faults import TheirFault

MACHINE, CLINIC, SECRET = "appliance.toml", "clinic.toml", "sip-password"
_MACHINE_HEAD = "# This machine. Every key: README.md, Configure. Afterwards: appliance config validate\n"
_CLINIC_HEAD = """\
# The clinic: hours, people, rules. Every key with an example: scripts/sample/clinic.toml beside the program.
# Add a [[providers]] for everybody who sees patients: without one the appliance takes messages and hands calls over.
"""


@dataclass(frozen=True)
class Question:
    """One thing that must be known of a site."""

    name: str
    asks: str
    default: str | None = None
    """None when there is no answer that suits most sites."""
    choices: tuple[str, ...] = ()


QUESTIONS = (
    Question("pbx", "Address or name of the PBX, host or host:port"),
    Question("extension", "Extension that the PBX gave this appliance"),
    Question("authentication_id", "Login apart from the extension, if the PBX has one", ""),
    Question("transport", "SIP over udp, tcp or tls", "udp", ("udp", "tcp", "tls")),
    Question("srtp", "Encrypted audio: off, optional or mandatory", "off", ("off", "optional", "mandatory")),
    Question("clinic_name", "Name of the clinic, as it is to be spoken"),
    Question("timezone", "Time zone, such as America/New_York"),
    Question("front_desk", "Extension of the people at the front desk"),
    Question("opens", "The clinic opens on weekdays at", "08:00"),
    Question("closes", "and closes at", "17:00"),
)
SECRET_QUESTION = Question("password", "Secret of the extension")
NAMES = frozenset(question.name for question in (*QUESTIONS, SECRET_QUESTION)) | {"clinic_file"}
"""Every answer there is; clinic_file names a finished clinic.toml, in whose place no question about the clinic is asked."""
_ABOUT_THE_CLINIC = frozenset({"clinic_name", "timezone", "front_desk", "opens", "closes"})

Ask = Callable[[Question], str]


def read_answers(path: Path) -> dict[str, str]:
    """`name = value` lines, # begins a comment line. Raises TheirFault for a name that is no answer."""
    answers: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TheirFault(f"{path}: the answers cannot be read ({error.strerror}).", repair="Correct --answers.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or name.strip() not in NAMES:
            raise TheirFault(
                f"{path}, line {number}: that is no answer.", repair=f"Give name = value of: {', '.join(sorted(NAMES))}."
            )
        answers[name.strip()] = value.strip().strip('"')
    return answers


def write_settings(etc: Path, answers: Mapping[str, str], ask: Ask) -> tuple[Path, ...]:
    """Write what is missing in the folder `etc`; the files that were written. `ask` is told each question without an answer."""
    made: dict[str, str] = {}
    if not (etc / CLINIC).exists():
        made[CLINIC] = _clinic(answers, ask)
    if not (etc / MACHINE).exists():
        made[MACHINE] = _machine(answers, ask)
        if not (etc / SECRET).exists():
            made[SECRET] = _answer(SECRET_QUESTION, answers, ask) + "\n"
    if not made:
        return ()
    etc.mkdir(parents=True, exist_ok=True)
    for left in etc.glob(".new-*"):  # by one that was killed; the secret may lie in it
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=etc, prefix=".new-") as folder:
        beside = Path(folder)
        for name in (MACHINE, CLINIC, SECRET):
            (beside / name).write_bytes(made[name].encode() if name in made else _there(etc / name))
        load_clinic(load_machine(beside / MACHINE).clinic)
        for name in sorted(made, key=lambda name: name == MACHINE):  # last, for services start when it is there
            (beside / name).chmod(0o640)
            (beside / name).replace(etc / name)
    return tuple(etc / name for name in made)


def _there(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _answer(question: Question, answers: Mapping[str, str], ask: Ask) -> str:
    given = answers.get(question.name) or ask(question) or question.default
    if given is None:
        raise TheirFault(f"{question.name} is not answered.", repair=f"{question.asks}: give {question.name} = ... .")
    if question.choices and given not in question.choices:
        raise TheirFault(f"{question.name} = {given} cannot be.", repair=f"Give one of {', '.join(question.choices)}.")
    return given


def _machine(answers: Mapping[str, str], ask: Ask) -> str:
    known = {question.name: _answer(question, answers, ask) for question in QUESTIONS if question.name not in _ABOUT_THE_CLINIC}
    sip: dict[str, object] = {"registrar": known["pbx"], "extension": known["extension"], "password_file": SECRET}
    sip |= {name: known[name] for name in ("authentication_id", "transport", "srtp") if known[name]}
    paths = {"data": "/var/lib/appliance", "run": "/run/appliance"}
    return _MACHINE_HEAD + tomli_w.dumps({"clinic": CLINIC, "profile": "auto", "sip": sip, "paths": paths})


def _clinic(answers: Mapping[str, str], ask: Ask) -> str:
    if finished := answers.get("clinic_file"):
        try:
            return Path(finished).read_text(encoding="utf-8")
        except OSError as error:
            raise TheirFault(
                f"clinic_file: {finished} cannot be read ({error.strerror}).", repair="Correct the path, or leave it out."
            ) from error
    known = {question.name: _answer(question, answers, ask) for question in QUESTIONS if question.name in _ABOUT_THE_CLINIC}
    hours = {day: [known["opens"], known["closes"]] for day in WEEKDAYS[:5]}
    about = {
        "name": known["clinic_name"],
        "timezone": known["timezone"],
        "hours": hours,
        "transfer": {"front_desk": known["front_desk"]},
    }
    return _CLINIC_HEAD + tomli_w.dumps({"providers": [], "clinic": about})


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Answers given as APPLIANCE_ANSWER_<NAME>."""
    found = {name: environment.get(f"APPLIANCE_ANSWER_{name.upper()}", "") for name in NAMES}
    return {name: value for name, value in found.items() if value}
