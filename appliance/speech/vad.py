"""Is somebody speaking? Silero VAD v6, the network that faster-whisper's wheel carries, run by onnxruntime on one thread.

The network reads windows of 512 samples (32 ms), each with the 64 samples before it in front, and carries an LSTM state
(h and c, 1 x 1 x 128 each) from window to window. The session is shared by all calls; the state belongs to one call.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime

from appliance.faults import TheirFault
from appliance.speech.audio import Samples, samples_of

WINDOW, CONTEXT = 512, 64


@functools.cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(_network()), options, providers=["CPUExecutionProvider"])


def _network() -> Path:
    # find_spec does not import the package, whose own imports cost half a second and are not needed here
    spec = importlib.util.find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / "assets" / "silero_vad_v6.onnx").exists():
            return path
    raise TheirFault(
        "The speech detector silero_vad_v6.onnx, which comes with the Python package faster-whisper, is not installed.",
        repair="Install the appliance's packages again (scripts/prepare).",
    )


class Vad:
    """Speech detector of one call; not shared between threads. Creating one costs nothing once the first has been made."""

    def __init__(self) -> None:
        self._session = _session()
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._probability = 0.0

    def feed(self, frame: bytes) -> float:
        """Hear 20 ms of PCM; the probability (0 to 1) of speech in the newest whole window, 0.0 before the first."""
        self._waiting = np.concatenate([self._waiting, samples_of(frame)])
        while len(self._waiting) >= WINDOW:
            window, self._waiting = self._waiting[:WINDOW], self._waiting[WINDOW:]
            self._probability = self._judge(window)
        return self._probability

    def _judge(self, window: Samples) -> float:
        inputs = {"input": np.concatenate([self._context, window])[None], "h": self._h, "c": self._c}
        probabilities, self._h, self._c = self._session.run(None, inputs)
        self._context = window[-CONTEXT:]
        return float(probabilities.ravel()[0])
