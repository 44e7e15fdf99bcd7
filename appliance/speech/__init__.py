"""Ears and voices: each engine is one file, recognizer_<name>.py or synthesizer_<name>.py, found by its name.

Each file has one function `load`, the same for all engines of a kind; it takes the folders or files of the engine's models in the
order that the engine names them, and raises TheirFault, naming the file and the repair, for a model that it cannot use.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from appliance.faults import TheirFault
from appliance.speech.engines import Device, Recognizer, Synthesizer, Vocabulary


class LoadRecognizer(Protocol):
    """How every recogniser is loaded."""

    def __call__(
        self, vocabulary: Vocabulary, *, language: str = "en", models: Sequence[Path] = (), device: Device = "cpu"
    ) -> Recognizer:
        """An engine that hears `language`, ready for calls."""


class LoadSynthesizer(Protocol):
    """How every voice is loaded."""

    def __call__(self, voice: str = "", *, models: Sequence[Path] = (), device: Device = "cpu") -> Synthesizer:
        """A voice by the engine's own name for it, or by its model."""


def recognizer(name: str) -> LoadRecognizer:
    """The `load` function of recognizer_<name>.py. Raises TheirFault naming those there are."""
    return cast("LoadRecognizer", _load_function("recognizer", name))


def synthesizer(name: str) -> LoadSynthesizer:
    """The `load` function of synthesizer_<name>.py. Raises TheirFault naming those there are."""
    return cast("LoadSynthesizer", _load_function("synthesizer", name))


def names(kind: str) -> list[str]:
    """Names of the engines of a kind: "recognizer" or "synthesizer"."""
    return sorted(path.stem.removeprefix(f"{kind}_") for path in Path(__file__).parent.glob(f"{kind}_*.py"))


def _load_function(kind: str, name: str) -> object:
    if name not in names(kind):
        raise TheirFault(f"There is no {kind} called {name!r}.", repair=f"Use one of: {', '.join(names(kind))}.")
    try:
        return importlib.import_module(f"{__name__}.{kind}_{name}").load
    except ImportError as problem:
        raise TheirFault(
            f"The {kind} {name!r} needs the Python package {problem.name}, which is not installed.",
            repair=f"Install {problem.name} into the appliance's virtual environment.",
        ) from problem
