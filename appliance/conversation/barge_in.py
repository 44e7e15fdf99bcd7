"""When does the agent stop talking because the caller has started?"""

from __future__ import annotations

SPEECH_PROBABILITY = 0.6
"""From this on a frame counts as the caller's voice while the agent talks (a little above the usual 0.5: the line may echo)."""
ONSET_FRAMES = 3
"""So many voiced frames of 20 ms among the last six: longer than a click. A murmur may pass for a word; the agent then goes on."""
WINDOW_FRAMES = 6


class BargeIn:
    """Counts voiced frames over a short window; feed it every 20 ms while the agent talks."""

    def __init__(self) -> None:
        self._recent: list[bool] = []

    def hear(self, probability: float) -> bool:
        """True once the caller has been talking long enough to be listened to."""
        self._recent = [*self._recent, probability >= SPEECH_PROBABILITY][-WINDOW_FRAMES:]
        return sum(self._recent) >= ONSET_FRAMES

    def reset(self) -> None:
        """Forget what was heard."""
        self._recent = []
