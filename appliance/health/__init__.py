"""Health: one check per file in this folder, found by listing it.

A check is a module with `SLOW: bool` and `check(subject) -> Result`; its name is its file's name. It looks and never changes
anything. What a check needs of the other edges (a voice, a telephone) comes in `Tools`, because edges do not import one another.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from appliance.config import Clinic, Machine
from appliance.faults import Fault
from appliance.reports.conditions import Condition, State

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What one check found: a state, one sentence, and what repairs it ("" when nothing needs repair)."""

    name: str
    state: State
    sentence: str
    repair: str = ""


@dataclass(frozen=True)
class TestCall:
    """How a call that the appliance placed to itself went."""

    __test__ = False  # pytest takes a class of this name for a test
    answered: bool
    heard_seconds: float
    """How much speech of the agent came back."""
    reason: str = ""
    """When it was not answered: what the line said instead."""


@dataclass(frozen=True)
class Tools:
    """What checks borrow from other edges; None where this process has none, which makes the check say "unknown"."""

    synthesize: Callable[[str], bytes] | None = None
    """The voice: text to 16 kHz signed 16-bit mono."""
    place_test_call: Callable[[], TestCall] | None = None
    """Ring the line over real SIP, listen to the greeting, hang up."""
    try_understanding: Callable[[Machine, Clinic], str] | None = None
    """Load what the clinic and the machine add to the encoder and try it: a sentence when all is well, else TheirFault."""


@dataclass(frozen=True)
class Subject:
    """What is examined."""

    settings: Path
    """appliance.toml, read again by the configuration check."""
    machine: Machine
    clinic: Clinic
    tools: Tools = Tools()
    thorough: bool = False
    """Whether a check may take seconds (hash a model, walk the database)."""
    clock: Callable[[], float] = field(default=time.time)


class Check(Protocol):
    """The module of a check."""

    __name__: str
    SLOW: bool
    """Whether it runs only in `appliance check`, never for a page."""

    def check(self, subject: Subject) -> Result:
        """Look. May raise; the runner turns that into "unknown"."""


def find_checks() -> list[Check]:
    """Every check of this folder, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [cast(Check, importlib.import_module(f"{__name__}.{name}")) for name in names]


def name_of(check: Check) -> str:
    """The check's name: its file's name."""
    return check.__name__.rsplit(".", 1)[-1]


def run_checks(subject: Subject, checks: Sequence[Check] | None = None) -> list[Result]:
    """Run the cheap checks, and the slow ones too when the subject is thorough. One that crashes never stops the others."""
    chosen = find_checks() if checks is None else checks
    return [_run(check, subject) for check in chosen if subject.thorough or not check.SLOW]


def unexamined(fault: Fault) -> list[Result]:
    """What to report when the settings cannot be read, so that no other check has anything to go by."""
    others = [name_of(check) for check in find_checks() if name_of(check) != "configuration"]
    skipped = [
        Result(name, "unknown", "Not checked, because the settings cannot be read.", "Repair the configuration.") for name in others
    ]
    return [Result("configuration", "broken", fault.sentence, fault.repair), *skipped]


def from_condition(name: str, condition: Condition) -> Result:
    """A result from the judgement that the status page shows too."""
    return Result(name, condition.state, condition.sentence, condition.repair)


def _run(check: Check, subject: Subject) -> Result:
    name = name_of(check)
    try:
        return check.check(subject)
    except Fault as fault:
        return Result(name, "broken", fault.sentence, fault.repair)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in one check, the others must run
        _log.exception("The check %s crashed.", name)
        kind = type(error).__name__
        return Result(name, "unknown", f"The check itself failed ({kind}).", "Report this with the log of `appliance check`.")
