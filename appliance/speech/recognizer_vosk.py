"""The ear of machines with models: vosk, whose text is there while the caller speaks.

    frame -> decoder -> partial text
    silence -> the decoder's last frames -> draft        in another thread, some milliseconds
    silence that lasts -> the draft is the final text
    voice again -> the utterance is heard anew, several frames with each new one, until the decoder has caught up

Partials, drafts and final texts come from a decoder of everything that the model knows, so that an emergency is heard whatever was
asked. Where an answer of numbers has words that are none, a decoder of such answers is asked too (`value_grammars`).
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from appliance.faults import TheirFault
from appliance.languages.vocabulary import vocabulary as words_of
from appliance.speech.audio import FRAME_BYTES
from appliance.speech.engines import Device, Vocabulary
from appliance.speech.spoken_values import LANGUAGES
from appliance.speech.utterance import Utterance
from appliance.speech.value_grammars import ValueGrammar, value_grammars
from appliance.speech.vosk_library import REPAIR, UNKNOWN, VoskDecoder, VoskModel, load_model

CALLS = 5
"""Decoders kept ready: the four calls of a line process, and one that is just beginning."""
AGAIN_FRAMES = 2
"""So many frames of speech after a draft, and the caller has gone on."""
CATCH_UP_FRAMES = 5
"""Frames heard anew with each new frame: fast enough to catch up, slow enough for the other calls of the machine."""


class _Pool:
    """Decoders lent and given back; one more is made when all are lent."""

    def __init__(self, make: Callable[[], VoskDecoder]) -> None:
        self._make = make
        self._ready: queue.SimpleQueue[VoskDecoder] = queue.SimpleQueue()

    def lend(self) -> VoskDecoder:
        try:
            return self._ready.get_nowait()
        except queue.Empty:
            return self._make()

    def take_back(self, decoder: VoskDecoder) -> None:
        if self._ready.qsize() < CALLS:
            self._ready.put(decoder)


class VoskRecognizer:
    """One model, shared by all calls."""

    def __init__(self, model: VoskModel, grammars: Mapping[str, ValueGrammar]) -> None:
        self._grammars = grammars
        self.decoders = _Pool(model.decoder)
        self._by_grammar = {id(grammar): _Pool(partial(model.decoder, [*grammar.lines, UNKNOWN])) for grammar in grammars.values()}
        self.decoders.take_back(model.decoder())

    def hearing(self) -> VoskHearing:
        """An ear for one call, at once."""
        return VoskHearing(self)

    def final(self, decoder: VoskDecoder, pcm: bytes, situation: str) -> str:
        """The final text of an utterance that `decoder` has heard; takes the decoder back."""
        text = decoder.final()
        self.decoders.take_back(decoder)
        grammar = self._grammars.get(situation)
        return self._as_value(text, pcm, grammar) if grammar and grammar.doubts(text) else text

    def _as_value(self, text: str, pcm: bytes, grammar: ValueGrammar) -> str:
        pool = self._by_grammar[id(grammar)]
        decoder = pool.lend()
        hear_all(decoder, pcm)
        value = decoder.final(unknown=True)
        pool.take_back(decoder)
        return value if value and UNKNOWN not in value.split() else text


class _Draft:
    """The utterance as it was: its decoder, unless it is needed elsewhere, and its audio."""

    def __init__(self, recognizer: VoskRecognizer, decoder: VoskDecoder, utterance: Utterance, situation: str) -> None:
        self._recognizer, self._situation = recognizer, situation
        self._decoder: VoskDecoder | None = decoder
        self._pcm, self._spoken = utterance.pcm, utterance.spoken
        self._text: str | None = None
        self._lock = threading.Lock()
        self.speech_frames = utterance.speech_frames

    def __call__(self) -> str:
        """The text, worked out by whoever asks first."""
        with self._lock:
            if self._text is None:
                decoder = self._decoder
                if decoder is None:
                    decoder = self._recognizer.decoders.lend()
                    hear_all(decoder, self._pcm)
                text = self._recognizer.final(decoder, self._pcm, self._situation)
                self._text = text if self._spoken else ""
            return self._text

    def give_up(self) -> VoskDecoder | None:
        """The decoder, still in the midst of the utterance, unless the text was asked for; waits while it is worked out."""
        with self._lock:
            decoder, self._decoder = self._decoder, None
            return decoder if self._text is None else None


class VoskHearing:
    """One caller's ear."""

    def __init__(self, recognizer: VoskRecognizer) -> None:
        self._recognizer = recognizer
        self._situation = ""
        self._utterance = Utterance()
        self._decoder: VoskDecoder | None = None
        self._draft: _Draft | None = None
        self._frames: list[bytes] = []
        self._heard = 0
        self._partial = ""

    def expect(self, situation: str) -> None:
        """What was asked: it decides whether an answer may be heard once more as a value."""
        self._situation = situation

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the partial text so far, "" until somebody is sure to speak."""
        if self._utterance.take(frame):
            self._frames.append(frame)
        if self._draft is not None:
            if self._utterance.speech_frames - self._draft.speech_frames < AGAIN_FRAMES:
                return self._partial
            self._go_on()
        decoder = self._borrowed()
        for _ in range(min(CATCH_UP_FRAMES, len(self._frames) - self._heard)):
            decoder.hear(self._frames[self._heard])
            self._heard += 1
        if self._heard == len(self._frames) and self._utterance.spoken:
            self._partial = decoder.partial()
        return self._partial

    def draft(self) -> Callable[[], str]:
        """The text as it is now, without what may follow."""
        if self._draft is None:
            self._draft = self._drafted()
        return self._draft

    def finish(self) -> str:
        """The final text; "" when nobody spoke or nothing was understood."""
        draft = self._draft or self._drafted()
        self._draft = None
        text = draft()
        self._forget()
        return text

    def abandon(self) -> None:
        """Forget the utterance in progress."""
        if self._draft is not None:
            self._decoder, self._draft = self._draft.give_up(), None
        if self._decoder is not None:
            self._decoder.final()
            self._recognizer.decoders.take_back(self._decoder)
        self._forget()

    def close(self) -> None:
        """Give the decoder back; closing twice does no harm."""
        self.abandon()

    def _drafted(self) -> _Draft:
        decoder = self._borrowed()
        for frame in self._frames[self._heard :]:
            decoder.hear(frame)
        self._heard, self._decoder = len(self._frames), None
        return _Draft(self._recognizer, decoder, self._utterance, self._situation)

    def _go_on(self) -> None:
        """The caller speaks on after a draft: with its decoder, or all over again with another."""
        self._decoder = self._draft.give_up() if self._draft is not None else None
        self._draft = None
        if self._decoder is None:
            self._heard = 0

    def _borrowed(self) -> VoskDecoder:
        if self._decoder is None:
            self._decoder = self._recognizer.decoders.lend()
        return self._decoder

    def _forget(self) -> None:
        self._decoder = None
        self._utterance.clear()
        self._frames.clear()
        self._heard, self._partial = 0, ""


def hear_all(decoder: VoskDecoder, pcm: bytes) -> None:
    """A whole utterance at once, in the frames in which it came: other pieces could be heard as other words."""
    for start in range(0, len(pcm), FRAME_BYTES):
        decoder.hear(pcm[start : start + FRAME_BYTES])


def load(
    vocabulary: Vocabulary,
    *,
    language: str = "en",
    models: Sequence[Path] = (),
    device: Device = "cpu",  # noqa: ARG001  # vosk computes on the CPU
) -> VoskRecognizer:
    """Load the model in the one folder of `models`; the first time in another process.

    Raises TheirFault when it is missing, broken, or does not know the numbers of `language`.
    """
    if len(models) != 1:
        raise TheirFault(f"vosk needs the folder of one model, not {len(models)}.", repair="Name one vosk model.")
    model = load_model(models[0])
    unknown = _unknown_number(model, language)
    if unknown:
        raise TheirFault(f"{models[0]} is no model of the language {language!r}: it does not know {unknown!r}.", repair=REPAIR)
    return VoskRecognizer(model, value_grammars(vocabulary, language, model.knows) if model.takes_grammars else {})


def _unknown_number(model: VoskModel, language: str) -> str | None:
    """A digit of the language, by its first name, of which the model knows no name."""
    if not (LANGUAGES / language / "values.toml").exists():
        return None
    names: dict[int, list[str]] = {}
    for name, value in words_of(language)["numbers"]["cardinals"].items():
        names.setdefault(value, []).append(name)
    return next((names[digit][0] for digit in range(10) if not any(map(model.knows, names[digit]))), None)
