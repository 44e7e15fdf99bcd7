"""Who holds the measuring telephone: listens until the agent is done, answers what was asked, and now and then talks over it.

What the agent asks is read from the appliance's own transcript; when it speaks, only from its packets.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

from appliance.bench.wire.answers import Answer
from appliance.bench.wire.levels import AUDIBLE_DBFS
from appliance.bench.wire.phone import Phone
from appliance.bench.wire.prompts import Prompts
from appliance.bench.wire.record import Line, Manner
from appliance.bench.wire.speech import NOISES, Speech, noise, speak
from appliance.bench.wire.wishes import Wish, in_breaths

_SHORTEST_THOUGHT, _LONGEST_THOUGHT = 0.6, 1.0
"""Quiet of the agent after which the caller speaks; synthesizers pause for up to 0.5 s between sentences."""
_OVERRULED_SECONDS = 4.0
"""How long an agent that was talked down gets to find its answer to the rest."""
_SILENT_AGENT_SECONDS = 20.0
_LONG_PROMPT = 55
"""Letters; a shorter prompt would be over before somebody talked over it."""
_SECONDS_PER_LETTER = 0.055
_NOISE_SHARE, _BARGE_IN_SHARE = 0.35, 0.2
MOST_ANSWERS = 24
_THINKING = 0.5
"""Share of the answers with more than one piece that are said with pauses."""


class Caller:
    """One caller in one call, who hangs up after `most_answers`; see Partner in phone.py. `pauses` and `talks_over` switch the two
    disturbances.
    """

    def __init__(
        self, wish: Wish, voice: str, prompts: Prompts, chance: Random, *, pauses: bool, talks_over: bool, most_answers: int
    ) -> None:
        self._wish, self._voice, self._prompts, self._chance = wish, voice, prompts, chance
        self._pauses, self._talks_over, self._most_answers = pauses, talks_over, most_answers
        self._studio = ThreadPoolExecutor(1)  # a synthesizer takes longer than a frame lasts
        self._seen_frames = self._seen_lines = 0
        self._line: Line | None = None
        self._answer: Answer | None = None
        self._speech: Future[Speech] | None = None
        self._last_sound = self._own_end = self._prompt_began = 0.0
        self._over_at: float | None = None
        self._over_manner: Manner = "answer"
        self._think = _LONGEST_THOUGHT
        self._answers = 0

    def close(self) -> None:
        """The call is over."""
        self._studio.shutdown(cancel_futures=True)

    def step(self, phone: Phone, now: float) -> None:
        """Listen to what is new, and speak when it is time."""
        self._listen(phone)
        self._read(phone)
        if phone.speaking:
            self._own_end = now
        elif self._line is None:
            started = max(self._own_end, self._last_sound, phone.record.acknowledged_at or now)
            if now - started > _SILENT_AGENT_SECONDS:
                phone.hang_up("the agent fell silent")
        elif self._over_at is not None and now >= self._over_at and self._last_sound > self._line.at:
            self._talk_over(phone)
        elif self._last_sound > self._line.at and self._is_my_turn(now):
            self._reply(phone)

    def _listen(self, phone: Phone) -> None:
        frames = phone.record.frames
        for frame in frames[self._seen_frames :]:
            if frame.level > AUDIBLE_DBFS:
                self._last_sound = frame.at + 0.02
                if self._line and not self._prompt_began:
                    self._prompt_began = frame.at
                    self._plan(self._line)
        self._seen_frames = len(frames)

    def _read(self, phone: Phone) -> None:
        lines = phone.record.lines
        for line in lines[self._seen_lines :]:
            if line.who == "agent":
                self._take(line)
        self._seen_lines = len(lines)

    def _take(self, line: Line) -> None:
        """A new prompt: think of the answer, and let the voice speak it beforehand."""
        first = self._line is None and not self._answers
        situation = "greeting" if first else self._prompts.asked_by(line.words) or "default"
        self._line, self._prompt_began, self._over_at = line, 0.0, None
        self._answer = self._wish.answer(situation, line.words)
        self._speech = None
        if self._answer is None:
            return
        breaths: tuple[str, ...] = (self._answer.text,)
        if self._pauses and len(self._answer.pieces) > 1 and self._chance.random() < _THINKING:
            breaths = in_breaths(self._answer, self._chance)
        self._think = self._chance.uniform(_SHORTEST_THOUGHT, _LONGEST_THOUGHT)
        self._speech = self._studio.submit(speak, breaths, self._voice, Random(self._chance.random()))  # noqa: S311

    def _plan(self, line: Line) -> None:
        """Whether this prompt will be talked over, and when: at a moment by chance within it."""
        if not self._talks_over or len(line.words) < _LONG_PROMPT or self._answer is None:
            return
        length = len(line.words) * _SECONDS_PER_LETTER
        dice = self._chance.random()
        if dice < _NOISE_SHARE + _BARGE_IN_SHARE:
            self._over_manner = "noise" if dice < _NOISE_SHARE else "barge_in"
            latest = 0.4 if self._over_manner == "noise" else 0.7
            self._over_at = self._prompt_began + self._chance.uniform(0.3, latest * length)

    def _talk_over(self, phone: Phone) -> None:
        self._over_at = None
        if self._over_manner == "noise":
            kind = self._chance.choice(NOISES)
            phone.say(noise(kind, self._chance.randrange(3)), Answer("other", (kind,)), "noise")
        else:
            self._reply(phone, "barge_in")

    def _is_my_turn(self, now: float) -> bool:
        if self._last_sound <= self._own_end:  # the agent has not been heard since: it was talked down, and will answer the rest
            return now - self._own_end >= _OVERRULED_SECONDS
        return now - self._last_sound >= self._think

    def _reply(self, phone: Phone, manner: Manner = "answer") -> None:
        if self._answer is None or self._speech is None or self._answers >= self._most_answers:
            phone.hang_up("nothing more to say")
        elif self._speech.done():
            phone.say(self._speech.result(), self._answer, manner)
            self._answers += 1
            self._line = None
