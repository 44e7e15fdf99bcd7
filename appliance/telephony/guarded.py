"""No exception may leave a callback: the library would print it, keep its objects alive, and leave the caller unanswered."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

_log = logging.getLogger(__name__)
_Parameters = ParamSpec("_Parameters")


def guarded(act: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """The same function, whose failures are written down and end there."""

    @functools.wraps(act)
    def safe(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except Exception:  # noqa: BLE001  # whatever it is, it must not leave
            _log.exception("%s failed", getattr(act, "__qualname__", "a command"))

    return safe
