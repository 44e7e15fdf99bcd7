"""`python -m appliance.speech.training.whisper_digits --audio FOLDER --out models/whisper-digits`: a small Whisper for digits.

It is made so that tests run the genuine faster-whisper on genuine people without any download. One speaker is never learnt from
and tells how good it is. Needs torch and transformers.
"""

from __future__ import annotations

import argparse
import copy
import logging
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch: a shared core makes spinning threads slower than waiting ones
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer
from torch import nn

from appliance.speech.training.micro_whisper import Batch, Batcher, MicroWhisper
from appliance.speech.training.spoken_digits import DIGITS, Spoken, SpokenDigits, read_recordings
from appliance.speech.training.synthetic_digits import synthetic_speakers
from appliance.speech.training.whisper_export import export
from appliance.speech.training.whisper_tokens import tokenizer_for

log = logging.getLogger(__name__)

SEED = 20261123
HELD_OUT = "theo"
CPU_SECONDS = 720
FASTEST_LEARNING = 4e-3
TESTED = ((1, 1, 500), (3, 6, 500), (3, 6, 3000))
"""What is measured now and then: fewest and most digits, frames of the window."""
LINES = Path(__file__).parents[2] / "languages" / "en" / "phrases"
PHRASES = 4000


def main() -> None:
    """Learn, export, and say how well the speaker is heard who was left out."""
    parser = argparse.ArgumentParser(prog="python -m appliance.speech.training.whisper_digits", description=__doc__)
    parser.add_argument(
        "--audio", type=Path, required=True, metavar="FOLDER", help="recordings {digit}_{speaker}_{take}.wav, 8 kHz"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the model goes")
    parser.add_argument("--cpu-seconds", type=float, default=CPU_SECONDS, help=f"how long to learn (default: {CPU_SECONDS})")
    parser.add_argument("--threads", type=int, default=1, help="processor cores to use (default: 1)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.manual_seed(SEED)
    torch.set_num_threads(arguments.threads)
    dice = Random(SEED)  # noqa: S311  # training material, not secrets
    lines = [line.split("|")[-1].strip() for path in sorted(LINES.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    tokens = tokenizer_for(DIGITS, lines)
    recordings = read_recordings(arguments.audio)
    filters = FeatureExtractor().mel_filters
    held_out = SpokenDigits([recordings.pop(HELD_OUT)], [], filters, dice)
    spoken = SpokenDigits(list(recordings.values()), synthetic_speakers(), filters, dice)
    batcher = Batcher(tokens, dice.choices(lines, k=PHRASES), dice)
    for model in learn(tokens, spoken, held_out, batcher, dice, arguments.cpu_seconds):
        export(model.whisper, tokens, arguments.out)


def learn(
    tokens: Tokenizer, spoken: SpokenDigits, held_out: SpokenDigits, batcher: Batcher, dice: Random, cpu_seconds: float
) -> Iterator[MicroWhisper]:
    """The model now and then, last when so many CPU seconds are spent: the mean of its weights over the last hundred steps."""
    model = MicroWhisper(tokens)
    log.info("%d weights", sum(weight.numel() for weight in model.whisper.parameters()))
    mean = copy.deepcopy(model)
    learner = torch.optim.AdamW(
        [weight for weight in model.parameters() if weight.requires_grad], betas=(0.9, 0.98), weight_decay=0.02
    )
    began, step, reported = time.process_time(), 0, 0.0
    while (share := (time.process_time() - began) / cpu_seconds) < 1:
        for group in learner.param_groups:
            group["lr"] = FASTEST_LEARNING * min(1, (step + 1) / 50) * max(0.01, math.cos(share * math.pi / 2) ** 1.5)
        stage = stage_at(share)
        loss, told = _losses(model, _batch(spoken, batcher, dice, stage), stage)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        learner.step()
        learner.zero_grad()
        step += 1
        with torch.no_grad():
            for kept, now in zip(mean.parameters(), model.parameters(), strict=True):
                kept.lerp_(now, max(0.01, 1 / step))
        if share - reported > 0.15:
            reported, paused = share, time.process_time()
            rates = [accuracy(mean, held_out, batcher, *kind) for kind in TESTED]
            log.info("%3.0f %% step %d %s; left out: single %.2f, strings %.2f, in 30 s %.2f", 100 * share, step, told, *rates)
            yield mean
            began += time.process_time() - paused
    yield mean


def accuracy(model: MicroWhisper, spoken: SpokenDigits, batcher: Batcher, shortest: int, longest: int, frames: int) -> float:
    """The share of strings heard without a fault, of 40 (12 in long windows, which cost)."""
    model.eval()
    rows = [row for row in (spoken.draw(shortest, longest) for _ in range(60)) if row.power.shape[1] <= 500][
        : 40 if frames < 3000 else 12
    ]
    batch = batcher.batch(rows, frames)
    heard = model.read(batch.features, [batcher.start, batcher.untimed], batcher.end, longest + 3)
    model.train()
    right: list[bool] = [[batcher.words[digit] for digit in row.digits] == said for row, said in zip(rows, heard, strict=True)]
    return sum(right) / max(1, len(rows))


@dataclass(frozen=True)
class Stage:
    """What is learnt until a share of the time is over: rows of a batch, the most digits, how much silence, windows (10 ms)."""

    until: float
    rows: int
    longest: int
    silence: float
    windows: tuple[int, ...]
    text: bool = True
    """Whether the decoder learns too."""


STAGES = (
    Stage(0.10, 12, 2, 0.3, (120, 160), text=False),
    Stage(0.25, 12, 2, 0.4, (180,)),
    Stage(0.45, 12, 4, 0.5, (320,)),
    Stage(0.75, 12, 8, 0.9, (500,)),
    Stage(1.00, 12, 8, 0.9, (500, 500, 500, 500, 1000, 3000)),
)
"""Short first: a step on two digits costs a tenth of one on a string, and teaches the sounds as well."""
LONG_ROWS = 3
"""Of a batch in windows of 30 s."""


def stage_at(share: float) -> Stage:
    """The stage that a share (0 to 1) of the time belongs to."""
    return next((stage for stage in STAGES if share < stage.until), STAGES[-1])


def _batch(spoken: SpokenDigits, batcher: Batcher, dice: Random, stage: Stage) -> Batch:
    frames = dice.choice(stage.windows)
    rows: list[Spoken] = []
    while len(rows) < (stage.rows if frames <= 1000 else LONG_ROWS):
        speak = dice.random() >= 0.08 or not stage.text
        row = spoken.draw(1, dice.choice((1, stage.longest, stage.longest)), stage.silence) if speak else spoken.silence()
        if row.power.shape[1] <= frames:
            rows.append(row)
    return batcher.batch(rows, frames, hide=stage.longest > 4)


def _losses(model: MicroWhisper, batch: Batch, stage: Stage) -> tuple[torch.Tensor, str]:
    vectors = model.encode(batch.features)
    frames = model.frame_loss(vectors, batch)
    if not stage.text:
        return frames, f"frames {float(frames.detach()):.2f}"
    text, look = model.text_losses(vectors, batch)
    told = f"frames {float(frames.detach()):.2f} text {float(text.detach()):.2f} look {float(look.detach()):.2f}"
    return text + 0.5 * frames + 0.3 * look, told


if __name__ == "__main__":
    main()
