"""The voice of the cpu and gpu profiles: Piper, a neural voice in one .onnx file with its .json beside it.

Piper renders a sentence at a time; here a long first sentence is cut after a clause (phrasing.py), so that its sound is there after
the first words, and pieces are levelled, faded and set apart by our own silence (loudness.py). The text goes to the network by way
of `phonemize` and `phoneme_ids_to_audio`, because `PiperVoice.synthesize` writes what is said into the log at debug level.

Piper's phonemizer is one espeak-ng for the whole process, with one current voice; piper 1.8.0 sets the voice and reads the
phonemes under one lock, and onnxruntime's sessions may run in several threads, so calls share a voice without a lock of ours.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as native
from piper import PiperVoice, SynthesisConfig
from piper.config import PhonemeType, PiperConfig
from piper.phonemize_espeak import ESPEAK_DATA_DIR

from appliance.faults import TheirFault
from appliance.languages.speakable import edition, speakable
from appliance.provision.first_load import survive
from appliance.speech import loudness
from appliance.speech.audio import Samples, pcm_of, resample
from appliance.speech.engines import Device
from appliance.speech.loudness import LEAD_SECONDS, TAIL_SECONDS, Leveller, quiet
from appliance.speech.phrasing import pieces

THREADS = 1
"""Of each sentence. Measured with a network of a medium voice's size on two busy cores: two threads were no faster, and threads
that spin while they wait cost a third more processor time, which the line and the ears need."""
REPAIR = "Fetch the voice again with `appliance models fetch`, or name another one."
RATES = range(8_000, 48_001)
TRIAL = "Good morning. How can I help you?"
TRIAL_SECONDS = 120
KNOWN_SHARE = 0.8
"""Of the trial's phonemes, so many must be in the voice's map: with fewer, the .json belongs to another kind of voice."""
FAINTEST, LOUDEST = 10 ** (-60 / 20), 10 ** (20 / 20)
"""Root mean square of what a network renders that is speech at all; its level is ours to set."""
_FAILURES = (
    *(getattr(native, name) for name in ("EPFail", "EngineError", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf")),
    *(getattr(native, name) for name in ("ModelRequiresCompilation", "NoModel", "NoSuchFile", "NotFound", "NotImplemented")),
    native.RuntimeException,
    RuntimeError,
    ValueError,
)
"""What onnxruntime raises for a model that it cannot load or run; they have no common class of their own."""


@dataclass(frozen=True)
class Voice:
    """How Piper speaks: one of the voice's speakers by name or number ("" is the usual one), and how slowly.

    1.17 is as much slower than the voice's usual pace as espeak-ng's 150 words a minute are than its 175: many callers are old.
    """

    speaker: str = ""
    slowness: float = 1.17


class PiperSynthesizer:
    """A Piper voice; every method may be called from several threads."""

    def __init__(self, piper: PiperVoice, settings: SynthesisConfig, language: str, name: str) -> None:
        self._piper = piper
        self._settings = settings
        self._language = language
        self.voice = f"piper {name} {loudness.EDITION} {edition(language)}".rstrip()

    def speak(self, text: str) -> Iterator[bytes]:
        """PCM of the text piece by piece, each computed when it is asked for; about -20 dBFS and never above -3 dBFS.

        Nothing when the text has no sound. Raises TheirFault when the model fails, as when a graphics card has no memory left.
        """
        leveller, pause = Leveller(), LEAD_SECONDS
        spoken = False
        for piece in pieces(speakable(text, self._language)):
            speech = leveller.level(self._render(piece.text))
            if speech.size:
                yield pcm_of(np.concatenate([quiet(pause), speech]))
                pause, spoken = piece.pause_seconds, True
        if spoken:
            yield pcm_of(quiet(TAIL_SECONDS))

    def _render(self, text: str) -> Samples:
        ids = self._piper.phonemes_to_ids([phoneme for clause in self._piper.phonemize(text) for phoneme in (*clause, " ")][:-1])
        try:
            sound = self._piper.phoneme_ids_to_audio(ids, self._settings)
        except _FAILURES as problem:
            raise TheirFault(f"The voice {self.voice!r} cannot speak ({_first_line(problem)}).", repair=REPAIR) from problem
        return resample(np.atleast_1d(np.asarray(sound, np.float32)), self._piper.config.sample_rate)

    def complaint(self) -> str | None:
        """What is wrong with a voice that loads: its sounds are not those of its .json, or it renders noise or nothing."""
        phonemes = [phoneme for clause in self._piper.phonemize(TRIAL) for phoneme in clause]
        if sum(phoneme in self._piper.config.phoneme_id_map for phoneme in phonemes) < KNOWN_SHARE * len(phonemes):
            return "the phoneme_id_map of its .json lacks most sounds of speech"
        sound = self._render(TRIAL)
        if not np.isfinite(sound).all():
            return "it renders what is no number"
        loud = float(np.sqrt(np.mean(np.square(sound)))) if sound.size else 0.0
        return None if FAINTEST < loud < LOUDEST else "it renders no speech"


def load(voice: Voice | str = "", *, models: Sequence[Path] = (), device: Device = "cpu") -> PiperSynthesizer:
    """The voice of `models`: its .onnx file, or a folder that holds one, with the .json beside it.

    `voice` is one of its speakers by name or number, or "" (or the model's own name) for the usual one. The first load happens in
    a process of its own. Raises TheirFault, naming the file, for a voice that is missing, broken or not whole, for a speaker it
    lacks, and when device="cuda" is asked of a machine where onnxruntime would use the processor instead.
    """
    model = _model_file(models)
    wanted = voice if isinstance(voice, Voice) else Voice(speaker="" if voice == model.stem else voice)
    about, config = _read_config(model)
    _require_device(device)
    _settings(model, config, wanted)
    survive(__name__, [str(model), device], TRIAL_SECONDS, path=model, repair=REPAIR)
    return _open(model, about, config, wanted, device)


def _open(model: Path, about: Mapping[str, Any], config: PiperConfig, wanted: Voice, device: Device) -> PiperSynthesizer:
    settings = _settings(model, config, wanted)
    piper = PiperVoice(session=_session(model, config, device), config=config, download_dir=model.parent)
    digest = hashlib.sha256(model.read_bytes() + json.dumps(about, sort_keys=True).encode()).hexdigest()[:12]
    name = " ".join(str(part) for part in (model.stem, wanted.speaker, wanted.slowness, digest) if part)
    return PiperSynthesizer(piper, settings, _language(about, config), name)


def _model_file(models: Sequence[Path]) -> Path:
    """The one .onnx among the given files and folders, with its .json."""
    if not models:
        raise TheirFault("The voice piper has no model.", repair="Fetch one: see `appliance models list`.")
    found = sorted(file for path in models for file in (path.glob("*.onnx") if path.is_dir() else [path]) if file.suffix == ".onnx")
    where = ", ".join(map(str, models))
    if len(found) != 1:
        there = f"{len(found)} are there" if found else "there is none"
        raise TheirFault(f"{where}: one Piper voice (.onnx) is needed, and {there}.", repair=REPAIR)
    for file in (found[0], _config_file(found[0])):
        if not file.is_file() or not file.stat().st_size:
            raise TheirFault(f"{file} is {'empty' if file.is_file() else 'missing'}.", repair=REPAIR)
    return found[0]


def _config_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _read_config(model: Path) -> tuple[Mapping[str, Any], PiperConfig]:
    path = _config_file(model)
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        config = PiperConfig.from_dict(about)
        if config.sample_rate not in RATES or not isinstance(config.phoneme_id_map, dict) or config.num_speakers < 1:
            raise ValueError("audio.sample_rate, phoneme_id_map or num_speakers")
        if not isinstance(config.speaker_id_map, dict) or not 0.1 <= config.length_scale <= 10:
            raise ValueError("speaker_id_map or inference.length_scale")
        _require_known_voice(config)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise TheirFault(f"{path} does not describe a Piper voice ({_first_line(problem)}).", repair=REPAIR) from problem
    return about, config


def _require_known_voice(config: PiperConfig) -> None:
    """espeak-ng keeps the voice of whoever spoke last when it is asked for one that it lacks."""
    if config.phoneme_type is PhonemeType.TEXT:
        return
    if config.phoneme_type is not PhonemeType.ESPEAK:
        raise ValueError(f"phoneme_type {config.phoneme_type.value} needs more than the two files of a voice")
    if config.espeak_voice.lower() not in _espeak_voices():
        raise ValueError(f"espeak.voice {config.espeak_voice!r} is unknown")


@cache
def _espeak_voices() -> frozenset[str]:
    """The names that Piper's own espeak-ng takes for a voice: its language files, and the languages they list."""
    names = set()
    for path in ESPEAK_DATA_DIR.glob("lang/**/*"):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            names |= {path.name.lower()} | {line.split()[1].lower() for line in lines if line.startswith("language ")}
    return frozenset(names)


def _settings(model: Path, config: PiperConfig, wanted: Voice) -> SynthesisConfig:
    speakers = config.speaker_id_map
    speaker: int | None = None
    if wanted.speaker:
        number = int(wanted.speaker) if wanted.speaker.isdecimal() else -1
        speaker = speakers.get(wanted.speaker, number)
        if not 0 <= speaker < config.num_speakers:
            there = ", ".join(list(speakers)[:8]) or "no names"
            raise TheirFault(
                f"{model} has no speaker {wanted.speaker!r}.",
                repair=f"Leave the speaker out, or give a number below {config.num_speakers} or a name ({there}).",
            )
    return SynthesisConfig(speaker_id=speaker, length_scale=config.length_scale * wanted.slowness, normalize_audio=False)


def _language(about: Mapping[str, Any], config: PiperConfig) -> str:
    """The code of the folder in languages/."""
    spoken = config.espeak_voice if config.phoneme_type is PhonemeType.ESPEAK else about.get("language", {}).get("code", "en")
    return str(spoken).replace("_", "-").partition("-")[0].lower()


def _require_device(device: Device) -> None:
    """onnxruntime without CUDA says so in a warning and goes on with the processor."""
    if device == "cuda" and "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        raise TheirFault(
            'The voice piper cannot use the graphics card: onnxruntime was installed without CUDA (device = "cuda").',
            repair="Install onnxruntime-gpu in place of onnxruntime into the appliance's virtual environment.",
        )


