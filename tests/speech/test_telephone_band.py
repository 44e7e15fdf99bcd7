"""The matrix that fits the acoustic model to the telephone."""

import numpy as np
import pytest

from appliance.speech import telephone_band
from appliance.speech.telephone_band import CEPSTRA, LEAKAGE, adaptation, matrix


def test_without_a_limit_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the telephone as wide as the model, every mean would stay where it is."""
    monkeypatch.setattr(telephone_band, "TELEPHONE_HZ", 8_000)
    assert np.allclose(matrix(), np.eye(CEPSTRA), atol=1e-9)


def test_loudness_loses_the_share_of_the_missing_bands() -> None:
    """A sound as loud in all 25 bands keeps 19 of them whole and the leakage of 6."""
    assert matrix()[0, 0] == pytest.approx((19 + 6 * LEAKAGE) / 25)


def test_the_file_has_one_matrix_for_each_stream() -> None:
    """One class, three streams of 13 values, each with its matrix, shift and variances."""
    numbers = adaptation().split()
    assert numbers[:3] == ["1", "3", "13"]
    assert len(numbers) == 2 + 3 * (1 + 13 * 13 + 13 + 13)
