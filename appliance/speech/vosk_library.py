"""vosk 0.3: a Kaldi model that all calls share, and decoders that each belong to one thread at a time.

A model is a folder: am/final.mdl, conf/mfcc.conf, conf/model.conf, and the graph either whole (graph/HCLG.fst) or in two parts
(graph/HCLr.fst and graph/Gr.fst, as small models have), and only then another grammar can take the place of the model's own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import vosk

from appliance.faults import TheirFault
from appliance.provision.first_load import survive
from appliance.speech.audio import FRAME_BYTES, SAMPLE_RATE

REPAIR = "Fetch the model again with `appliance models fetch`, or give the folder of another vosk model."
UNKNOWN = "[unk]"
"""What a grammar hears for words that it does not have."""
_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_WHOLE_GRAPH, _GRAPH_PARTS = "graph/HCLG.fst", ("graph/HCLr.fst", "graph/Gr.fst")
_NETWORK_ENDS, _TAIL_BYTES = b"</Nnet3>", 1_000_000
"""A mark of Kaldi's acoustic models, as text or not, that is followed by little more."""
_SELF_TEST_SECONDS = 120

vosk.SetLogLevel(-1)  # Kaldi would write grammars, which hold names, to stderr


class VoskDecoder:
    """Hears one utterance after the other; the next begins with the frame after `final`."""

    def __init__(self, recognizer: vosk.KaldiRecognizer) -> None:
        self._recognizer = recognizer

    def hear(self, frame: bytes) -> None:
        """Hear 20 ms more. Other threads go on meanwhile."""
        self._recognizer.AcceptWaveform(frame)  # True at what vosk takes for the end; what the end is, is decided elsewhere

    def partial(self) -> str:
        """The words so far."""
        return _words(json.loads(self._recognizer.PartialResult())["partial"])

    def final(self, *, unknown: bool = False) -> str:
        """The words of the whole utterance, which is over; with `unknown`, UNKNOWN stands for what was none of the grammar's."""
        text: str = json.loads(self._recognizer.FinalResult())["text"]
        return text if unknown else _words(text)


class VoskModel:
    """A loaded model. Raises TheirFault for a folder that `load_model` would refuse too."""

    def __init__(self, folder: Path) -> None:
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # vosk has no class of its own for it
            raise TheirFault(f"{folder} cannot be loaded as a vosk model.", repair=REPAIR) from error
        self.takes_grammars = not (folder / _WHOLE_GRAPH).exists()

    def knows(self, word: str) -> bool:
        """Whether the model can hear this word at all."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def decoder(self, grammar: Sequence[str] = ()) -> VoskDecoder:
        """A decoder of all that the model knows, or of sentences like those of `grammar`, whose words the model must know."""
        if grammar:
            return VoskDecoder(vosk.KaldiRecognizer(self._model, SAMPLE_RATE, json.dumps(grammar, ensure_ascii=False)))
        return VoskDecoder(vosk.KaldiRecognizer(self._model, SAMPLE_RATE))


def load_model(folder: Path) -> VoskModel:
    """The model in `folder`, tried out in another process first. Raises TheirFault naming what is missing or broken."""
    problem = _missing(folder)
    if problem:
        raise TheirFault(f"{folder} is not a vosk model: {problem}.", repair=REPAIR)
    survive(__name__, [str(folder)], _SELF_TEST_SECONDS, path=folder, repair=REPAIR)
    return VoskModel(folder)


def _missing(folder: Path) -> str | None:
    if not folder.is_dir():
        return "there is no such folder"
    graph = (_WHOLE_GRAPH,) if (folder / _WHOLE_GRAPH).exists() else _GRAPH_PARTS
    for name in (*_NEEDED, *graph):
        if not (folder / name).is_file():
            return f"{name} is missing"
        if not (folder / name).stat().st_size:
            return f"{name} is empty"
    with (folder / _NEEDED[0]).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        if _NETWORK_ENDS not in file.read():  # of a text that breaks off Kaldi would read on for ever
            return f"{_NEEDED[0]} is cut off, or something else"
    return None


def _words(text: str) -> str:
    """Without what stands for no word: [unk], <unk>, [noise]."""
    return " ".join(word for word in text.lower().split() if word[0] not in "[<")


def _self_test(folder: Path) -> None:
    """Load and use everything that a call uses."""
    model = VoskModel(folder)
    decoder = model.decoder()
    for _ in range(25):
        decoder.hear(bytes(FRAME_BYTES))
        decoder.partial()
    decoder.final()


if __name__ == "__main__":
    try:
        _self_test(Path(sys.argv[1]))
    except TheirFault as fault:
        sys.exit(fault.sentence)
