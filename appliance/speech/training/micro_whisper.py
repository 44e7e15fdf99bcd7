"""A Whisper of about a million weights, and how it learns: from the text, from the frames, and from where it should look.

Three things are learnt at once. The decoder learns the text, as Whisper does. The encoder learns the third of the digit that each
frame belongs to, and the decoder's attention learns to lie on the frames of the digit that is being written: both are known,
because the strings are joined from single recordings. Without them, finding the order of the digits takes most of the training.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

from appliance.speech.training.spoken_digits import BANDS, DIGITS, Spoken, features

THIRDS = 3
"""Beginning, middle and end of a digit are different classes of frame; class 0 is everything else."""
WIDTH, LAYERS, HEADS = 96, 2, 4
START_SPREAD = 0.08
"""Of the first weights: the library's 0.02 is meant for ten times the width, and here the sound would drown in the positions."""
STEPS = ((-6, -2, 2, 6), (-16, -8, 4, 12))
"""Where the heads of each layer look at first, in frames of 20 ms."""
SHARPNESS = 1.8
"""How narrowly."""
LOOKING_HEADS = 2
"""So many attention heads of the last layer are taught where to look; the others are free."""
_IGNORED = -100


@dataclass(frozen=True)
class Batch:
    """Features (rows, 80, frames), frame classes (rows, frames / 2), decoder tokens in and out (rows, length), and where to
    look, 1 for each encoder frame of the digit being written (rows, length, frames / 2)."""

    features: torch.Tensor
    classes: torch.Tensor
    written: torch.Tensor
    next: torch.Tensor
    look: torch.Tensor


