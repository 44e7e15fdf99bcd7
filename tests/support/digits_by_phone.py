"""A caller who says one thing after the other through a real line, and a recogniser at the agent's end that hears it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.ear import Ear
from appliance.speech.audio import FRAME_BYTES
from appliance.speech.engines import Recognizer
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
UNHEARD_SECONDS = 3.0


class _Patient:
    """Ends an utterance after the usual half second of silence."""

    def done(self, text: str) -> float:
        del text
        return 0.8

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
    with LineProcess(folder) as line, AgentEnd(line.agent_path) as agent, ThreadPoolExecutor(len(shares)) as telephones:
        heard: dict[str, list[str]] = {}

        def behave(call: AgentCall) -> None:
            caller = call.expect(Offered).caller_id or ""
            heard[caller] = _listen(call, recognizer, len(shares[int(caller) - 500]))

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


def _listen(call: AgentCall, recognizer: Recognizer, count: int) -> list[str]:
    """After each tone, the next utterance."""
    call.send(Answer())
    texts = []
    with ThreadPoolExecutor(2) as workers:
        ear = Ear(Vad(), recognizer.hearing(), _Patient(), workers)
        for turn in range(count):
            call.say(tone(1_000, 0.3))
            call.send(Mark(turn))
            call.expect(Played)
            at = len(call.heard) // FRAME_BYTES * FRAME_BYTES
            ear.expect("ask_phone")
            texts.append(_utterance(call, ear, at))
        ear.close()
        call.say(tone(1_000, 0.3))
    return texts


def _utterance(call: AgentCall, ear: Ear, at: int) -> str:
    until = time.monotonic() + UNHEARD_SECONDS
    while not call.over and (ear.hears_somebody or time.monotonic() < until):
        if len(call.heard) < at + FRAME_BYTES:
            time.sleep(0.005)
            continue
        utterance = ear.hear(bytes(call.heard[at : at + FRAME_BYTES]))
        at += FRAME_BYTES
        if utterance is not None:
            return utterance.text
    ear.forget()
    return ""
