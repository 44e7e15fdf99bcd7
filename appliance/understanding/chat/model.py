"""An instruct GGUF run by llama.cpp in this process: one context behind a lock, bounded in time and tokens.

llama.cpp keeps what it has read of the last question, so the instructions, which always stand first, are read once.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from threading import Lock
from typing import Any

os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # before llama.cpp loads: an abort must not start a debugger

import llama_cpp

from appliance.faults import TheirFault
from appliance.provision.first_load import survive
from appliance.understanding.chat.resolver import ANSWER_TOKENS, SCHEMA, ChatResolver, NoAnswer, instructions, question

REPAIR = (
    "Give understanding.chat_model in appliance.toml a GGUF of an instruct model with a chat template, such as those of "
    "models/manifest.toml, or take the key out."
)
_CONTEXT = 2048
"""Tokens of instructions (some 800 with usual vocabularies), question and answer."""
_SELF_TEST_SECONDS = 300.0
"""A large model reads the instructions for a minute on a slow machine."""
_OBVIOUS = (
    ("i would like to pay the invoice you mailed me", "billing"),
    ("which days do you open your doors", "ask_hours"),
    ("please cross my visit off, i can't make it", "cancel_appointment"),
    ("put me through to a human being", "speak_to_human"),
    ("my tablets ran out, renew them", "refill_prescription"),
)
_REQUIRED_RIGHT = 3
"""Of the obvious utterances; a model that knows fewer does not follow instructions."""


class ChatModel:
    """A chooser on this machine."""

    def __init__(self, path: Path, *, gpu_layers: int = -1) -> None:
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=_CONTEXT, n_batch=512, n_gpu_layers=gpu_layers, flash_attn=gpu_layers != 0, verbose=False
        )
        self._lock = Lock()
        self._until = 0.0
        self._late = llama_cpp.ggml_abort_callback(lambda _: time.monotonic() > self._until)
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._late, None)

    def answer(self, instructions: str, question: str, seconds: float) -> str:
        """Its answer within `seconds`, the wait for another caller's question included. Raises NoAnswer."""
        until = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise NoAnswer("the instruct model is busy with another caller")
        try:
            self._until = until
            told: Any = self._llama.create_chat_completion(
                [{"role": "system", "content": instructions}, {"role": "user", "content": question}],
                temperature=0.0,
                max_tokens=ANSWER_TOKENS,
                response_format={"type": "json_object", "schema": SCHEMA},
            )
        except (RuntimeError, ValueError):  # decoding was cut off, or the question does not fit; `from None`: it may quote it
            late = time.monotonic() > until
            sentence = f"the instruct model did not answer in {seconds:.1f} s" if late else "the instruct model failed"
            raise NoAnswer(sentence, failing=late) from None
        finally:
            self._lock.release()
        if time.monotonic() > until:
            raise NoAnswer(f"the instruct model did not answer in {seconds:.1f} s", failing=True)
        return str(told["choices"][0]["message"]["content"])

    def read_instructions(self) -> None:
        """Read the part that all questions share, however long it takes, so that no caller waits for it."""
        self.answer(instructions(), question("hello", None), _SELF_TEST_SECONDS)


def load(path: Path, *, gpu_layers: int = -1) -> ChatModel:
    """The model in `path`, tried out in a process of its own first. Raises TheirFault naming what is wrong with the file."""
    if not path.is_file():
        raise TheirFault(f"appliance.toml: understanding.chat_model: {path} is missing.", repair=REPAIR)
    survive(__name__, [str(path), str(gpu_layers)], _SELF_TEST_SECONDS, path=path, repair=REPAIR)
    try:
        model = ChatModel(path, gpu_layers=gpu_layers)
        model.read_instructions()
    except (ValueError, RuntimeError, MemoryError, NoAnswer) as error:  # no room for what could be loaded a moment ago
        raise TheirFault(f"{path} cannot be loaded ({error}).", repair=REPAIR) from error
    return model


def _self_test(path: Path, gpu_layers: int) -> str | None:
    """What is wrong with the model, or None: it must read most of the obvious utterances as anybody would."""
    resolver = ChatResolver(ChatModel(path, gpu_layers=gpu_layers), _SELF_TEST_SECONDS)
    right = 0
    for text, intent in _OBVIOUS:
        try:
            right += resolver.resolve(text, None).intent == intent
        except NoAnswer as failure:
            return str(failure)
    return None if right >= _REQUIRED_RIGHT else f"only {right} of {len(_OBVIOUS)} obvious utterances are understood"


if __name__ == "__main__":
    complaint = _self_test(Path(sys.argv[1]), int(sys.argv[2]))
    if complaint:
        sys.exit(complaint)
