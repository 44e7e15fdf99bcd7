"""From a fine-tuned model to the files the appliance runs: a Q8_0 GGUF, the heads, their settings, golden utterances, the manifest.

GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, architecture "bert" of llama.cpp.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

from appliance.understanding import INTENTS
from appliance.understanding.training.corpus import LABELS, SITUATIONS
from appliance.understanding.training.spoken import sample_values

_F32_ONLY = ("position_embd.weight", "token_types.weight")
"""ggml adds these to f32 and aborts the process if they are anything else."""
_LAYER = {
    "attn_q": "attention.self.query",
    "attn_k": "attention.self.key",
    "attn_v": "attention.self.value",
    "attn_output": "attention.output.dense",
    "attn_output_norm": "attention.output.LayerNorm",
    "ffn_up": "intermediate.dense",
    "ffn_down": "output.dense",
    "layer_output_norm": "output.LayerNorm",
}
_SPECIAL = {"bos": "[CLS]", "eos": "[SEP]", "unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "mask": "[MASK]"}

Tensors = Mapping[str, npt.NDArray[np.float32]]


def write_gguf(path: Path, base: Path, tensors: Tensors) -> None:
    """The encoder (tensors by their names in transformers' BertModel) with the vocabulary of `base`, matrices as Q8_0."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("clinic-voice-appliance encoder (fine-tuned all-MiniLM-L6-v2)")
    writer.add_license("apache-2.0")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(value=False)
    writer.add_pooling_type(gguf.PoolingType.NONE)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    _add_vocabulary(writer, (base / "vocab.txt").read_text(encoding="utf-8").splitlines(), config)
    names = {"token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
             "token_types": "embeddings.token_type_embeddings"}  # fmt: skip
    for ours, theirs in names.items():
        _add(writer, f"{ours}.weight", tensors[f"{theirs}.weight"])
    layers = {"token_embd_norm": "embeddings.LayerNorm"}
    for number in range(config["num_hidden_layers"]):
        layers |= {f"blk.{number}.{ours}": f"encoder.layer.{number}.{theirs}" for ours, theirs in _LAYER.items()}
    for ours, theirs in layers.items():
        for part in ("weight", "bias"):
            _add(writer, f"{ours}.{part}", tensors[f"{theirs}.{part}"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add(writer: gguf.GGUFWriter, name: str, tensor: npt.NDArray[np.float32]) -> None:
    tensor = np.ascontiguousarray(tensor, dtype=np.float32)
    if tensor.ndim == 2 and name not in _F32_ONLY:
        packed = gguf.quants.quantize(tensor, gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    else:
        writer.add_tensor(name, tensor)


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: list[str], config: Mapping[str, int]) -> None:
    tokens, types = [], []
    for piece in vocabulary:
        if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            tokens.append(piece)
            types.append(gguf.TokenType.UNUSED if piece.startswith("[unused") else gguf.TokenType.CONTROL)
        else:
            tokens.append(piece[2:] if piece.startswith("##") else "▁" + piece)
            types.append(gguf.TokenType.NORMAL)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_type_count(config.get("type_vocab_size", 2))
    for role, piece in _SPECIAL.items():
        getattr(writer, f"add_{role}_token_id")(vocabulary.index(piece))


def write_heads(folder: Path, heads: Tensors, temperature: float, unsure: float, languages: Sequence[str]) -> None:
    """heads.npz and encoder.json beside the GGUF."""
    np.savez_compressed(folder / "heads.npz", allow_pickle=False, **heads)
    edges = sorted({word for language in languages for word in sample_values(language)["edge_words"]})
    lists = {"languages": languages, "intents": INTENTS, "labels": LABELS, "situations": SITUATIONS, "edges": edges}
    settings = {**lists, "temperature": temperature, "unsure": unsure}
    (folder / "encoder.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def write_manifest(folder: Path) -> None:
    """The encoder's entry in ../manifest.toml, with size and sha256 of each file; other entries stay as they are."""
    manifest = folder.parent / "manifest.toml"
    others, ours = "", False
    for line in manifest.read_text(encoding="utf-8").splitlines(keepends=True) if manifest.exists() else []:
        if line.startswith("["):
            ours = line.startswith(("[encoder]", "[encoder."))
        if not ours:
            others += line
    lines = [
        "[encoder]",
        'licence = "Apache-2.0"',
        'source = "made by this project: python -m appliance.understanding.training"',
    ]
    for name in ("encoder.gguf", "heads.npz", "encoder.json", "golden.jsonl"):
        content = (folder / name).read_bytes()
        lines += [f'[encoder.files."{name}"]', f"bytes = {len(content)}", f'sha256 = "{hashlib.sha256(content).hexdigest()}"']
    manifest.write_text(others + "\n".join(lines) + "\n", encoding="utf-8")