def _session(model: Path, config: PiperConfig, device: Device) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread must not burn a core
    options.log_severity_level = 3
    cuda = [("CUDAExecutionProvider", {"cudnn_conv_algo_search": "HEURISTIC"})] if device == "cuda" else []
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=[*cuda, "CPUExecutionProvider"])
    except _FAILURES as problem:
        raise TheirFault(f"{model} cannot be loaded ({_first_line(problem)}).", repair=REPAIR) from problem
    if cuda and session.get_providers()[0] != "CUDAExecutionProvider":
        raise TheirFault(
            f"{model} runs on the processor although the graphics card was asked for: CUDA could not be started.",
            repair="Install the CUDA and cuDNN versions that this onnxruntime-gpu was made for, or use the processor.",
        )
    inputs = {one.name for one in session.get_inputs()}
    needed = {"input", "input_lengths", "scales"} | ({"sid"} if config.num_speakers > 1 else set())
    if inputs != needed:
        raise TheirFault(
            f"{model} takes {', '.join(sorted(inputs))}, and its .json describes a voice that takes {', '.join(sorted(needed))}.",
            repair=REPAIR,
        )
    return session


def _first_line(problem: Exception) -> str:
    words = f"{type(problem).__name__}: {problem}".strip()
    return words.splitlines()[0][:200] if words else type(problem).__name__


def complaint(model: Path, device: Device) -> str | None:
    """Load the voice and let it speak; None, or a few words on what is wrong. Run in a process that may die of it."""
    try:
        about, config = _read_config(model)
        voice = _open(model, about, config, Voice(), device)
        return voice.complaint()
    except TheirFault as fault:
        return fault.sentence


if __name__ == "__main__":
    sys.exit(complaint(Path(sys.argv[1]), "cuda" if sys.argv[2] == "cuda" else "cpu"))
