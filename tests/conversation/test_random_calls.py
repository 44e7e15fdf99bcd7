"""Random calls against the real reception, desk and records; after every turn the rules of tests/support/call_rules.py must hold.

A short run by default; `scripts/test tests/conversation/test_random_calls.py --sequences 20000` plays as many as it says, anew at
random each time. A failure prints the shortest call that breaks the rule.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from appliance.config import Clinic
from appliance.records.database import Records
from tests.support.call_rules import BrokenRule
from tests.support.front_desk import FrontDesk
from tests.support.random_callers import Story, end, play, stories
from tests.support.watched_call import WatchedCall

USUAL = 250
MORNING, EVENING = datetime(2026, 11, 23, 9, 10), datetime(2026, 11, 23, 19, 40)


@pytest.fixture(scope="module")
def desk(clinic: Clinic) -> Iterator[FrontDesk]:
    records = Records(None)
    yield FrontDesk(clinic, MORNING, records)
    records.close()


def test_no_random_call_breaks_a_rule_and_every_one_can_be_ended(
    desk: FrontDesk, sequences: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="appliance.scheduling.desk")  # its disk fails again and again

    @settings(
        max_examples=sequences or USUAL,
        derandomize=sequences is None,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories)
    def every_call(story: Story) -> None:
        desk.put_back()
        desk.now = EVENING if story.closed else MORNING
        call = WatchedCall(desk, story.caller_id)
        for step in story.steps:
            play(step, call, story)
        if not end(call, story.ending):
            raise BrokenRule(f"no end: {story.ending} does not end the call\n{call.story()}")

    every_call()
