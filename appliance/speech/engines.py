"""What every recogniser and synthesizer offers to a call. Audio is 16 kHz signed 16-bit little-endian mono everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Device = Literal["cpu", "cuda"]
"""Where an engine computes."""


@dataclass(frozen=True)
class Vocabulary:
    """What callers of this clinic say: everything a recogniser may build its language model from."""

    phrases: Sequence[str]
    """Example caller lines without slot marks, lower case."""
    patient_names: Sequence[str]
    """Full names, as in clinic.toml."""
    provider_names: Sequence[str]
    """Spoken forms such as "Amara Okafor"."""
    other_words: Sequence[str] = ()
    """Insurers, streets and other proper names of the clinic."""


class Hearing(Protocol):
    """One caller's ear for the length of a call; not shared between threads."""

    def expect(self, situation: str) -> None:
        """What the agent just asked (a situation of data/dev/README.md); the next utterance is decoded with that in mind."""

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more of the utterance; returns the partial text so far ("" when none), lower case."""

    def draft(self) -> Callable[[], str]:
        """The utterance as it is now, not yet over: what is returned decodes it as `finish` would, once, and may be called
        in any thread while more frames are fed here. So the final text can be ready when the silence has lasted long enough.
        """

    def finish(self) -> str:
        """The utterance is over: its final text, decoded once more as a whole; "" when nothing was understood."""

    def abandon(self) -> None:
        """Forget the utterance in progress."""

    def close(self) -> None:
        """The call is over; give the decoder back."""


class Recognizer(Protocol):
    """A speech recognition engine, loaded once and shared by all calls."""

    def hearing(self) -> Hearing:
        """An ear for one call."""


class Synthesizer(Protocol):
    """A voice, loaded once and shared by all calls."""

    @property
    def voice(self) -> str:
        """Engine and settings in words; two voices with the same words sound the same, so recordings of it may be kept."""

    def speak(self, text: str) -> Iterator[bytes]:
        """PCM of `text` in chunks of any whole number of samples, the first as early as the engine can."""
