"""Lets the tests of this folder import the shared test equipment in tests/support."""

import sys
from pathlib import Path

_PROJECT = str(Path(__file__).parents[2])
if _PROJECT not in sys.path:
    sys.path.insert(0, _PROJECT)
