"""The rows of `appliance bench engines`: each engine with each model that is at hand, and sizes of which none is, at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from appliance.profiles import Kind
from appliance.provision.manifest import model_folder, read_manifest
from appliance.speech.engines import Device

Weights = Literal["real", "small", "random", "none"]
"""A published model; a small one of the project, which hears digits; random numbers in a network of real size; no model at all."""
_ENGINES: dict[str, tuple[Kind, str]] = {
    "recogniser": ("recognizer", "vosk"),
    "second recogniser": ("recognizer", "whisper"),
    "voice": ("synthesizer", "piper"),
}
"""Of the roles in the manifest."""
_SMALL = {"vosk-digits": "vosk", "whisper-digits": "whisper"}
RANDOM_WHISPER = ("whisper-base", "whisper-small", "whisper-large-v3-turbo")
RANDOM_PIPER = "piper-medium"


@dataclass(frozen=True)
class Row:
    """One engine with one model on one device."""

    name: str
    kind: Kind
    engine: str
    weights: Weights
    model: Path | None = None
    """None without a model, and for random weights, which are yet to be made."""
    language: str = "en"
    device: Device = "cpu"


def rows(models: Path, *, cuda: bool) -> Sequence[Row]:
    """The cheap ones first, those of large networks last; with `cuda` also on the graphics card."""
    found = [
        Row("sphinx", "recognizer", "sphinx", "none"),
        Row("espeak", "synthesizer", "espeak", "none"),
        *_small(models),
        *_real(models),
    ]
    names = {row.name for row in found}
    if not any(row.engine == "piper" for row in found):
        found.append(Row(RANDOM_PIPER, "synthesizer", "piper", "random"))
    found += [Row(name, "recognizer", "whisper", "random") for name in RANDOM_WHISPER if name not in names]
    on_card = [row for row in found if row.engine in ("whisper", "piper")] if cuda else []
    return [
        *found,
        *(Row(f"{row.name} cuda", row.kind, row.engine, row.weights, row.model, row.language, "cuda") for row in on_card),
    ]


def _small(models: Path) -> Iterator[Row]:
    for name, engine in _SMALL.items():
        if (models / name).is_dir():
            yield Row(name, "recognizer", engine, "small", models / name)


def _real(models: Path) -> Iterator[Row]:
    for name, model in read_manifest(models).items():
        if model.downloadable and model.role in _ENGINES and model.languages:
            kind, engine = _ENGINES[model.role]
            yield Row(name, kind, engine, "real", model_folder(models, name, model), model.languages[0])
