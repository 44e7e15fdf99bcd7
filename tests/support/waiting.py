"""Waiting for something that happens elsewhere, with a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

_Thing = TypeVar("_Thing")


def wait_for(happened: Callable[[], _Thing], what: str, seconds: float = 5.0) -> _Thing:
    """The first true result of `happened`; fails the test, naming `what`, when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := happened():
            return result
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
