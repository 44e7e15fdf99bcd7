"""One utterance while it is heard: its audio, and whether anybody spoke in it."""

from __future__ import annotations

from appliance.speech.audio import SAMPLE_RATE
from appliance.speech.vad import Vad

LONGEST_SECONDS = 60
"""What is said beyond this is not heard."""
SPEECH_PROBABILITY, SPEECH_FRAMES = 0.5, 6
"""A sound is speech when at least so many frames (20 ms) are that probably speech."""


class Utterance:
    """Grows frame by frame; an engine that would make words out of a cough asks `spoken` first. Not shared between threads."""

    def __init__(self) -> None:
        self._vad = Vad()
        self._pcm = bytearray()
        self.speech_frames = 0
        """How many frames so far were probably speech."""

    def take(self, frame: bytes) -> bool:
        """Keep 20 ms more; False when the utterance has become too long and the frame is not kept."""
        if len(self._pcm) >= LONGEST_SECONDS * SAMPLE_RATE * 2:
            return False
        self._pcm += frame
        self.speech_frames += self._vad.feed(frame) >= SPEECH_PROBABILITY
        return True

    @property
    def spoken(self) -> bool:
        """Whether somebody has spoken, as far as a detector of speech can tell."""
        return self.speech_frames >= SPEECH_FRAMES

    @property
    def pcm(self) -> bytes:
        """All that was heard, b"" before the first frame."""
        return bytes(self._pcm)

    def clear(self) -> None:
        """Forget everything: the next frame begins another utterance."""
        self._pcm.clear()
        self._vad.reset()
        self.speech_frames = 0