class MicroWhisper(nn.Module):  # type: ignore[misc]  # torch is installed only where models are made
    """A genuine Whisper, with a head for the classes of frames that only training uses."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        end = tokenizer.token_to_id("<|endoftext|>")
        config = WhisperConfig(
            vocab_size=tokenizer.get_vocab_size(), num_mel_bins=BANDS, d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS,
            encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH,
            max_source_positions=1500, max_target_positions=448, dropout=0.1, pad_token_id=end, bos_token_id=end, eos_token_id=end,
            decoder_start_token_id=tokenizer.token_to_id("<|startoftranscript|>"), suppress_tokens=None, begin_suppress_tokens=None,
            init_std=START_SPREAD, attn_implementation="eager",
        )  # fmt: skip
        self.whisper: Any = WhisperForConditionalGeneration(config)
        quick = copy.copy(config)
        quick._attn_implementation = "sdpa"  # the library has no other way for the encoder alone
        for layer in self.whisper.model.encoder.layers:
            layer.self_attn.config = quick  # three times as fast; the decoder shows where it looks, which this way cannot
        look_around(self.whisper.model.encoder)
        self.classes = nn.Linear(WIDTH, 1 + len(DIGITS) * THIRDS)

    def encode(self, window: torch.Tensor) -> torch.Tensor:
        """Encoder vectors (rows, frames / 2, width) of windows of any length; the library's own insists on 30 seconds."""
        encoder = self.whisper.model.encoder
        vectors: torch.Tensor = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(window)))).permute(0, 2, 1)
        vectors = functional.dropout(vectors + encoder.embed_positions.weight[: vectors.shape[1]], 0.1, self.training)
        for layer in encoder.layers:
            vectors = layer(vectors, None)
        return encoder.layer_norm(vectors)

    def frame_loss(self, vectors: torch.Tensor, batch: Batch) -> torch.Tensor:
        """How wrong the classes of the frames are; speech counts as much as the silence around it."""
        weight = torch.ones(self.classes.out_features)
        weight[0] = 0.3
        return functional.cross_entropy(self.classes(vectors).transpose(1, 2), batch.classes, weight=weight, ignore_index=_IGNORED)

    def text_losses(self, vectors: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """How wrong the text is, and how far the attention is from the digit being written."""
        out = self.whisper.model.decoder(input_ids=batch.written, encoder_hidden_states=vectors, output_attentions=True)
        scores = self.whisper.proj_out(out.last_hidden_state).transpose(1, 2)
        text = functional.cross_entropy(scores, batch.next, ignore_index=_IGNORED, label_smoothing=0.05)
        seen = (out.cross_attentions[-1][:, :LOOKING_HEADS] * batch.look[:, None]).sum(-1)
        where = batch.look.any(-1)[:, None].expand_as(seen)
        return text, -torch.log(seen[where] + 1e-6).mean()

    @torch.no_grad()  # type: ignore[untyped-decorator]  # see above
    def read(self, window: torch.Tensor, begin: Sequence[int], end: int, longest: int) -> list[list[int]]:
        """Token numbers of each window, the likeliest at each step."""
        vectors = self.encode(window)
        written = torch.tensor([list(begin)] * len(window))
        over = torch.zeros(len(window), dtype=torch.bool)
        for _ in range(longest):
            hidden = self.whisper.model.decoder(input_ids=written, encoder_hidden_states=vectors).last_hidden_state[:, -1]
            following = self.whisper.proj_out(hidden).argmax(-1)
            following[over] = end
            over |= following == end
            written = torch.cat([written, following[:, None]], dim=1)
            if over.all():
                break
        return [[token for token in row[len(begin) :] if token != end] for row in written.tolist()]


@torch.no_grad()  # type: ignore[untyped-decorator]  # see above
def look_around(encoder: Any) -> None:
    """First weights with which every attention head of the encoder looks at frames some way before or behind, as a time-delay
    network does; left to itself, attention takes most of the training to find out what stands beside what.

    The position vectors are sines and cosines, so that a rotation of them is a step in time (Vaswani et al. 2017, section 3.5).
    """
    half = WIDTH // 2
    size = WIDTH // HEADS
    pairs = range(0, size, 2)
    speeds = [math.exp(-pair * math.log(10_000) / (half - 1)) for pair in pairs]
    for layer, steps in zip(encoder.layers, STEPS, strict=True):
        asks, answers = layer.self_attn.q_proj.weight, layer.self_attn.k_proj.weight
        asks.mul_(0.1)
        answers.mul_(0.1)
        for head, step in enumerate(steps):
            for number, (pair, speed) in enumerate(zip(pairs, speeds, strict=True)):
                row, turn = head * size + 2 * number, speed * step
                answers[row, pair] += SHARPNESS
                answers[row + 1, half + pair] += SHARPNESS
                asks[row, pair] += SHARPNESS * math.cos(turn)
                asks[row, half + pair] += SHARPNESS * math.sin(turn)
                asks[row + 1, half + pair] += SHARPNESS * math.cos(turn)
                asks[row + 1, pair] -= SHARPNESS * math.sin(turn)
    # features lie about -0.3, within half a unit; the first layer sees them centred and twice as large
    encoder.conv1.bias += 0.6 * encoder.conv1.weight.sum((1, 2))
    encoder.conv1.weight *= 2
    # the sound keeps out of the way of the positions at first
    told = [place for pair in pairs for place in (pair, half + pair)]
    encoder.conv2.weight[told] *= 0.1


class Batcher:
    """Makes batches of spoken strings; some begin with a prompt, as the appliance's dialogue gives one."""

    def __init__(self, tokenizer: Tokenizer, lines: Sequence[str], dice: Random) -> None:
        self._tokenizer, self._lines, self._dice = tokenizer, lines, dice
        self.words = [tokenizer.encode(f" {word}").ids[0] for word in DIGITS]
        special: dict[str, int] = tokenizer.get_vocab()
        self.end, self.start, self.untimed = special["<|endoftext|>"], special["<|startoftranscript|>"], special["<|notimestamps|>"]
        self.previous, self.nobody = special["<|startofprev|>"], special["<|nospeech|>"]

    def batch(self, rows: Sequence[Spoken], frames: int, *, hide: bool = False) -> Batch:
        """Strings in windows of so many 10 ms frames (an even number), with parts of the sound hidden when asked."""
        dice = self._dice
        fills = dice.choices(("silence", "zeros"), (4, 1), k=len(rows))
        windows = np.stack([features(row.power, frames, fill) for row, fill in zip(rows, fills, strict=True)])
        for window in windows if hide else ():
            _hide_some(window, dice)
        prompt = self._prompt() if dice.random() < 0.3 else []
        texts = [[self.start, self.untimed, *(self.words[digit] for digit in row.digits), self.end] for row in rows]
        length = len(prompt) + max(map(len, texts)) - 1
        written = torch.full((len(rows), length), self.end)
        following = torch.full((len(rows), length), _IGNORED)
        look = torch.zeros(len(rows), length, frames // 2)
        classes = torch.zeros(len(rows), frames // 2, dtype=torch.long)
        for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
            whole = [*prompt, *text]
            written[number, : len(whole) - 1] = torch.tensor(whole[:-1])
            following[number, len(prompt) : len(whole) - 1] = torch.tensor(whole[len(prompt) + 1 :])
            if not row.digits:
                following[number, len(prompt)] = self.nobody
            for at, (digit, (first, after)) in enumerate(zip(row.digits, row.spans, strict=True)):
                first, after = first // 2, max(first // 2 + 1, after // 2)
                look[number, len(prompt) + 1 + at, first:after] = 1
                for third in range(THIRDS):
                    edge = [first + (after - first) * step // THIRDS for step in (third, third + 1)]
                    classes[number, edge[0] : edge[1]] = 1 + digit * THIRDS + third
            if row.digits:
                look[number, len(prompt) + 1 + len(row.digits), row.spans[-1][1] // 2 :] = 1
        return Batch(torch.from_numpy(windows), classes, written, following, look)

    def _prompt(self) -> list[int]:
        text = " ".join(self._dice.choices(self._lines, k=self._dice.choice((1, 1, 2, 4, 30))))
        ids: list[int] = self._tokenizer.encode(f" {text}").ids
        return [self.previous, *ids[-self._dice.choice((20, 60, 222)) :]]


def _hide_some(window: Any, dice: Random) -> None:
    """Blank a band and a moment now and then, so that no single cue is relied on."""
    if dice.random() < 0.5:
        band = dice.randrange(BANDS - 12)
        window[band : band + dice.randint(1, 12)] = window.min()
    if dice.random() < 0.3:
        moment = dice.randrange(max(1, window.shape[1] - 10))
        window[:, moment : moment + dice.randint(1, 8)] = window.min()
