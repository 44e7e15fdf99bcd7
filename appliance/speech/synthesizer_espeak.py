"""The voice of the embedded profile: espeak-ng, Debian's package, one short-lived process for each text.

Measured on two cores: the process answers with its first samples after 13 ms and has spoken nine seconds of audio after 27 ms.
The same library loaded into this process answers after 1 ms, but it keeps one global voice, so calls would wait for one
another, and a crash in it would end every call. 12 ms are not worth that. The text goes in through standard input, because
a process list is readable by everybody and the text may hold a name. As a whole text costs so little, it is rendered whole
and levelled as a whole.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from appliance.faults import TheirFault
from appliance.languages.speakable import edition, speakable
from appliance.speech import loudness
from appliance.speech.audio import Samples, pcm_of, resample, samples_of
from appliance.speech.engines import Device
from appliance.speech.loudness import levelled

PROGRAM = "espeak-ng"


@dataclass(frozen=True)
class Voice:
    """How espeak-ng speaks: a voice with an optional variant ("en-us", "en-us+f3", "es-419"), speed, and pitch (0 to 99).

    150 words a minute is a little slower than espeak-ng's own 175, because many callers of a clinic are old.
    """

    name: str = "en-us"
    words_per_minute: int = 150
    pitch: int = 50


class EspeakSynthesizer:
    """espeak-ng with one voice; every method may be called from several threads."""

    def __init__(self, voice: Voice, program: str) -> None:
        self._command = [program, "-v", voice.name, "-s", str(voice.words_per_minute), "-p", str(voice.pitch), "-b", "1"]
        self._language = voice.name.replace("+", "-").partition("-")[0]
        settings = f"{voice.name} {voice.words_per_minute} {voice.pitch}"
        self.voice = f"espeak-ng {settings} {loudness.EDITION} {edition(self._language)}".rstrip()

    def speak(self, text: str) -> Iterator[bytes]:
        """PCM of the whole text as one chunk, about -20 dBFS and never above -3 dBFS; nothing when the text has no sound."""
        samples = levelled(self._render(speakable(text, self._language)))
        if samples.size:
            yield pcm_of(samples)

    def _render(self, text: str) -> Samples:
        finished = subprocess.run([*self._command, "--stdin", "--stdout"], input=text.encode(), capture_output=True, check=False)
        if finished.returncode:
            complaint = finished.stderr.decode(errors="replace").strip().splitlines()
            raise TheirFault(
                f"{PROGRAM} cannot speak with the voice {self.voice!r} ({complaint[-1] if complaint else 'no reason given'}).",
                repair=f"Run `{PROGRAM} --voices` and choose one of those voices.",
            )
        if not finished.stdout:
            return np.zeros(0, np.float32)
        rate, pcm = _parse_wav(finished.stdout)
        return resample(samples_of(pcm), rate)


def load(
    voice: Voice | str = "",
    *,
    models: Sequence[Path] = (),  # noqa: ARG001  # all engines are loaded alike
    device: Device = "cpu",  # noqa: ARG001
) -> EspeakSynthesizer:
    """Find the program and try the voice once ("" is the usual one); `models` and `device` change nothing.

    Raises TheirFault when program or voice is missing.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise TheirFault(f"The program {PROGRAM} is not installed.", repair=f"Install the Debian package {PROGRAM}.")
    synthesizer = EspeakSynthesizer(voice if isinstance(voice, Voice) else Voice(voice) if voice else Voice(), program)
    for _ in synthesizer.speak("ready"):
        pass
    return synthesizer


def _parse_wav(data: bytes) -> tuple[int, bytes]:
    """Rate and PCM; espeak-ng writes a plain 44-byte header whose lengths are not filled in, so the wave module refuses it."""
    (rate,) = struct.unpack_from("<I", data, 24)
    pcm = data[44:]
    return rate, pcm[: len(pcm) // 2 * 2]
