"""Are the prepared prompts all loud enough, not distorted, and about equally loud? A caller hears one after the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from appliance.health import Result, Subject

SLOW = True
QUIET_DB = -38.0
"""Loudness over the speech alone, in dB below full scale; on a telephone less is a whisper."""
SPREAD_DB = 12.0
"""Between the quietest and the loudest prompt; more makes callers jump."""
CLIPPED_SHARE = 0.001
FRAME = 320
"""20 ms at 16 kHz."""
SPEECH_RMS = 150.0
"""A frame below it is a pause."""
REPAIR = (
    "Delete the folder phrases in paths.data and restart the agent, which renders them anew; then compare the voices' loudness."
)


def check(subject: Subject) -> Result:
    """Measure every sentence that the agent prepared in paths.data/phrases."""
    folder = subject.machine.paths.data / "phrases"
    try:
        files = sorted(folder.glob("*.pcm"))
        loudness = [(path, *measure(path.read_bytes())) for path in files]
    except OSError as error:
        repair = "Run `appliance check` as the appliance's user."
        return Result("prompts", "unknown", f"The prepared prompts cannot be read ({error.strerror}).", repair)
    if not loudness:
        return Result("prompts", "unknown", "No prompts are prepared yet.", "Start the agent, which prepares them in a minute.")
    return judge(loudness)


def measure(pcm: bytes) -> tuple[float, float]:
    """Loudness of the speech in dB below full scale (-99 for none), and the share of clipped samples; 16 kHz 16-bit mono."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.mean(frames**2, axis=1) if len(frames) else np.zeros(0)
    speech = power[power > SPEECH_RMS**2]
    clipped = float(np.mean(np.abs(samples) >= 32_700)) if len(samples) else 0.0
    return (float(10 * np.log10(np.mean(speech) / 32_768**2)) if len(speech) else -99.0), clipped


def judge(loudness: list[tuple[Path, float, float]]) -> Result:
    """What the measured prompts are worth."""
    quietest = min(loudness, key=lambda one: one[1])
    loudest = max(loudness, key=lambda one: one[1])
    if quietest[1] < QUIET_DB:
        return Result("prompts", "broken", f"A prompt can hardly be heard ({quietest[0].name}).", REPAIR)
    if distorted := next((path for path, _, clipped in loudness if clipped > CLIPPED_SHARE), None):
        return Result("prompts", "warning", f"A prompt is so loud that it is clipped ({distorted.name}).", REPAIR)
    spread = loudest[1] - quietest[1]
    if spread > SPREAD_DB:
        return Result("prompts", "warning", f"The prompts' loudness differs by {spread:.0f} dB.", REPAIR)
    sentence = f"{len(loudness)} prompts are between {-loudest[1]:.0f} and {-quietest[1]:.0f} dB below full scale."
    return Result("prompts", "ok", sentence)
