"""The caller's own voice, unlike the agent's: flite (slt by default), or espeak-ng as `espeak-ng:VOICE`."""

from __future__ import annotations

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from appliance.faults import TheirFault
from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.wav import load_wav

DEFAULT_VOICE = "slt"
FLITE_VOICES = ("slt", "rms", "awb", "kal16", "kal")
"""flite takes any name without a word and speaks with another voice, so the names it has are kept here."""
_PEAK = 16_000
"""About -6 dB below full scale, the level of a near telephone."""
_AUDIBLE = 150


@lru_cache(maxsize=256)
def synthesize(text: str, voice: str = DEFAULT_VOICE) -> Samples:
    """`text` spoken at 8 kHz, without silence around it. Raises TheirFault when the program or the voice is missing."""
    engine, _, name = voice.rpartition(":")
    with tempfile.TemporaryDirectory() as folder:
        spoken, written = Path(folder, "speech.wav"), Path(folder, "text")
        written.write_text(text, encoding="utf-8")
        if engine == "espeak-ng":
            command = ["espeak-ng", "-v", name, "-s", "165", "-w", str(spoken), "-f", str(written)]
        else:
            command = ["flite", "-voice", name, "-o", str(spoken), "-f", str(written)]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        except FileNotFoundError as error:
            repair = f"Install it: apt-get install {command[0]}."
            raise TheirFault(f"The caller cannot speak: the program {command[0]} is not installed.", repair=repair) from error
        if done.returncode or not spoken.exists() or (not engine and name not in FLITE_VOICES):
            raise TheirFault(f"There is no voice {voice!r}.", repair=f"Use {', '.join(FLITE_VOICES)} or espeak-ng:en-us+f3.")
        return _trimmed(load_wav(spoken, SAMPLE_RATE))


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE)
    if not len(loud):
        return samples[:0]
    inside = samples[loud[0] : loud[-1] + 1].astype(np.float64)
    loudest: Samples = (inside * (_PEAK / np.abs(inside).max())).astype(np.int16)
    return loudest
