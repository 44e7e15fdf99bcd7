"""How loud speech is, and how its pieces follow one another: what all voices share.

Speech leaves at -20 dBFS (active level, after ITU-T P.56), loud enough for a telephone, and no peak passes -3 dBFS. Pieces that
were rendered apart are trimmed to what can be heard, faded at both ends and set apart by silence of our own, so that no join
clicks and every voice pauses alike.
"""

from __future__ import annotations

import numpy as np

from appliance.speech.audio import SAMPLE_RATE, Samples, active_level

LEVEL = 10 ** (-20 / 20)
PEAK = 10 ** (-3 / 20)
KNEE = 10 ** (-8 / 20)
LEAD_SECONDS = 0.03
"""Silence before the speech: it delays every answer, so it is no longer than a telephone's echo canceller needs to open."""
TAIL_SECONDS = 0.06
"""Silence after the speech."""
CLAUSE_PAUSE_SECONDS = 0.16
SENTENCE_PAUSE_SECONDS = 0.35
"""As long as espeak-ng at 150 words a minute pauses after a comma and after a full stop."""
FADE_SECONDS = 0.008
EDITION = "2"
"""Part of every voice's words: counted up when the same speech sounds otherwise, so that kept recordings are made anew."""
_INAUDIBLE = 10 ** (-50 / 20)
_MARGIN_SECONDS = 0.015
_STEADY_DB = 3.0
_LONG_ENOUGH_SECONDS = 0.4


class Leveller:
    """Levels the pieces of one text, in order: each to the telephone's level, but never with a leap between neighbours.

    A piece too short to be measured (a lone "yes" is all vowel) and one that is quiet by nature keep close to the one before.
    """

    def __init__(self) -> None:
        self._gain: float | None = None

    def level(self, piece: Samples) -> Samples:
        """The piece without the silence around it, at the telephone's level, faded at both ends; empty when it has no sound."""
        loudness = active_level(piece)
        if loudness == 0:
            return np.zeros(0, np.float32)
        wanted = LEVEL / loudness
        if self._gain is not None:
            room = 10 ** (_STEADY_DB / 20) if len(piece) > _LONG_ENOUGH_SECONDS * SAMPLE_RATE else 1.0
            wanted = min(max(wanted, self._gain / room), self._gain * room)
        self._gain = wanted
        return faded(trimmed(limited(piece * np.float32(wanted))))


def levelled(samples: Samples) -> Samples:
    """A whole text as it is sent: at the telephone's level, with its lead and tail of silence; empty when it has no sound."""
    speech = Leveller().level(samples)
    return np.concatenate([quiet(LEAD_SECONDS), speech, quiet(TAIL_SECONDS)]) if speech.size else speech


def quiet(seconds: float) -> Samples:
    """Silence."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without what cannot be heard before and after; a little of it stays, for the fades."""
    heard = np.flatnonzero(np.abs(samples) > _INAUDIBLE)
    if not heard.size:
        return np.zeros(0, np.float32)
    margin = int(_MARGIN_SECONDS * SAMPLE_RATE)
    return samples[max(0, heard[0] - margin) : heard[-1] + 1 + margin]


def faded(samples: Samples) -> Samples:
    """The sound rising from nothing and falling to nothing within FADE_SECONDS; it may be short, and stays as long as it is."""
    length = min(int(FADE_SECONDS * SAMPLE_RATE), len(samples) // 2)
    if not length:
        return samples
    shape = np.ones(len(samples), np.float32)
    shape[:length] = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)
    shape[len(shape) - length :] = shape[:length][::-1]
    return samples * shape


def limited(samples: Samples) -> Samples:
    """Bend what lies above the knee so that it never passes the peak; the rare loud vowel loses a little, nothing clips."""
    room = PEAK - KNEE
    size = np.abs(samples)
    bent = KNEE + room * np.tanh((size - KNEE) / room)
    return np.where(size > KNEE, np.sign(samples) * bent, samples).astype(np.float32)
