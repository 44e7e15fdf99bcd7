"""A caller who says one thing after the other through a real line, and a recogniser at the agent's end that hears it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.ear import Ear
from appliance.speech.audio import FRAME_BYTES
from appliance.speech.engines import Recognizer
from appliance.speech.hearings import Hearings
from appliance.speech.vad import Vad
from appliance.telephony.caller import CallReport, HangUp, Script, place_call
from appliance.telephony.caller.script import Play
from appliance.telephony.link import Answer, Mark, Offered, Played
from tests.support.agent_end import AgentCall, AgentEnd
from tests.support.line_process import LineProcess
from tests.support.tones import tone

Samples = NDArray[np.int16]
CALLS = 4
"""Callers at a time: what one line takes."""
UNHEARD_SECONDS = 3
BYTES_A_SECOND = 50 * FRAME_BYTES


class _Patient:
    """Ends an utterance after a second of silence, as one that breaks off."""

    def done(self, text: str) -> float:
        del text
        return 0.0

    def alarming(self, text: str) -> bool:
        del text
        return False

    def prepare(self, text: str) -> None:
        del text


def heard_over_sip(folder: Path, spoken: Sequence[Samples], recognizer: Recognizer, calls: int = CALLS) -> list[str]:
    """What the recogniser makes of each of `spoken` (8 kHz) when callers say them over SIP and RTP, with a tone after each.

    `folder` takes the line's files. A recording that is not heard as an utterance is "".
    """
    shares = [spoken[first::calls] for first in range(calls)]
    # callers have processes of their own, for what they send late the line takes for lost
    processes = ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("spawn"))
    with LineProcess(folder) as line, AgentEnd(line.agent_path) as agent, processes as telephones:
        heard: dict[str, list[str]] = {}

        def behave(call: AgentCall) -> None:
            caller = call.expect(Offered).caller_id or ""
            _listen(call, recognizer, len(shares[int(caller) - 500]), heard.setdefault(caller, []))

        agent.behave = behave
        reports = list(
            telephones.map(_call, [f"sip:100@127.0.0.1:{line.port}"] * len(shares), shares, range(500, 500 + len(shares)))
        )
        assert all(report.answered for report in reports), [report.reason for report in reports]
    texts = [""] * len(spoken)
    for first in range(calls):
        own = heard[str(500 + first)]
        texts[first::calls] = own + [""] * (len(shares[first]) - len(own))
    return texts


def _call(to: str, recordings: Sequence[Samples], number: int) -> CallReport:
    lines = [Play(recording) for recording in recordings]
    return place_call(to, Script.of_lines([*lines, HangUp()]), user=str(number), max_seconds=600)


def _listen(call: AgentCall, recognizer: Recognizer, count: int, texts: list[str]) -> None:
    """After each tone, the next utterance."""
    call.send(Answer())
    with ThreadPoolExecutor(2) as workers:
        ear = Ear(Vad(), Hearings({"en": recognizer}, "en"), _Patient(), workers)
        at = 0
        for turn in range(count):
            call.say(tone(1_000, 0.3))
            call.send(Mark(turn))
            call.expect(Played, 20)
            ear.expect("ask_phone")
            text, at = _utterance(call, ear, at)
            texts.append(text)
        ear.close()
        call.say(tone(1_000, 0.3))


def _utterance(call: AgentCall, ear: Ear, at: int) -> tuple[str, int]:
    """The next utterance from the byte `at` of what the caller sent, and the byte after it. Time is what the audio says."""
    until = len(call.heard) + UNHEARD_SECONDS * BYTES_A_SECOND
    while not call.over and (ear.hears_somebody or at < until):
        if len(call.heard) < at + FRAME_BYTES:
            time.sleep(0.005)
            continue
        utterance = ear.hear(bytes(call.heard[at : at + FRAME_BYTES]))
        at += FRAME_BYTES
        if utterance is not None:
            return utterance.text, at
    ear.forget()
    return "", at
