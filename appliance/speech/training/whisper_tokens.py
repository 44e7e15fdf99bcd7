"""A small tokenizer in Whisper's format: bytes, whole words for the digits, common words of callers, and its special tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = (
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>",
    "<|nospeech|>", "<|notimestamps|>",
)  # fmt: skip
"""In this order in every Whisper of one language; the moments 0.00 to 30.00 s follow."""
VOCABULARY = 640
OFTEN = 10_000
"""So often is a digit counted, that it becomes a token before anything else does."""


def tokenizer_for(words: Sequence[str], lines: Sequence[str]) -> Tokenizer:
    """Each of `words` is one token with its space; `lines` are what other tokens are made for. Raises ValueError if one is not."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=[], show_progress=False
    )
    plain = [" " + re.sub(r"[^a-z' ]+", " ", line.lower()) for line in lines]
    made.train_from_iterator([*([" " + word for word in words] * OFTEN), *plain], trainer)
    moments = [f"<|{hundredths / 50:.2f}|>" for hundredths in range(1501)]
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (*SPECIAL, *moments)])
    for word in words:
        if len(made.encode(" " + word).ids) != 1:
            raise ValueError(f"{word!r} is not one token")
    return made
