"""pocketsphinx's C interface (pocketsphinx.h, version 5.1), reached in the wheel's own extension module through ctypes.

The wheel's Python class decodes without ever letting another thread run: measured, a final pass over three seconds of speech held
the interpreter for 326 ms, during which no other call is heard or answered, and two decoders on two cores took as long as one after
the other. A call through ctypes lets the other threads go on. Decoders share nothing; each belongs to one thread at a time.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.faults import OurFault, TheirFault

Setting = str | float | bool


@dataclass(frozen=True)
class Heard:
    """What a decoder made of an utterance: its words, fillers left out, and how many frames (10 ms) each word took."""

    text: str
    posterior: float
    """How much of the probability of everything considered falls on this text, 0 to 1."""


class Decoder:
    """One decoder with several language models, of which one is chosen for each utterance. Not shared between threads."""

    def __init__(self, settings: Mapping[str, Setting], models: Mapping[str, str]) -> None:
        """`models`: path of an ARPA file for each name. Raises OurFault when the engine refuses them."""
        self._c = _library()
        config = self._c.ps_config_parse_json(None, json.dumps(dict(settings)).encode())
        self._decoder = self._c.ps_init(config) if config else None
        self._c.ps_config_free(config)
        if not self._decoder:
            raise _refused("its settings or its acoustic model")
        for name, path in models.items():
            if self._c.ps_add_lm_file(self._decoder, name.encode(), path.encode()) < 0:
                raise _refused(f"the language model {name}")

    def choose(self, model: str) -> None:
        """The next utterance is heard with this language model."""
        if self._c.ps_activate_search(self._decoder, model.encode()) < 0:
            raise _refused(f"the language model {model}")

    def start(self) -> None:
        """An utterance begins."""
        if self._c.ps_start_utt(self._decoder) < 0:
            raise _refused("to start an utterance")

    def hear(self, pcm: bytes, *, whole: bool = False) -> None:
        """Hear more of the utterance, or with `whole` all of it at once, which lets the engine level the sound beforehand."""
        if pcm and self._c.ps_process_raw(self._decoder, pcm, len(pcm) // 2, 0, int(whole)) < 0:
            raise _refused("the audio")

    def end(self) -> None:
        """The utterance is over; `heard` is final now."""
        if self._c.ps_end_utt(self._decoder) < 0:
            raise _refused("to end an utterance")

    def text(self) -> str:
        """The words so far."""
        words: bytes | None = self._c.ps_get_hyp(self._decoder, None)
        return words.decode() if words else ""

    def heard(self) -> Heard:
        """The words and how sure they are; only after `end`."""
        text = self.text()
        logarithm = self._c.ps_get_prob(self._decoder)
        return Heard(text, float(self._c.logmath_exp(self._c.ps_get_logmath(self._decoder), logarithm)) if text else 0.0)

    def cepstral_mean(self) -> str:
        """The mean that sound is levelled by, comma-separated."""
        mean: bytes = self._c.ps_get_cmn(self._decoder, 0)
        return mean.decode()

    def set_cepstral_mean(self, mean: str) -> None:
        """Level the coming sound by this mean, as `cepstral_mean` gave it."""
        self._c.ps_set_cmn(self._decoder, mean.encode())

    def close(self) -> None:
        """Give the memory back; the decoder is of no more use."""
        self._c.ps_free(self._decoder)
        self._decoder = None


def acoustic_model() -> Path:
    """The folder of the English acoustic model in the wheel."""
    return _model_folder() / "en-us"


def dictionary() -> Path:
    """The pronouncing dictionary in the wheel."""
    return _model_folder() / "cmudict-en-us.dict"


@contextmanager
def in_memory(text: str) -> Iterator[str]:
    """A path under which `text` can be read while the context is open, and which never lies on a disk: it may hold names."""
    descriptor = os.memfd_create("speech")
    try:
        with open(descriptor, "w", encoding="utf-8", closefd=False) as file:
            file.write(text)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _model_folder() -> Path:
    import pocketsphinx

    return Path(pocketsphinx.get_model_path("en-us"))


def _refused(what: str) -> OurFault:
    return OurFault(f"The speech recognition engine pocketsphinx refused {what}.", repair="Install the appliance's packages again.")


@functools.cache
def _library() -> ctypes.CDLL:
    try:
        path = importlib.import_module("_pocketsphinx").__file__
    except ImportError:
        path = importlib.import_module("pocketsphinx._pocketsphinx").__file__
    library = ctypes.CDLL(str(path))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    interface: dict[str, tuple[object, list[object]]] = {
        "ps_config_parse_json": (pointer, [pointer, text]),
        "ps_config_free": (number, [pointer]),
        "ps_init": (pointer, [pointer]),
        "ps_free": (number, [pointer]),
        "ps_add_lm_file": (number, [pointer, text, text]),
        "ps_activate_search": (number, [pointer, text]),
        "ps_start_utt": (number, [pointer]),
        "ps_process_raw": (number, [pointer, text, ctypes.c_size_t, number, number]),
        "ps_end_utt": (number, [pointer]),
        "ps_get_hyp": (text, [pointer, pointer]),
        "ps_get_prob": (ctypes.c_int32, [pointer]),
        "ps_get_logmath": (pointer, [pointer]),
        "logmath_exp": (ctypes.c_double, [pointer, number]),
        "ps_get_cmn": (text, [pointer, number]),
        "ps_set_cmn": (number, [pointer, text]),
        "err_set_loglevel_str": (text, [text]),
    }
    for name, (result, arguments) in interface.items():
        try:
            function = getattr(library, name)
        except AttributeError as error:
            raise TheirFault(
                f"The installed pocketsphinx has no {name}, so it is not version 5.1.",
                repair="Install the appliance's packages again (scripts/prepare).",
            ) from error
        function.restype, function.argtypes = result, arguments
    library.err_set_loglevel_str(b"FATAL")
    return library
