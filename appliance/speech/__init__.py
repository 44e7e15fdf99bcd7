"""Ears and voices: each engine is one file, recognizer_<name>.py or synthesizer_<name>.py, found by its name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from appliance.faults import TheirFault
from appliance.speech.engines import Recognizer, Synthesizer, Vocabulary


def recognizer(name: str) -> Callable[[Vocabulary], Recognizer]:
    """The `load` function of recognizer_<name>.py. Raises TheirFault naming those there are."""
    return cast("Callable[[Vocabulary], Recognizer]", _load_function("recognizer", name))


def synthesizer(name: str) -> Callable[..., Synthesizer]:
    """The `load` function of synthesizer_<name>.py, which may be told a voice's name. Raises TheirFault naming those there are."""
    return cast("Callable[..., Synthesizer]", _load_function("synthesizer", name))


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
