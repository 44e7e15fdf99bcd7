"""What the line says when there is nobody behind it to speak: rendered once by espeak-ng at start, kept as PCM.

These are the only spoken sentences outside languages/, because the line must be able to say them with everything else broken.
"""

from __future__ import annotations

import io
import subprocess
import wave
from array import array
from dataclasses import dataclass

from appliance.faults import TheirFault
from appliance.telephony.link import SAMPLE_RATE

_SENTENCES = {
    "en": (
        "I'm sorry, something went wrong on our side. Please hold, I am connecting you to a person.",
        "I'm sorry, something went wrong on our side. Please call again in a few minutes. Goodbye.",
    ),
    "es": (
        "Lo siento, algo ha fallado de nuestro lado. Por favor, no cuelgue, le comunico con una persona.",
        "Lo siento, algo ha fallado de nuestro lado. Por favor, llame de nuevo en unos minutos. Adiós.",
    ),
}


@dataclass(frozen=True)
class Apology:
    """Two renderings, 16 kHz signed 16-bit mono PCM: `before_transfer` promises a person, `before_end` says goodbye."""

    before_transfer: bytes
    before_end: bytes


def render_apology(language: str = "en") -> Apology:
    """Render the sentences of `language` (English when there are none); raises TheirFault when espeak-ng cannot."""
    voice = language if language in _SENTENCES else "en"
    transfer, end = _SENTENCES[voice]
    return Apology(_render(transfer, voice), _render(end, voice))


def _render(sentence: str, voice: str) -> bytes:
    try:
        done = subprocess.run(
            ["espeak-ng", "--stdout", "-v", voice, "-s", "165", sentence], capture_output=True, check=True, timeout=20
        )
        with wave.open(io.BytesIO(done.stdout)) as spoken:
            # the header of a stream claims more frames than follow, so read what is there
            samples = array("h", spoken.readframes(len(done.stdout)))
            return resample(samples, spoken.getframerate()).tobytes()
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise TheirFault(
            "The program espeak-ng cannot render the line's apology.", repair="Install it: apt install espeak-ng."
        ) from error


def resample(samples: array[int], rate: int) -> array[int]:
    """16-bit samples at `rate` Hz brought to SAMPLE_RATE by linear interpolation.

    Good enough for speech that a telephone cuts at 3.4 kHz anyway, and it keeps numpy's memory out of the line.
    """
    last = len(samples) - 1
    if last < 1:
        return array("h")
    step = rate / SAMPLE_RATE
    out = array("h")
    for position in (number * step for number in range(int(last / step))):
        left = int(position)
        out.append(round(samples[left] + (samples[left + 1] - samples[left]) * (position - left)))
    return out
