"""Logging: one JSON object a line on stderr, with the call it belongs to, and without anything that tells who called.

Three guards stand behind the rule "never a name, a number or a spoken word": only the fields listed here are written, whatever a
caller passes as `extra`; digits that look like a telephone number are masked; an exception is written as its type and its
places in the code, and its message only when it is a Fault, whose sentences are ours.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from pythonjsonlogger.json import JsonFormatter

from appliance.faults import Fault

_call: ContextVar[str | None] = ContextVar("call_id", default=None)
_TELEPHONE_NUMBER = re.compile(r"(?<![\w.])\+?(?:\d{7,}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|\d{3}[ .-]\d{4})(?![\w.])")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def call_context(call_id: str) -> Iterator[None]:
    """Every log line of this thread inside the block carries this call_id."""
    token = _call.set(call_id)
    try:
        yield
    finally:
        _call.reset(token)


def configure(process: str | None = None, *, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send every logger's lines to stderr (or `stream`) as JSON, marked with the process's name when one is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


class _Formatter(JsonFormatter):
    """Fields: time (UTC), level, logger, message, and where they apply process, call_id and error."""

    def __init__(self, process: str | None) -> None:
        super().__init__(json_ensure_ascii=False)
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        fields: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _masked(record.getMessage()),
        }
        if self._process is not None:
            fields["process"] = self._process
        call_id = getattr(record, "call_id", None) or _call.get()
        if call_id is not None:
            fields["call_id"] = str(call_id)
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return self.serialize_log_record(fields)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the standard library's name
        """The type and the places; the message only of our own faults."""
        kind, error, places = ei
        if kind is None:
            return ""
        message = f": {_masked(str(error))}" if isinstance(error, Fault) else ""
        frames = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(places))
        return f"{kind.__qualname__}{message} at {' < '.join(reversed(list(frames)))}"


def _masked(text: str) -> str:
    return _TELEPHONE_NUMBER.sub("[number]", text)
