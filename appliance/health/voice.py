"""Does the voice render speech that can be heard and is not distorted?"""

from __future__ import annotations

import numpy as np

from appliance.health import Result, Subject

SLOW = True
SENTENCE = "Thank you for calling. How can I help you?"
SAMPLE_RATE = 16_000
QUIET_RMS = 300.0
"""About -41 dB below full scale: on a telephone that is a whisper."""
CLIPPED_SHARE = 0.001


def check(subject: Subject) -> Result:
    """Speak a sentence and measure its length, loudness and clipped samples."""
    if subject.tools.synthesize is None:
        return Result("voice", "unknown", "This process has no voice to try.", "Run `appliance check` on the appliance itself.")
    return judge(subject.tools.synthesize(SENTENCE))


def judge(pcm: bytes) -> Result:
    """What 16 kHz signed 16-bit mono sound of SENTENCE is worth."""
    repair = (
        "Reinstall the voice (`appliance models fetch` for one of Piper, apt-get install --reinstall espeak-ng for espeak-ng), "
        "then run `appliance check` again."
    )
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
    seconds = len(samples) / SAMPLE_RATE
    if not 1.0 <= seconds <= 10.0:
        return Result("voice", "broken", f"The voice made {seconds:.1f} s of a sentence that takes about three.", repair)
    loudness = float(np.sqrt(np.mean(samples**2)))
    if loudness < QUIET_RMS:
        return Result("voice", "broken", "The voice renders silence.", repair)
    if float(np.mean(np.abs(samples) >= 32_700)) > CLIPPED_SHARE:
        return Result("voice", "warning", "The voice is so loud that it is clipped.", repair)
    return Result("voice", "ok", f"The voice speaks ({20 * np.log10(loudness / 32_768):.0f} dB below full scale).".replace("-", ""))
