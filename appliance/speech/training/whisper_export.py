"""A model learnt here as a folder that faster-whisper opens: CTranslate2's format, weights in 8 bits, the rest in 16."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from ctranslate2.converters.transformers import WhisperLoader
from tokenizers import Tokenizer

ANALYSIS = {"feature_size": 80, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
"""How Whisper cuts sound into features; faster-whisper reads it from preprocessor_config.json."""


def export(whisper: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Write model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = WhisperLoader().get_model_spec(copy.deepcopy(whisper))  # it works on the weights that it is given
    by_number = {number: token for token, number in tokenizer.get_vocab().items()}
    spec.register_vocabulary([by_number[number] for number in range(len(by_number))])
    spec.config.suppress_ids = []
    # a text may not begin with its end: that nobody spoke is said by <|nospeech|>
    spec.config.suppress_ids_begin = [tokenizer.token_to_id("<|endoftext|>")]
    spec.config.lang_ids = [tokenizer.token_to_id("<|en|>")]
    spec.config.alignment_heads = [[whisper.config.decoder_layers - 1, head] for head in range(2)]
    spec.validate()
    spec.optimize(quantization="int8_float16")
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "preprocessor_config.json").write_text(json.dumps(ANALYSIS) + "\n", encoding="utf-8")
