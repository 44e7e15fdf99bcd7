"""Fits a 16 kHz acoustic model to telephone speech, which has nothing above 3.6 kHz, by arithmetic instead of training.

A frame reaches the model as 13 cepstra: the logarithm of 25 mel bands, cosine-transformed and weighted (its feat.params). On
the telephone the upper bands hold only what leaks into them. So each mean of the model is turned back into bands, the bands the
telephone lacks are damped towards their average (which is zero, as the cepstral mean is subtracted), and the result is turned
into cepstra again. All three steps are linear, so together they are one 13 x 13 matrix, and pocketsphinx applies such a matrix
to its means itself (the format of its `mllr` files). Measured with a female synthetic voice over mu-law in tests/bench/hearing.py:
word errors fell from 14 to 10 in a hundred.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BANDS, CEPSTRA, STREAMS = 25, 13, 3
"""Mel bands, cepstra, and streams (cepstra, their differences, and the differences of those)."""
LOWEST_HZ, HIGHEST_HZ = 130, 6800
LIFTER = 22
TELEPHONE_HZ = 3700
LEAKAGE = 0.2
"""How much of an upper band's movement is left on the telephone."""

Matrix = npt.NDArray[np.float64]


def adaptation() -> str:
    """The text of an `mllr` file: for each stream the matrix, a shift of zero, and variances left as they are."""
    rows = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in matrix())
    stream = f"{CEPSTRA}\n{rows}\n{' '.join(['0'] * CEPSTRA)}\n{' '.join(['1'] * CEPSTRA)}"
    return "\n".join(["1", str(STREAMS), *[stream] * STREAMS]) + "\n"


def matrix() -> Matrix:
    """The matrix that turns cepstra of wide-band speech into those of the same speech on the telephone, 13 x 13."""
    order, band = np.arange(CEPSTRA)[:, None], np.arange(BANDS)[None, :]
    cosines = np.sqrt(np.where(order == 0, 1, 2) / BANDS) * np.cos(np.pi * order * (band + 0.5) / BANDS)
    lifter = 1 + LIFTER / 2 * np.sin(np.pi * np.arange(CEPSTRA) / LIFTER)
    to_cepstra = lifter[:, None] * cosines
    to_bands = cosines.T / lifter
    left = np.where(_band_centres() < TELEPHONE_HZ, 1.0, LEAKAGE)
    telephone: Matrix = to_cepstra @ (left[:, None] * to_bands)
    return telephone


def _band_centres() -> Matrix:
    """Centre frequencies in Hz of the mel bands."""
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST_HZ, HIGHEST_HZ))
    centres: Matrix = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2)[1:-1] / 2595) - 1)
    return centres
