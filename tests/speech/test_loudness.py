"""Level, limits and joins, for every voice."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.speech.audio import Samples, active_level, dbfs
from appliance.speech.loudness import LEAD_SECONDS, PEAK, TAIL_SECONDS, Leveller, faded, levelled, limited, quiet, trimmed


def hum(seconds: float, level: float, hertz: float = 200) -> Samples:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


@pytest.mark.parametrize("level", [0.001, 0.05, 0.9])
def test_whatever_a_voice_renders_leaves_at_the_telephone_s_level(level: float) -> None:
    assert dbfs(active_level(levelled(hum(1, level)))) == pytest.approx(-20, abs=0.3)


def test_silence_around_the_speech_is_ours_alone() -> None:
    """However long a voice waits before and after, what leaves has the lead and the tail, and the speech itself."""
    sound = levelled(np.concatenate([quiet(0.7), hum(0.5, 0.3), quiet(1.1)]))
    assert len(sound) / 16_000 == pytest.approx(LEAD_SECONDS + 0.5 + TAIL_SECONDS, abs=0.04)
    assert not sound[: int(LEAD_SECONDS * 16_000)].any()
    assert not sound[-int(TAIL_SECONDS * 16_000) :].any()


def test_no_sound_is_no_audio() -> None:
    assert levelled(quiet(1)).size == 0
    assert levelled(quiet(0)).size == 0
    assert trimmed(quiet(1)).size == 0


def test_no_peak_passes_the_limit_and_quiet_sounds_are_left_alone() -> None:
    loud = hum(0.1, 5)
    assert np.abs(limited(loud)).max() <= PEAK + 1e-6
    assert np.array_equal(limited(hum(0.1, 0.3)), hum(0.1, 0.3))


def test_a_sound_that_starts_and_ends_at_full_strength_is_faded_at_both_ends() -> None:
    """A cosine that is cut out anywhere would click."""
    sound = faded(np.ones(1_600, np.float32))
    assert sound[0] == sound[-1] == 0
    assert np.abs(np.diff(sound)).max() < 0.01
    assert len(sound) == 1_600
    assert faded(np.ones(1, np.float32)).tolist() == [1]


def test_neighbours_of_one_text_do_not_leap_in_loudness() -> None:
    """A quiet second sentence is raised towards the level, but not by more than a listener would take for the same speaker."""
    leveller = Leveller()
    first, second = leveller.level(hum(1, 0.2)), leveller.level(hum(1, 0.05))
    assert dbfs(active_level(first)) == pytest.approx(-20, abs=0.3)
    assert dbfs(active_level(second)) == pytest.approx(-20 - 12 + 3, abs=0.3)


def test_a_very_short_piece_keeps_the_gain_of_the_one_before() -> None:
    leveller = Leveller()
    leveller.level(hum(1, 0.2))
    assert dbfs(active_level(leveller.level(hum(0.2, 0.1)))) == pytest.approx(-26, abs=0.5)
