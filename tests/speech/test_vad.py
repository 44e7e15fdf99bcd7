"""The speech detector tells speech from other sounds."""

import time

import numpy as np
import pytest

from appliance.speech.audio import frames, over_the_telephone, pcm_of
from appliance.speech.synthesizer_espeak import load
from appliance.speech.vad import Vad


def probabilities(pcm: bytes) -> list[float]:
    vad = Vad()
    return [vad.feed(frame) for frame in frames(pcm)]


def test_speech_on_the_telephone_is_found_where_it_is() -> None:
    """Silence, speech, silence: probable only in the middle."""
    speech = over_the_telephone(b"".join(load().speak("I would like to see the doctor on Friday.")))
    heard = probabilities(bytes(32_000) + speech + bytes(32_000))
    assert max(heard[:45]) < 0.2
    assert np.mean(heard[55 : 45 + len(speech) // 640]) > 0.6
    assert max(heard[-25:]) < 0.2


@pytest.mark.parametrize("sound", ["silence", "noise", "hum"])
def test_other_sounds_are_not_speech(sound: str) -> None:
    """Silence, white noise and mains hum stay improbable."""
    samples = {
        "silence": np.zeros(48_000),
        "noise": np.random.default_rng(1).normal(0, 0.03, 48_000),
        "hum": 0.2 * np.sin(2 * np.pi * 60 * np.arange(48_000) / 16_000),
    }[sound]
    assert max(probabilities(pcm_of(samples.astype(np.float32)))) < 0.5


def test_forgetting_makes_it_as_new() -> None:
    """After a reset the same frames give the same probabilities."""
    pcm = b"".join(load().speak("Hello."))
    vad = Vad()
    first = [vad.feed(frame) for frame in frames(pcm)]
    vad.reset()
    assert [vad.feed(frame) for frame in frames(pcm)] == first


def test_calls_do_not_disturb_one_another() -> None:
    """Two detectors fed in turns hear what they would have heard alone."""
    one, other = b"".join(load().speak("Hello there.")), bytes(40_000)
    alone = probabilities(one)
    first, second = Vad(), Vad()
    together = []
    for frame, quiet in zip(frames(one), frames(other), strict=False):
        together.append(first.feed(frame))
        second.feed(quiet)
    assert together == alone[: len(together)]


def test_a_frame_costs_less_than_a_millisecond_of_processor_time() -> None:
    """Ten seconds of audio."""
    pcm = bytes(320_000)
    vad = Vad()
    start = time.thread_time()
    for frame in frames(pcm):
        vad.feed(frame)
    assert (time.thread_time() - start) / 500 < 0.001
