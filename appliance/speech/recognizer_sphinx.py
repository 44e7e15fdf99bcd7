"""The ear of the embedded profile: pocketsphinx, with language models of what this clinic's callers say.

    frame -> quick decoder -> partial text                        while the caller speaks
    utterance -> was it speech? -> whole decoder -> final text    once it is over: level known, all passes

Every kind of question has its own language model: mostly answers to it, and for the rest the general model of all that callers
say, so that "my chest hurts" is heard whatever was asked. Models and dictionary hold names, so they are handed to the engine
through memory, never through a file.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from appliance.faults import TheirFault
from appliance.speech.audio import SAMPLE_RATE
from appliance.speech.caller_language import GENERAL, CallerLanguage, learn
from appliance.speech.engines import Device, Vocabulary
from appliance.speech.sphinx_library import Decoder, Setting, acoustic_model, dictionary, in_memory
from appliance.speech.telephone_band import adaptation
from appliance.speech.vad import Vad

CALLS = 5
"""Quick decoders kept ready: the four calls of a line process, and one that is just beginning."""
WHOLE_DECODERS = 2
"""Final passes at a time; more would only share the processor's cores."""
LONGEST_SECONDS = 60
"""What is said beyond this is not heard."""
SPEECH_PROBABILITY, SPEECH_FRAMES = 0.5, 6
"""A sound is speech when at least so many frames (20 ms) are that probably speech."""
TELEPHONE_MEAN = "46,30,-26,48,-7,-7,-11,-4,-11,-5,-8,-3,-5"
"""Cepstral mean of speech over a telephone, by which the first words of a call are levelled."""

_QUICK: Mapping[str, Setting] = {"fwdflat": False, "bestpath": False}
_WHOLE: Mapping[str, Setting] = {"fwdflatlw": 12.0, "bestpathlw": 13.0}
"""Weight of the language model in the later passes; the engine's own (8.5 and 9.5) measured worse in tests/bench/hearing.py."""


class SphinxRecognizer:
    """Decoders made once and lent to calls; a call beyond CALLS waits half a second for a decoder of its own."""

    def __init__(self, language: CallerLanguage) -> None:
        self.language = language
        self._files = ExitStack()
        self._dictionary = self._files.enter_context(in_memory(_dictionary_text(language)))
        self._adaptation = self._files.enter_context(in_memory(adaptation()))
        self._models = {kind: self._files.enter_context(in_memory(model.arpa())) for kind, model in language.models.items()}
        self._quick: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        self._whole: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        self._quick.put(self._decoder(_QUICK))
        self._whole.put(self._decoder(_WHOLE))
        threading.Thread(target=self._warm, name="decoders", daemon=True).start()

    def _warm(self) -> None:
        """The other decoders, made while the first call may already be answered."""
        for _ in range(WHOLE_DECODERS - 1):
            self._whole.put(self._decoder(_WHOLE))
        for _ in range(CALLS - 1):
            self._quick.put(self._decoder(_QUICK))

    def hearing(self) -> SphinxHearing:
        """An ear for one call, at once; closing it gives its decoder back."""
        return SphinxHearing(self)

    def lend(self) -> Decoder:
        """A quick decoder: one that is ready, or one made now."""
        try:
            return self._quick.get_nowait()
        except queue.Empty:
            return self._decoder(_QUICK)

    def take_back(self, quick: Decoder) -> None:
        """A call is over."""
        if self._quick.qsize() < CALLS:
            self._quick.put(quick)
        else:
            quick.close()

    def decode_whole(self, kind: str, pcm: bytes) -> tuple[str, str]:
        """The text of a whole utterance and its cepstral mean; waits while all decoders for this are busy."""
        decoder = self._whole.get()
        try:
            decoder.choose(kind)
            decoder.start()
            decoder.hear(pcm, whole=True)
            decoder.end()
            return decoder.heard().text, decoder.cepstral_mean()
        finally:
            self._whole.put(decoder)

    def _decoder(self, passes: Mapping[str, Setting]) -> Decoder:
        common = {"hmm": str(acoustic_model()), "mllr": self._adaptation, "dict": self._dictionary}
        return Decoder({**common, **passes}, self._models)


