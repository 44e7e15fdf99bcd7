from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from appliance import logs
from appliance.faults import TheirFault

log = logging.getLogger("appliance.test")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What stderr would get; the loggers are put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    kept = io.StringIO()
    root.handlers = []
    logs.configure("line", stream=kept)
    yield kept
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_line_is_one_json_object_with_time_level_process_logger_and_message(stream: io.StringIO) -> None:
    log.warning("registered\nwith %s", "the PBX")
    (line,) = lines(stream)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "warning", "process": "line", "logger": "appliance.test", "message": "registered\nwith the PBX"}


def test_lines_inside_a_call_carry_its_id_and_those_of_other_threads_do_not(stream: io.StringIO) -> None:
    with logs.call_context("c1"):
        log.info("inside")
        other = threading.Thread(target=log.info, args=("beside",))
        other.start()
        other.join()
    log.info("after")
    log.info("told", extra={"call_id": "c2"})
    assert [(line["message"], line.get("call_id")) for line in lines(stream)] == [
        ("inside", "c1"), ("beside", None), ("after", None), ("told", "c2"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["4135550142", "+14135550142", "(413) 555-0142", "413-555-0142", "413.555.0142", "555-0142"])
def test_a_telephone_number_never_reaches_the_log(stream: io.StringIO, number: str) -> None:
    log.info("call from %s", f"sip:{number}@pbx")
    assert lines(stream)[0]["message"] == "call from sip:[number]@pbx"


@pytest.mark.parametrize(
    "text", ["192.168.10.25:5060", "2026-11-23T09:10:00", "port 30099", "c0ffee1234567890abc", "pid 123456", "12.3456789 s"]
)
def test_addresses_times_ports_and_ids_stay_readable(stream: io.StringIO, text: str) -> None:
    log.info("%s", text)
    assert lines(stream)[0]["message"] == text


def test_extra_fields_are_dropped_whatever_they_hold(stream: io.StringIO) -> None:
    log.info("heard", extra={"text": "my knee hurts", "patient": "Daniel Kowalski"})
    assert "knee" not in stream.getvalue()
    assert "Kowalski" not in stream.getvalue()


def test_an_exception_shows_type_and_place_but_not_its_words(stream: io.StringIO) -> None:
    try:
        int("my knee hurts")
    except ValueError:
        log.exception("failed")
    (line,) = lines(stream)
    assert line["error"].startswith("ValueError at ")
    assert "test_logs.py:" in line["error"]
    assert "knee" not in stream.getvalue()


def test_a_fault_shows_its_sentence_because_it_is_ours(stream: io.StringIO) -> None:
    try:
        raise TheirFault("The PBX is away.", repair="Fetch it.")
    except TheirFault:
        log.exception("failed")
    assert lines(stream)[0]["error"].startswith("TheirFault: The PBX is away. Fetch it. at ")


def test_warnings_of_libraries_become_lines_too(stream: io.StringIO) -> None:
    warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert lines(stream)[0]["logger"] == "py.warnings"
