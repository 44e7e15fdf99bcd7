"""The ear of the embedded profile: pocketsphinx, with language models of what this clinic's callers say.

    frame -> decoder, first pass -> partial text        while the caller speaks
    silence -> the later passes -> draft                its last 60 ms of work, in another thread
    voice again -> the utterance is heard anew; silence that lasts -> the draft is the final text

Sound is levelled by the cepstral mean of the utterance before: measured on the lines of tests/bench/hearing.py, that hears as well
as levelling a whole utterance by its own mean, which only the first utterance of a call needs (94 values of 103 either way; 83 with
a mean of telephones at large). For that there are decoders of its own: one that has heard an utterance whole, and then hears one
bit by bit, crashes (pocketsphinx 5.1.1, in cmn_live). Every kind of question has its own language model: mostly answers to it, and
for the rest the general model of all that callers say, so that "my chest hurts" is heard whatever was asked. Models and dictionary
hold names, so they are handed to the engine through memory, never through a file.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from appliance.faults import TheirFault
from appliance.speech.caller_language import GENERAL, CallerLanguage, learn
from appliance.speech.engines import Device, Vocabulary
from appliance.speech.sphinx_library import Decoder, Setting, acoustic_model, dictionary, in_memory
from appliance.speech.telephone_band import adaptation
from appliance.speech.utterance import Utterance

CALLS = 5
"""Decoders kept ready: the four calls of a line process, and one that is just beginning."""
WHOLE_DECODERS = 2
"""First utterances heard anew at a time; more would only share the processor's cores."""
AGAIN_FRAMES = 2
"""So many frames of speech after a draft, and the caller has gone on."""
TELLING_FRAMES = 40
"""A mere yes of fewer frames of speech tells less of a line's level than what was said before."""
TELEPHONE_MEAN = "46,30,-26,48,-7,-7,-11,-4,-11,-5,-8,-3,-5"
"""Cepstral mean of speech over a telephone, by which the first partials of a call are levelled."""

_SETTINGS: Mapping[str, Setting] = {"fwdflatlw": 12.0, "bestpathlw": 13.0}
"""Weight of the language model in the later passes; the engine's own (8.5 and 9.5) measured worse in tests/bench/hearing.py."""


class SphinxRecognizer:
    """Decoders made once and lent to calls; a call beyond CALLS waits half a second for a decoder of its own."""

    def __init__(self, language: CallerLanguage) -> None:
        self.language = language
        self._files = ExitStack()
        self._dictionary = self._files.enter_context(in_memory(_dictionary_text(language)))
        self._adaptation = self._files.enter_context(in_memory(adaptation()))
        self._models = {kind: self._files.enter_context(in_memory(model.arpa())) for kind, model in language.models.items()}
        self._ready: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        self._whole: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        self._ready.put(self._decoder())
        self._whole.put(self._decoder())
        threading.Thread(target=self._warm, name="decoders", daemon=True).start()

    def _warm(self) -> None:
        """The other decoders, made while the first call may already be answered."""
        for _ in range(CALLS - 1):
            self._ready.put(self._decoder())
        for _ in range(WHOLE_DECODERS - 1):
            self._whole.put(self._decoder())

    def hearing(self) -> SphinxHearing:
        """An ear for one call, at once; closing it gives its decoder back."""
        return SphinxHearing(self)

    def lend(self) -> Decoder:
        """A decoder that is ready, or one made now."""
        try:
            return self._ready.get_nowait()
        except queue.Empty:
            return self._decoder()

    def take_back(self, decoder: Decoder) -> None:
        """A call is over."""
        if self._ready.qsize() < CALLS:
            self._ready.put(decoder)
        else:
            decoder.close()

    def decode_whole(self, kind: str, pcm: bytes) -> tuple[str, str]:
        """The text of a whole utterance, levelled by its own cepstral mean, and that mean; waits while all decoders for it work."""
        decoder = self._whole.get()
        try:
            decoder.choose(kind)
            decoder.start()
            decoder.hear(pcm, whole=True)
            decoder.end()
            return decoder.text(), decoder.cepstral_mean()
        finally:
            self._whole.put(decoder)

    def _decoder(self) -> Decoder:
        common = {"hmm": str(acoustic_model()), "mllr": self._adaptation, "dict": self._dictionary}
        return Decoder({**common, **_SETTINGS}, self._models)


