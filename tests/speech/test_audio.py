"""Levels, frames and the telephone's mu-law."""

import numpy as np
import pytest

from appliance.speech.audio import (
    FRAME_BYTES,
    active_level,
    dbfs,
    frames,
    mulaw_decode,
    mulaw_encode,
    over_the_telephone,
    pcm_of,
    samples_of,
)


def tone(hertz: float, seconds: float, level: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


def test_samples_and_pcm_are_the_same_sound() -> None:
    """Turning PCM into samples and back changes no bit, and what is too loud is clipped instead of wrapping round."""
    pcm = np.arange(-32_768, 32_768, dtype="<i2").tobytes()
    assert pcm_of(samples_of(pcm)) == pcm
    assert np.frombuffer(pcm_of(np.array([2.0, -2.0], np.float32)), "<i2").tolist() == [32_767, -32_768]


def test_frames_are_all_of_one_size() -> None:
    """A sound of 1.5 frames is two frames, the second filled up with silence; no sound is no frame."""
    pcm = b"\1" * (FRAME_BYTES * 3 // 2)
    assert list(frames(pcm)) == [pcm[:FRAME_BYTES], pcm[FRAME_BYTES:] + bytes(FRAME_BYTES // 2)]
    assert list(frames(b"")) == []


def test_pauses_do_not_lower_the_active_level() -> None:
    """A tone has its own level however much silence surrounds it."""
    sound = tone(440, 1, 0.1)
    with_pauses = np.concatenate([np.zeros(32_000, np.float32), sound])
    assert dbfs(active_level(with_pauses)) == pytest.approx(-23, abs=0.1)
    assert active_level(np.zeros(16_000, np.float32)) == 0


@pytest.mark.parametrize(("code", "linear"), [(0xFF, 0), (0x7F, 0), (0x80, 8_031), (0x00, -8_031), (0xFE, 2), (0xAA, 1_343)])
def test_mulaw_follows_the_table_of_g711(code: int, linear: int) -> None:
    """Known values of ITU-T G.711 table 2, in its 14-bit scale."""
    assert float(mulaw_decode(bytes([code]))[0]) * 8_192 == linear


def test_every_mulaw_code_survives_a_round_trip() -> None:
    """Decoding and encoding gives the same byte; only the two zeros fall together."""
    codes = bytes(code for code in range(256) if code != 0x7F)
    assert mulaw_encode(mulaw_decode(codes)) == codes


def test_the_telephone_cuts_high_tones_and_keeps_low_ones() -> None:
    """1 kHz comes through at its level, 6 kHz does not."""
    low, high = tone(1_000, 1, 0.1), tone(6_000, 1, 0.1)
    assert dbfs(active_level(samples_of(over_the_telephone(pcm_of(low))))) == pytest.approx(-23, abs=0.5)
    assert dbfs(active_level(samples_of(over_the_telephone(pcm_of(high))))) < -60