class SphinxHearing:
    """One caller's ear. The level of each finished utterance prepares the ear for the next.

    The decoder is borrowed with the first frame of speech, not before: a call is answered while decoders are still being made.
    """

    def __init__(self, recognizer: SphinxRecognizer) -> None:
        self._recognizer = recognizer
        self._quick: Decoder | None = None
        self._closed = False
        self._kind = GENERAL
        self._mean = TELEPHONE_MEAN
        self._utterance = bytearray()
        self._vad = Vad()
        self._speech_frames = 0

    def expect(self, situation: str) -> None:
        """The next utterance is decoded as an answer to `situation`, or as anything else a caller may say."""
        self._kind = self._recognizer.language.kind(situation)

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the partial text so far."""
        decoder = self._decoder()
        if not self._utterance:
            decoder.choose(self._kind)
            decoder.start()
            decoder.set_cepstral_mean(self._mean)
        if len(self._utterance) < LONGEST_SECONDS * SAMPLE_RATE * 2:
            self._utterance += frame
            self._speech_frames += self._vad.feed(frame) >= SPEECH_PROBABILITY
            decoder.hear(frame)
        return decoder.text()

    def draft(self) -> Callable[[], str]:
        """The utterance so far, for `decode_whole`; it leaves the cepstral mean for the next utterance to `finish`."""
        kind, pcm, spoken = self._kind, bytes(self._utterance), self._speech_frames >= SPEECH_FRAMES
        return lambda: self._recognizer.decode_whole(kind, pcm)[0] if spoken else ""

    def finish(self) -> str:
        """The final text of the utterance; "" when nobody spoke or nothing was understood."""
        pcm, spoken = bytes(self._utterance), self._speech_frames >= SPEECH_FRAMES
        self.abandon()
        if not spoken:
            return ""
        text, self._mean = self._recognizer.decode_whole(self._kind, pcm)
        return text

    def abandon(self) -> None:
        """Forget the utterance in progress."""
        if self._utterance:
            self._decoder().end()
        self._utterance.clear()
        self._vad.reset()
        self._speech_frames = 0

    def close(self) -> None:
        """Give the decoder back; closing twice does no harm."""
        self._closed = True
        if self._quick is not None:
            self.abandon()
            self._recognizer.take_back(self._quick)
            self._quick = None

    def _decoder(self) -> Decoder:
        if self._quick is None:
            if self._closed:
                raise ValueError("this ear is closed")
            self._quick = self._recognizer.lend()
        return self._quick


def load(
    vocabulary: Vocabulary,
    *,
    language: str = "en",
    models: Sequence[Path] = (),  # noqa: ARG001  # all engines are loaded alike
    device: Device = "cpu",  # noqa: ARG001
) -> SphinxRecognizer:
    """Build the language models of this clinic and the decoders; takes some seconds and keeps nothing on the disk.

    The acoustic model comes with the engine's package, so `models` and `device` change nothing. Raises TheirFault for any
    language but English, and when espeak-ng, which says how unknown names sound, is not installed.
    """
    if language != "en":
        raise TheirFault(f"pocketsphinx hears English only, not {language!r}.", repair="Use vosk or whisper for that language.")
    return SphinxRecognizer(learn(vocabulary, dictionary()))


def _dictionary_text(language: CallerLanguage) -> str:
    entries = (
        (word, number, phones) for word, ways in sorted(language.pronunciations.items()) for number, phones in enumerate(ways, 1)
    )
    return "".join(f"{word}{'' if number == 1 else f'({number})'} {phones}\n" for word, number, phones in entries)
