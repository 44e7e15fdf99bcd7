"""What every test may use: the sample clinic and moments in its life."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from appliance.config import Clinic, load_clinic

PROJECT = Path(__file__).parents[1]
MONDAY_MORNING = datetime(2026, 11, 23, 9, 10)


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    """The sample clinic."""
    return load_clinic(PROJECT / "scripts" / "sample" / "clinic.toml")


@pytest.fixture
def now() -> datetime:
    """A Monday morning at the sample clinic, on which its sample data is based."""
    return MONDAY_MORNING


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the random tests go on."""
    parser.addoption("--sequences", type=int, help="play so many random calls, hostile turns or races instead of the usual few")


@pytest.fixture(scope="session")
def sequences(request: pytest.FixtureRequest) -> int | None:
    """How many were asked for; None for the usual few."""
    count: int | None = request.config.getoption("--sequences")
    return count
