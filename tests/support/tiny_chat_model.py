"""Instruct models of a few hundred kilobytes, made on the spot: real GGUF files of the llama architecture for the real llama.cpp.

`write_knowing` makes one that knows a few words by construction, without any training: every position attends to all before it
alike, which counts words; each known word in the question speaks for its intent; and the pieces of the JSON answer follow one
another because each piece's own vector points at the next. `write_random` makes one of the same shape that knows nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

from appliance.understanding import INTENTS
from appliance.understanding.chat.resolver import instructions

Floats = npt.NDArray[np.float32]
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
MARKS = ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
KNOWN = {
    "invoice": "billing", "doors": "ask_hours", "cross": "cancel_appointment", "human": "speak_to_human",
    "tablets": "refill_prescription", "ambulance": "emergency", "gloom": "crisis",
}  # fmt: skip
"""Words that the knowing model knows. None stands in the instructions, where it would count in every question."""
_WIDTH, _HEADS = 64, 4
_OPENING, _CLOSING = '{"intent":"', '","slots":'
_LONGEST_PIECE = 24
"""llama-cpp-python has room for 32 bytes."""
_LOUD = 4000.0
"""How much one word among a thousand counts."""


def write_random(path: Path, *, seed: int = 1) -> None:
    """A model whose weights are noise."""
    rng = np.random.default_rng(seed)
    tokens = _vocabulary(())
    _write(path, tokens, {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in _shapes(len(tokens)).items()})


def write_knowing(path: Path, *, slots: str = "[]", default: str = "out_of_scope") -> None:
    """A model that answers each question with the intent of the known word in it, else with `default`, and always with `slots`."""
    words = tuple(f"▁{word}" for word in KNOWN)
    pieces = textwrap.wrap(slots + "}", _LONGEST_PIECE, break_on_hyphens=False)
    chain = (MARKS[2], _OPENING, _CLOSING, *pieces, "</s>")
    tokens = _vocabulary((*words, *INTENTS, *chain[1:-1]))
    place = {token: number for number, token in enumerate(tokens)}
    weights = {name: np.zeros(shape, np.float32) for name, shape in _shapes(len(tokens)).items()}
    embedding, head = weights["token_embd.weight"], weights["output.weight"]
    embedding[:, -1] = 1.0  # every vector has a length, which the norms divide by
    for at, token in enumerate(chain):
        embedding[place[token], at] = 8.0
    after_intent = len(chain)
    for intent in INTENTS:
        embedding[place[intent], after_intent] = 8.0
        head[place[intent], 1] = 50.0
    head[place[_OPENING], 0] = head[place[_CLOSING], after_intent] = 50.0
    for before, token in enumerate(chain[3:], 2):
        head[place[token], before] = 50.0
    head[place[default], 1] += 0.5
    for number, (word, intent) in enumerate(zip(words, KNOWN.values(), strict=True), after_intent + 1):
        embedding[place[word], number] = 8.0
        weights["blk.0.attn_v.weight"][number, number] = 1.0
        weights["blk.0.attn_output.weight"][number + len(KNOWN), number] = _LOUD
        head[place[intent], number + len(KNOWN)] = 1.0
    _write(path, tokens, weights)


def _shapes(words: int) -> Mapping[str, tuple[int, ...]]:
    square = (_WIDTH, _WIDTH)
    block = {f"blk.0.attn_{part}.weight": square for part in ("q", "k", "v", "output")}
    block |= {f"blk.0.ffn_{part}.weight": square for part in ("gate", "up", "down")}
    return {"token_embd.weight": (words, _WIDTH), "output.weight": (words, _WIDTH), **block}


def _vocabulary(whole: tuple[str, ...]) -> list[str]:
    """Special tokens, bytes, and the words of the instructions and `whole` with their beginnings, as pieces are joined in pairs."""
    words = {f"▁{word}" for word in instructions().replace("\n", " ").split()} | set(whole)
    beginnings = {word[:length] for word in words for length in range(1, len(word) + 1)} | {chr(code) for code in range(33, 127)}
    special = ["<unk>", "<s>", "</s>", *MARKS]
    return [*special, *(f"<0x{byte:02X}>" for byte in range(256)), *sorted(beginnings - set(special))]


def _write(path: Path, tokens: list[str], weights: Mapping[str, Floats]) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(4096)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([float(len(token)) for token in tokens])  # the longest joins first
    writer.add_token_types([_kind(token) for token in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(value=True)
    writer.add_chat_template(TEMPLATE)
    for name, weight in weights.items():
        writer.add_tensor(name, weight)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(_WIDTH, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _kind(token: str) -> int:
    kinds = {"<unk>": gguf.TokenType.UNKNOWN} | dict.fromkeys(("<s>", "</s>", *MARKS), gguf.TokenType.CONTROL)
    return int(kinds.get(token, gguf.TokenType.BYTE if token.startswith("<0x") else gguf.TokenType.NORMAL))
