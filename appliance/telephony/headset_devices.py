"""The audio devices of a headset: the machine's sound card, and a WAV file that takes the place of a microphone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from appliance.faults import TheirFault
from appliance.telephony.link import FRAME_BYTES, SAMPLE_RATE
from appliance.telephony.wav import load_wav

_FRAME_SECONDS = 0.02
_FRAME_SAMPLES = FRAME_BYTES // 2
_SILENCE = bytes(FRAME_BYTES)
_AUDIBLE = 300


class SoundCard:
    """The default microphone and loudspeaker, or those whose name or number is given, through PortAudio."""

    def __init__(self, microphone: str | None = None, loudspeaker: str | None = None) -> None:
        try:
            import sounddevice  # only this needs PortAudio, and importing it fails without
        except OSError as error:
            raise TheirFault(
                "The PortAudio library is not installed.", repair="Install it: apt-get install libportaudio2."
            ) from error
        self._failure: type[Exception] = sounddevice.PortAudioError
        form: dict[str, Any] = {"samplerate": SAMPLE_RATE, "channels": 1, "dtype": "int16", "blocksize": _FRAME_SAMPLES}
        try:
            self._input = sounddevice.RawInputStream(device=_device(microphone), **form)
            self._output = sounddevice.RawOutputStream(device=_device(loudspeaker), **form)
        except (sounddevice.PortAudioError, ValueError) as error:
            wanted = " or ".join(repr(name) for name in (microphone, loudspeaker) if name) or "microphone and loudspeaker"
            repair = "Plug in a headset, or name devices that `python -m sounddevice` lists."
            raise TheirFault(
                f"This machine's {wanted} cannot be opened at 16 kHz ({_first_line(error)}).", repair=repair
            ) from error

    def __enter__(self) -> Self:
        self._input.start()
        self._output.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._input.close()
        self._output.close()

    def record(self) -> bytes | None:
        """The next 20 ms of the microphone."""
        try:
            data, _ = self._input.read(_FRAME_SAMPLES)
        except self._failure as error:
            raise TheirFault(f"The microphone failed ({_first_line(error)}).", repair="Plug it in and call again.") from error
        return bytes(data)

    def play(self, frame: bytes) -> None:
        """Play 20 ms."""
        try:
            self._output.write(frame)
        except self._failure as error:
            raise TheirFault(f"The loudspeaker failed ({_first_line(error)}).", repair="Plug it in and call again.") from error


class WavHeadset:
    """A WAV file as microphone: it begins when the greeting is over, and gives up after `patience` seconds without a word.

    What the loudspeaker would have played is kept in `played`.
    """

    def __init__(self, path: Path, *, turn_pause: float = 0.7, patience: float = 10.0) -> None:
        self._frames = _frames_of(path)
        self._turn_pause, self._patience = turn_pause, patience
        self._began = time.monotonic()
        self._last_sound: float | None = None
        self._started = False
        self._microphone, self._loudspeaker = _Pace(), _Pace()
        self.played = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def record(self) -> bytes | None:
        """Silence until the agent has spoken, then the file, then silence; None when nobody speaks any more."""
        self._microphone.wait()
        now = time.monotonic()
        quiet = now - (self._last_sound or self._began)
        if self._last_sound is None or (quiet < self._turn_pause and not self._started):
            return None if quiet > self._patience else _SILENCE
        self._started = True
        frame = next(self._frames, None)
        if frame is not None:
            self._last_sound = now  # patience begins when the file has ended
            return frame
        return None if quiet > self._patience else _SILENCE

    def play(self, frame: bytes) -> None:
        """Take in 20 ms, in real time."""
        self._loudspeaker.wait()
        self.played += frame
        if np.abs(np.frombuffer(frame, "<i2").astype(np.int32)).max() > _AUDIBLE:
            self._last_sound = time.monotonic()


class _Pace:
    """Twenty milliseconds, again and again, without drift."""

    def __init__(self) -> None:
        self._due = time.monotonic()

    def wait(self) -> None:
        self._due = max(self._due + _FRAME_SECONDS, time.monotonic() - _FRAME_SECONDS)
        time.sleep(max(0.0, self._due - time.monotonic()))


def _frames_of(path: Path) -> Iterator[bytes]:
    samples = load_wav(path, SAMPLE_RATE)
    whole = np.pad(samples, (0, -len(samples) % _FRAME_SAMPLES)).astype("<i2").reshape(-1, _FRAME_SAMPLES)
    return iter([frame.tobytes() for frame in whole])


def _device(name: str | None) -> str | int | None:
    return int(name) if name and name.isdigit() else name


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
