"""A Whisper network of real size whose weights are random: it costs what the real one costs, and writes one set sentence.

    python -m appliance.bench.engine_rows.random_whisper whisper-base FOLDER

So that decoding ends where a caller's sentence would end, each token's vector points to the next token of the sentence, and the
rest of the network is too faint to change that. Dimensions are those of the models' published config.json. Weights are made in
8 bits at once: a large network in 32 bits would not fit small machines. The output matrix is a matrix of its own, not the
embeddings again as in the real models, so the file is larger than theirs by one such matrix.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

SENTENCE = "i would like to see the doctor on friday morning around ten please"
"""Every word once: a word that comes twice would be followed by the same one twice."""
TEXT_TOKENS = 50_257
LANGUAGES = ["en", "zh", "de", "es", *(f"other{number}" for number in range(96))]
"""The first of Whisper's vocabulary, in its order, and names for the rest, of which models before the third large one lack one."""
FRAMES, POSITIONS = 1500, 448
LOUD, CERTAIN = 8.0, 40.0
"""Size of the vectors that set the sentence, and the logit that they lead to."""


@dataclass(frozen=True)
class Size:
    """Dimensions of a model."""

    width: int
    heads: int
    encoder: int
    decoder: int
    mels: int = 80
    languages: int = 99


SIZES = {
    "whisper-base": Size(512, 8, 6, 6),
    "whisper-small": Size(768, 12, 12, 12),
    "whisper-large-v3-turbo": Size(1280, 20, 32, 4, mels=128, languages=100),
}


def write(size: Size, folder: Path) -> None:
    """Write model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json; a second for 100 MB or so."""
    from ctranslate2.specs import WhisperSpec

    tokens = _tokens(size)
    numbers = {token: number for number, token in enumerate(tokens)}
    dice = np.random.default_rng(1)
    spec: Any = WhisperSpec(size.encoder, size.heads, size.decoder, size.heads)
    _fill_encoder(spec.encoder, size, dice)
    _fill_decoder(spec.decoder, size, dice, len(tokens))
    chain = ["<|notimestamps|>", *SENTENCE.split(), "<|endoftext|>"]
    for now, following in itertools.pairwise(chain):
        direction = np.where(dice.random(size.width) < 0.5, -127, 127).astype(np.int8)
        _set_row(spec.decoder.embeddings, numbers[now], direction, LOUD)
        _set_row(spec.decoder.projection, numbers[following], direction, CERTAIN / size.width)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], [numbers["<|endoftext|>"]]
    spec.config.lang_ids = [numbers[f"<|{language}|>"] for language in LANGUAGES[: size.languages]]
    spec.config.alignment_heads = [[size.decoder - 1, 0]]
    spec.validate()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _tokenizer(tokens).save(str(folder / "tokenizer.json"), pretty=False)
    analysis = {"feature_size": size.mels, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(analysis), encoding="utf-8")


def _tokens(size: Size) -> list[str]:
    words = SENTENCE.split()
    text = ["<unk>", *words, *(f"<unused{number}>" for number in range(TEXT_TOKENS - 1 - len(words)))]
    languages = [f"<|{language}|>" for language in LANGUAGES[: size.languages]]
    tasks = [f"<|{task}|>" for task in ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")]
    moments = [f"<|{number / 50:.2f}|>" for number in range(1501)]
    return [*text, "<|endoftext|>", "<|startoftranscript|>", *languages, *tasks, *moments]


def _tokenizer(tokens: list[str]) -> Tokenizer:
    text = {token: number for number, token in enumerate(tokens[:TEXT_TOKENS])}
    made = Tokenizer(models.WordLevel(text, unk_token="<unk>"))  # noqa: S106  # no password
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in tokens[TEXT_TOKENS:]])
    return made


def _fill_encoder(encoder: Any, size: Size, dice: np.random.Generator) -> None:
    width = size.width
    for convolution, inputs in ((encoder.conv1, size.mels), (encoder.conv2, width)):
        convolution.weight = (dice.standard_normal((width, inputs, 3)) / np.sqrt(3 * inputs)).astype(np.float32)
        convolution.bias = np.zeros(width, np.float32)
    encoder.position_encodings.encodings = (0.02 * dice.standard_normal((FRAMES, width))).astype(np.float32)
    _norm(encoder.layer_norm, width)
    for layer in encoder.layer:
        _attention(layer.self_attention, width, (3, 1), dice)
        _feed_forward(layer.ffn, width, dice)


def _fill_decoder(decoder: Any, size: Size, dice: np.random.Generator, tokens: int) -> None:
    width = size.width
    _matrix(decoder.embeddings, (tokens, width), 0.02, dice, bias=False)
    _matrix(decoder.projection, (tokens, width), 1 / np.sqrt(width), dice, bias=False)
    decoder.position_encodings.encodings = (0.02 * dice.standard_normal((POSITIONS, width))).astype(np.float32)
    _norm(decoder.layer_norm, width)
    for layer in decoder.layer:
        _attention(layer.self_attention, width, (3, 1), dice)
        _attention(layer.attention, width, (1, 2, 1), dice)
        _feed_forward(layer.ffn, width, dice)


def _attention(attention: Any, width: int, matrices: tuple[int, ...], dice: np.random.Generator) -> None:
    _norm(attention.layer_norm, width)
    for linear, many in zip(attention.linear, matrices, strict=True):
        _matrix(linear, (many * width, width), 0.3 / np.sqrt(width), dice)


def _feed_forward(ffn: Any, width: int, dice: np.random.Generator) -> None:
    _norm(ffn.layer_norm, width)
    _matrix(ffn.linear_0, (4 * width, width), 0.3 / np.sqrt(width), dice)
    _matrix(ffn.linear_1, (width, 4 * width), 0.3 / np.sqrt(4 * width), dice)


def _norm(norm: Any, width: int) -> None:
    norm.gamma, norm.beta = np.ones(width, np.float32), np.zeros(width, np.float32)


def _matrix(linear: Any, shape: tuple[int, int], spread: float, dice: np.random.Generator, *, bias: bool = True) -> None:
    """Even numbers of 8 bits, whose standard deviation is 73, and the scale that makes it `spread`."""
    linear.weight = np.maximum(np.frombuffer(dice.bytes(shape[0] * shape[1]), np.int8).reshape(shape), -127)
    linear.weight_scale = np.full(shape[0], 73 / spread, np.float32)
    if bias:
        linear.bias = np.zeros(shape[0], np.float32)


def _set_row(linear: Any, row: int, direction: Any, size: float) -> None:
    linear.weight[row] = direction
    linear.weight_scale[row] = 127 / size


if __name__ == "__main__":
    write(SIZES[sys.argv[1]], Path(sys.argv[2]))
