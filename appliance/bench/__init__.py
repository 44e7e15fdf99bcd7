"""Benches: one per file of this folder, found by listing it.

A bench is a module with a docstring that says what it measures, `KEYS` (each key of its result and what it is, with the unit),
`add_options(parser)` and `measure(arguments) -> dict` with exactly those keys. It prints nothing; progress goes to the log.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Protocol, cast


class Bench(Protocol):
    """The module of a bench."""

    __name__: str
    __doc__: str | None
    KEYS: Mapping[str, str]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this bench alone."""

    def measure(self, arguments: argparse.Namespace) -> dict[str, float]:
        """Run it; the keys are those of KEYS."""


def find_benches() -> dict[str, Bench]:
    """Every bench of this folder by its name, which is its file's."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {name: cast(Bench, importlib.import_module(f"{__name__}.{name}")) for name in names}
