"""The line's small parts: the play queue, the frame copy, the apology, the report."""

from __future__ import annotations

import json
import math
from array import array
from pathlib import Path

import pjsua2 as pj
import pytest

from appliance.telephony.account import Registration
from appliance.telephony.apology import render_apology, resample
from appliance.telephony.frame_copy import choose_copy, fast_copy_works
from appliance.telephony.link import FRAME_BYTES, PLAY_QUEUE_SECONDS
from appliance.telephony.play_queue import PlayQueue, frames_of
from appliance.telephony.report import CallReport, Counters, LineReport
from tests.support.tones import loudness, rms, samples, tone


def test_a_mark_is_reported_when_everything_before_it_was_taken() -> None:
    reached: list[int] = []
    queue = PlayQueue(reached.append)
    queue.put(b"a")
    queue.mark(1)
    queue.put(b"b")
    queue.mark(2)
    assert (queue.take(), reached) == (b"a", [])
    assert (queue.take(), reached) == (b"b", [1])
    assert (queue.take(), reached) == (None, [1, 2])


def test_flushed_marks_never_come_back() -> None:
    reached: list[int] = []
    queue = PlayQueue(reached.append)
    queue.put(b"a")
    queue.mark(1)
    queue.flush()
    assert (queue.take(), reached, queue.empty) == (None, [], True)


def test_the_queue_is_bounded_and_counts_what_it_drops() -> None:
    queue = PlayQueue(lambda _: None)
    room = round(PLAY_QUEUE_SECONDS * 50)
    for _ in range(room + 7):
        queue.put(b"a")
    assert queue.dropped == 7
    for number in range(10 * room):
        queue.mark(number)
    assert sum(1 for _ in iter(queue.take, None)) == room


def test_the_last_frame_is_filled_up_with_silence() -> None:
    frames = list(frames_of(b"\1" * (FRAME_BYTES + 2)))
    assert [len(frame) for frame in frames] == [FRAME_BYTES, FRAME_BYTES]
    assert frames[1] == b"\1\1" + bytes(FRAME_BYTES - 2)


def test_frames_are_copied_fast_and_whole_by_this_build() -> None:
    assert fast_copy_works()
    read, write = choose_copy()
    frame = pj.MediaFrame()
    audio = bytes(range(256)) * 2 + bytes(128)
    write(frame, audio)
    assert read(frame.buf) == audio
    assert read(pj.ByteVector()) == b""


@pytest.mark.parametrize("language", ["en", "es", "xx"])
def test_the_apology_is_audible_speech_of_a_few_seconds(language: str) -> None:
    apology = render_apology(language)
    for pcm in (apology.before_transfer, apology.before_end):
        assert 3.0 < len(pcm) / 32_000 < 12.0
        assert rms(samples(pcm)) > 500


def test_resampling_keeps_pitch_loudness_and_length() -> None:
    spoken = array("h", samples(tone(440, 1.0, rate=22_050)))
    heard = resample(spoken, 22_050)
    assert math.isclose(len(heard), 16_000, abs_tol=2)
    assert math.isclose(loudness(heard[:8_000], 440, rate=16_000), 8_000, rel_tol=0.02)


def test_the_report_holds_what_its_readers_rely_on(tmp_path: Path) -> None:
    report = LineReport(tmp_path / "line.json", 4, Counters(calls_total=3, apologies=1, dropped_to_agent=2))
    report.write(Registration("registered", 1.0, 200, "OK"), [CallReport("c1", 5.0, "held")], refused_busy=1, refused_source=9)
    content = json.loads(report.path.read_text())
    assert content["registration"] == {"state": "registered", "last_ok_at": 1.0, "last_code": 200, "reason": "OK"}
    assert content["calls"] == [{"call_id": "c1", "since": 5.0, "state": "held"}]
    assert content["dropped_frames"] == {"to_agent": 2, "to_caller": 0}
    sums = [content[key] for key in ("calls_total", "refused_busy", "refused_source", "apologies", "capacity")]
    assert sums == [3, 1, 9, 1, 4]
    assert content["written_at"] >= content["started_at"]
    assert [path.name for path in tmp_path.iterdir()] == ["line.json"]
