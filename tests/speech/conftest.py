"""Fixtures for the tests of ears and voices: a small clinic, and callers who phone it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.speech.engines import Vocabulary
from tests.support.engine_cases import VOCABULARY, caller_says


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """A small clinic."""
    return VOCABULARY


@pytest.fixture(scope="session")
def caller() -> Callable[[str], bytes]:
    """What a caller says, as PCM over a narrow-band call."""
    return caller_says
