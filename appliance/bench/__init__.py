"""Benches: one per file of this folder, found by listing it.

A bench is a module with a docstring that says what it measures, `KEYS` (each key of its result and what it is, with the unit),
`add_options(parser)` and `measure(arguments) -> dict` with exactly those keys. It prints no result; progress goes to stderr.
A value may be an object of further figures, such as one for each kind of turn. Packages beside them are what benches are made of.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any, Protocol, cast


class Bench(Protocol):
    """The module of a bench."""

    __name__: str
    __doc__: str | None
    KEYS: Mapping[str, str]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of this bench alone."""

    def measure(self, arguments: argparse.Namespace) -> dict[str, Any]:
        """Run it; the keys are those of KEYS, the values numbers, words, None, or objects of such."""


def find_benches() -> dict[str, Bench]:
    """Every bench of this folder by its name, which is its file's."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg and not module.name.startswith("_"))
    return {name: cast(Bench, importlib.import_module(f"{__name__}.{name}")) for name in names}
