"""Fine-tuning: one MiniLM encoder learns the intent of an utterance and the slot of each of its words together."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from appliance.understanding import INTENTS
from appliance.understanding.encoder import MAX_PIECES, situation_words
from appliance.understanding.phrases import OUTSIDE, Phrase
from appliance.understanding.training.corpus import LABELS, SITUATIONS, Row, row, weights

log = logging.getLogger(__name__)

SEED = 20261123
THREADS = 2
BATCH = 32
BUCKET = 24
"""Batches drawn together and sorted by length, so that little is spent on padding."""
WARM_UP_STEPS = 80
REPORT_EVERY = 50
ENCODER_RATE, HEAD_RATE = 1.5e-4, 2e-3
SLOT_WEIGHT = 1.5
_IGNORED = -100


@dataclass(frozen=True)
class Batch:
    """Padded rows: pieces (rows, length), mask (rows, length), summed (rows, length: 1 where the mean is taken), tags, intents."""

    pieces: torch.Tensor
    mask: torch.Tensor
    summed: torch.Tensor
    tags: torch.Tensor
    intents: torch.Tensor


class Joint(nn.Module):  # type: ignore[misc]  # torch is installed only where the encoder is made
    """The encoder with its two heads."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base)
        width = self.encoder.config.hidden_size
        self.intent = nn.Linear(2 * width, len(INTENTS))
        self.slot = nn.Linear(width, len(LABELS))

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of the intents (rows, intents) and of the labels (rows, length, labels)."""
        vectors = self.encoder(input_ids=batch.pieces, attention_mask=batch.mask).last_hidden_state
        share = batch.summed.unsqueeze(-1).to(vectors.dtype)
        mean = (vectors * share).sum(1) / share.sum(1)
        return self.intent(torch.cat([vectors[:, 0], mean], dim=1)), self.slot(vectors)


class Batcher:
    """Turns rows into batches with the encoder's own word pieces."""

    def __init__(self, base: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(base)
        self._known: dict[str, list[int]] = {}
        self._situations = frozenset(SITUATIONS)

    def pieces(self, word: str) -> list[int]:
        """The word's pieces; the unknown piece for a word that has none."""
        if word not in self._known:
            self._known[word] = self._tokenizer.encode(word, add_special_tokens=False) or [self._tokenizer.unk_token_id]
        return self._known[word]

    def batch(self, rows: Sequence[Row]) -> Batch:
        """Rows padded to the longest of them."""
        lines = []
        for one in rows:
            ids, tags = [self._tokenizer.cls_token_id], [_IGNORED]
            for word in situation_words(one.asked, self._situations):
                ids += self.pieces(word)
            before = len(ids)
            tags += [_IGNORED] * (before - 1)
            for word, label in zip(one.words, one.labels, strict=True):
                found = self.pieces(word)
                ids += found
                tags += [LABELS.index(label)] + [_IGNORED] * (len(found) - 1)
            ids, tags = ids[: MAX_PIECES - 1], tags[: MAX_PIECES - 1]
            lines.append(([*ids, self._tokenizer.sep_token_id], [*tags, _IGNORED], before))
        length = max(len(ids) for ids, _, _ in lines)
        return Batch(
            torch.tensor([ids + [0] * (length - len(ids)) for ids, _, _ in lines]),
            torch.tensor([[1] * len(ids) + [0] * (length - len(ids)) for ids, _, _ in lines]),
            torch.tensor([[0] * before + [1] * (len(ids) - before) + [0] * (length - len(ids)) for ids, _, before in lines]),
            torch.tensor([tags + [_IGNORED] * (length - len(tags)) for _, tags, _ in lines]),
            torch.tensor([INTENTS.index(one.intent) for one in rows]),
        )

    def endless(self, phrases: Sequence[Phrase], rng: Random) -> Iterator[Batch]:
        """Batches of fresh rows for ever."""
        shares = weights(phrases)
        while True:
            drawn = [row(phrase, rng) for phrase in rng.choices(phrases, shares, k=BATCH * BUCKET)]
            drawn = sorted((one for one in drawn if one.words), key=lambda one: len(one.words) + (2 if one.asked else 0))
            batches = [drawn[at : at + BATCH] for at in range(0, len(drawn) - BATCH // 2, BATCH)]
            rng.shuffle(batches)
            for rows in batches:
                yield self.batch(rows)


def train(base: Path, phrases: Sequence[Phrase], steps: int) -> tuple[Joint, Batcher]:
    """A model fine-tuned for `steps` batches; the learning rate rises, then falls. One seed, one model."""
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    model, batcher = Joint(base), Batcher(base)
    model.encoder.embeddings.word_embeddings.weight.requires_grad = False  # 11 million numbers that few lines would only distort
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.encoder.parameters() if p.requires_grad], "rate": ENCODER_RATE},
            {"params": [*model.intent.parameters(), *model.slot.parameters()], "rate": HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    began = time.monotonic()
    model.train()
    rows = batcher.endless(phrases, Random(SEED))  # noqa: S311  # training data, not secrets
    for step, batch in enumerate(islice(rows, steps)):
        for group in optimizer.param_groups:
            group["lr"] = (
                group["rate"] * min(1.0, (step + 1) / WARM_UP_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            )
        intents, tags = model(batch)
        loss_intent = nn.functional.cross_entropy(intents, batch.intents, label_smoothing=0.05)
        loss_slot = nn.functional.cross_entropy(tags.flatten(0, 1), batch.tags.flatten(), ignore_index=_IGNORED)
        optimizer.zero_grad()
        (loss_intent + SLOT_WEIGHT * loss_slot).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % REPORT_EVERY == 0:
            spent = time.monotonic() - began
            log.info("step %d of %d, %.0f s: intent %.3f, slots %.4f", step, steps, spent, loss_intent.item(), loss_slot.item())
    return model.eval(), batcher


def calibrate(model: Joint, batcher: Batcher, held_out: Sequence[Phrase]) -> tuple[float, float]:
    """What makes confidence mean something, found on phrases never learnt: the temperature and the confidence to reject below.

    The temperature makes probabilities right on average. Answers less confident than the second number are more often wrong than
    right, taken together.
    """
    scores, truth, _ = _judged(model, batcher, held_out, Random(SEED + 1))  # noqa: S311  # calibration data, not secrets
    losses = {tried / 20: float(nn.functional.cross_entropy(scores / (tried / 20), truth)) for tried in range(4, 100)}
    temperature = min(losses, key=lambda t: losses[t])
    confidence, chosen = (scores / temperature).softmax(1).max(1)
    worth = torch.where(chosen == truth, 1, -1)
    kept = {tried / 100: int(worth[confidence >= tried / 100].sum()) for tried in range(100)}
    return temperature, max(kept, key=lambda t: kept[t])


def report(model: Joint, batcher: Batcher, held_out: Sequence[Phrase], what: str) -> None:
    """Log the share of intents and of slot words that are right on phrases never learnt, and the weakest intents."""
    scores, truth, words = _judged(model, batcher, held_out, Random(SEED + 2))  # noqa: S311  # data, not secrets
    right = scores.argmax(1) == truth
    log.info("%s: %.1f %% of %d intents, %.1f %% of slot words", what, 100 * float(right.float().mean()), len(truth), 100 * words)
    shares = {intent: float(right[truth == n].float().mean()) for n, intent in enumerate(INTENTS) if bool((truth == n).any())}
    weakest = sorted(shares, key=lambda intent: shares[intent])[:6]
    log.info("    weakest: %s", ", ".join(f"{intent} {100 * shares[intent]:.0f} %" for intent in weakest))


def _judged(model: Joint, batcher: Batcher, held_out: Sequence[Phrase], rng: Random) -> tuple[torch.Tensor, torch.Tensor, float]:
    """Scores (rows, intents) and true intents (rows) of three rows a phrase, and the share of slot words labelled right."""
    rows = [one for phrase in held_out for _ in range(3) if (one := row(phrase, rng)).words]
    scores, truth, found, marked = [], [], 0, 0
    with torch.no_grad():
        for at in range(0, len(rows), BATCH):
            part = batcher.batch(rows[at : at + BATCH])
            intents, tags = model(part)
            scores.append(intents)
            truth.append(part.intents)
            in_slot = part.tags > LABELS.index(OUTSIDE)
            found += int(((tags.argmax(2) == part.tags) & in_slot).sum())
            marked += int(in_slot.sum())
    return torch.cat(scores), torch.cat(truth), found / max(1, marked)