class _Draft:
    """The later passes over the utterance as it was; done once, by whoever asks first."""

    def __init__(self, decode: Callable[[], str], speech_frames: int) -> None:
        self.speech_frames = speech_frames
        self.decoded: str | None = None
        self._decode = decode
        self._lock = threading.Lock()

    def __call__(self) -> str:
        with self._lock:
            if self.decoded is None:
                self.decoded = self._decode()
            return self.decoded

    def begun(self) -> bool:
        """Whether the decoder has been asked; waits for its answer when it is at work. What has not begun never will."""
        with self._lock:
            if self.decoded is not None:
                return True
            self.decoded = ""
            return False


class SphinxHearing:
    """One caller's ear. The level of each finished utterance prepares the ear for the next.

    The decoder is borrowed with the first frame of speech, not before: a call is answered while decoders are still being made.
    """

    def __init__(self, recognizer: SphinxRecognizer) -> None:
        self._recognizer = recognizer
        self._decoder: Decoder | None = None
        self._closed = False
        self._kind = GENERAL
        self._mean: str | None = None
        self._utterance = Utterance()
        self._heard = 0
        """How much of the utterance the decoder has heard, in bytes."""
        self._partial = ""
        self._draft: _Draft | None = None

    def expect(self, situation: str) -> None:
        """The next utterance is decoded as an answer to `situation`, or as anything else a caller may say."""
        self._kind = self._recognizer.language.kind(situation)

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the partial text so far."""
        decoder, utterance = self._borrowed(), self._utterance
        if not utterance.pcm:
            self._begin(decoder)
        utterance.take(frame)
        if self._draft and utterance.speech_frames >= self._draft.speech_frames + AGAIN_FRAMES:
            if self._draft.begun():
                self._begin(decoder)
            self._draft = None
        if self._draft is None and (unheard := utterance.pcm[self._heard :]):
            decoder.hear(unheard)
            self._heard += len(unheard)
            self._partial = decoder.text()
        return self._partial

    def draft(self) -> Callable[[], str]:
        """The later passes over what was said so far; frames are kept, and heard by the decoder only if the caller goes on."""
        if self._draft is None and not self._utterance.pcm:
            return str
        if self._draft is None:
            decoder, kind, pcm, spoken = self._borrowed(), self._kind, self._utterance.pcm, self._utterance.spoken
            self._draft = _Draft(lambda: self._decode(decoder, kind, pcm, spoken=spoken), self._utterance.speech_frames)
        return self._draft

    def finish(self) -> str:
        """The final text of the utterance, the draft's if nothing was said after it; "" when nobody spoke."""
        text = self.draft()()
        self._forget()
        return text

    def abandon(self) -> None:
        """Forget the utterance in progress."""
        if self._utterance.pcm and not (self._draft and self._draft.begun()):
            self._borrowed().end()
        self._forget()

    def close(self) -> None:
        """Give the decoder back; closing twice does no harm."""
        self._closed = True
        if self._decoder is not None:
            self.abandon()
            self._recognizer.take_back(self._decoder)
            self._decoder = None

    def _begin(self, decoder: Decoder) -> None:
        decoder.choose(self._kind)
        decoder.start()
        decoder.set_cepstral_mean(self._mean or TELEPHONE_MEAN)
        self._heard, self._partial = 0, ""

    def _decode(self, decoder: Decoder, kind: str, pcm: bytes, *, spoken: bool) -> str:
        decoder.end()
        if not spoken:
            return ""
        if self._mean is None:
            text, self._mean = self._recognizer.decode_whole(kind, pcm)
            return text
        if self._utterance.speech_frames >= TELLING_FRAMES:
            self._mean = decoder.cepstral_mean()
        return decoder.text()

    def _forget(self) -> None:
        self._utterance.clear()
        self._draft = None
        self._heard, self._partial = 0, ""

    def _borrowed(self) -> Decoder:
        if self._decoder is None:
            if self._closed:
                raise ValueError("this ear is closed")
            self._decoder = self._recognizer.lend()
        return self._decoder


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
