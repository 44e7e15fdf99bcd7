"""Writes the folder of a small Kaldi model that vosk reads: am/final.mdl as text, the two graphs, the words, the settings.

One phone a word, each a row of states that are passed from left to right; phone 1 is silence, with one state. The graphs are
kept apart as in vosk's small models (HCLr.fst holds sounds to words, Gr.fst words to sentences), so that another grammar can take
the place of Gr.fst while the appliance runs. Formats: kaldi/src/hmm/transition-model.cc, kaldi/src/nnet3, and OpenFst's VectorFst.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

STAY = 0.8
"""Probability of staying in a state of a word for one more frame (10 ms)."""
SILENCE_STAYS = 0.9
SILENCE_COST = 0.1
"""Of a pause between words, whose probability the usual costs of a word would make too small."""
FST_MAGIC = 2125659606

Floats = npt.NDArray[np.floating]
Arc = tuple[int, int, float, int]
"""Input label, output label, weight, next state."""


@dataclass(frozen=True)
class Layer:
    """An affine layer over frames at the given offsets: weight (outputs, offsets*inputs), frame by frame; bias (outputs)."""

    offsets: tuple[int, ...]
    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Sounds:
    """Which states belong to which word: words by phone (phone 2 is words[0]), and the number of states of each."""

    words: tuple[str, ...]
    states: tuple[int, ...]

    def first_state(self, phone: int) -> int:
        """The network's output that is the first state of the phone of this place in `words`; output 0 is silence."""
        return 1 + sum(self.states[:phone])


def write_model(folder: Path, sounds: Sounds, layers: Sequence[Layer], settings: Mapping[str, str]) -> None:
    """Write the acoustic model and its settings; `settings`: the content of mfcc.conf and model.conf by name."""
    for name in ("am", "conf", "graph/phones"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "am" / "final.mdl").write_text(_transition_model(sounds) + _network(layers))
    for name, content in settings.items():
        (folder / "conf" / name).write_text(content)
    phones = ["1 nonword", *(f"{phone} singleton" for phone in range(2, 2 + len(sounds.words)))]
    (folder / "graph" / "phones" / "word_boundary.int").write_text("\n".join(phones) + "\n")


def write_graph(
    folder: Path, sounds: Sounds, costs: Mapping[str, float], spellings: Mapping[str, str] | None = None, *, whole: bool = False
) -> None:
    """Write HCLr.fst, Gr.fst and words.txt for sentences of any of the words, or with `whole` HCLG.fst in the place of both.

    `costs`: what saying a word costs (minus the logarithm of a probability), by spelling. `spellings`: the phone's word that each
    spelling sounds like, where words sound alike; otherwise every word is spelt as it is called.
    """
    spellings = spellings or {word: word for word in sounds.words}
    number = {spelling: place for place, spelling in enumerate(spellings, 1)}
    graph = folder / "graph"
    lines = [f"{word} {place}" for place, word in enumerate(["<eps>", *spellings, "#0", "<s>", "</s>"])]
    (graph / "words.txt").write_text("\n".join(lines) + "\n")
    for name in ("HCLG.fst", "HCLr.fst", "Gr.fst"):
        (graph / name).unlink(missing_ok=True)
    numbers = [[number[spelling] for spelling, phone in spellings.items() if phone == word] for word in sounds.words]
    cost = {number[spelling]: costs[spelling] for spelling in spellings}
    if whole:
        write_fst(graph / "HCLG.fst", _sounds_to_words(sounds, numbers, cost))
        return
    (graph / "disambig_tid.int").write_text("\n")
    write_fst(graph / "HCLr.fst", _sounds_to_words(sounds, numbers, {}))
    write_fst(graph / "Gr.fst", [[(place, place, each, 0) for place, each in cost.items()]])


def write_fst(path: Path, states: Sequence[Sequence[Arc]]) -> None:
    """Write a VectorFst over StdArc that begins and ends in state 0; arcs are sorted so that it can be composed on either side."""
    parts = [struct.pack("<i", FST_MAGIC)]
    for name in (b"vector", b"standard"):
        parts += [struct.pack("<i", len(name)), name]
    expanded_and_mutable = 3
    parts.append(struct.pack("<iiQqqq", 2, 0, expanded_and_mutable, 0, len(states), sum(map(len, states))))
    for place, arcs in enumerate(states):
        parts.append(struct.pack("<fq", math.inf if place else 0.0, len(arcs)))
        parts += [struct.pack("<iifi", *arc) for arc in sorted(arcs, key=lambda arc: (arc[1], arc[0]))]
    path.write_bytes(b"".join(parts))


def _sounds_to_words(sounds: Sounds, numbers: Sequence[Sequence[int]], costs: Mapping[int, float]) -> list[list[Arc]]:
    """A loop over all words and silence. A state is entered by its forward arc and then stayed in (Kaldi's reordered graphs)."""

    def forward(state: int) -> int:
        return 2 * state + 2

    def stay(state: int) -> int:
        return 2 * state + 1

    silence = 1
    states: list[list[Arc]] = [[(forward(0), 0, SILENCE_COST, silence)]]
    states.append([(stay(0), 0, -math.log(SILENCE_STAYS), silence), (0, 0, 0.0, 0)])
    for phone, own_numbers in enumerate(numbers):
        before = 0
        for place in range(sounds.states[phone]):
            state, here = sounds.first_state(phone) + place, len(states)
            for number in own_numbers if place == 0 else [0]:
                states[before].append((forward(state), number, costs.get(number, 0.0) - math.log(1 - STAY), here))
            states.append([(stay(state), 0, -math.log(STAY), here)])
            before = here
        states[before].append((0, 0, 0.0, 0))
    return states


def _transition_model(sounds: Sounds) -> str:
    lines = ["<TransitionModel>", "<Topology>", *_topology("1", 1, SILENCE_STAYS)]
    for count in sorted(set(sounds.states)):
        phones = " ".join(str(2 + place) for place, states in enumerate(sounds.states) if states == count)
        lines += _topology(phones, count, STAY)
    triples = [(1, 0, 0)]
    for phone, count in enumerate(sounds.states):
        triples += [(2 + phone, place, sounds.first_state(phone) + place) for place in range(count)]
    logarithms = [0.0]
    for phone, _, _ in triples:
        stays = SILENCE_STAYS if phone == 1 else STAY
        logarithms += [math.log(stays), math.log(1 - stays)]
    lines += [
        "</Topology>",
        f"<Triples> {len(triples)}",
        *(f"{phone} {state} {pdf}" for phone, state, pdf in triples),
        "</Triples>",
    ]
    return "\n".join([*lines, "<LogProbs>", _vector(np.array(logarithms)), "</LogProbs>", "</TransitionModel>", ""])


def _topology(phones: str, count: int, stays: float) -> list[str]:
    return [
        *("<TopologyEntry>", "<ForPhones>", phones, "</ForPhones>"),
        *(
            f"<State> {place} <PdfClass> {place} <Transition> {place} {stays} <Transition> {place + 1} {1 - stays:.4g} </State>"
            for place in range(count)
        ),
        f"<State> {count} </State>",
        "</TopologyEntry>",
    ]


def _network(layers: Sequence[Layer]) -> str:
    inputs = layers[0].weight.shape[1] // len(layers[0].offsets)
    lines, components, before = [f"input-node name=input dim={inputs}"], [], "input"
    for place, layer in enumerate(layers):
        spread = ", ".join(f"Offset({before}, {offset})" if offset else before for offset in layer.offsets)
        spread = f"Append({spread})" if len(layer.offsets) > 1 else spread
        lines.append(f"component-node name=affine{place} component=affine{place} input={spread}")
        affine = f"<LinearParams> {_matrix(layer.weight)} <BiasParams> {_vector(layer.bias)}"
        components.append(f"<ComponentName> affine{place} <FixedAffineComponent> {affine}\n</FixedAffineComponent>")
        before = f"affine{place}"
        if place + 1 < len(layers):
            lines.append(f"component-node name=relu{place} component=relu{place} input={before}")
            components.append(f"<ComponentName> relu{place} {_relu(len(layer.bias))}")
            before = f"relu{place}"
    lines.append(f"output-node name=output input={before} objective=linear")
    left = -sum(min(layer.offsets) for layer in layers)
    right = sum(max(layer.offsets) for layer in layers)
    # Kaldi reads the lines of nodes up to an empty one, and only if the mark before them ends with a space
    head = "\n".join(["<Nnet3> ", *lines, "", f"<NumComponents> {len(components)}"])
    tail = f"</Nnet3>\n<LeftContext> {left} <RightContext> {right} <Priors> [ ]\n"
    return "\n".join([head, *components, tail])


def _relu(width: int) -> str:
    statistics = "<ValueAvg> [ ]\n<DerivAvg> [ ]\n<Count> 0 <OderivRms> [ ]\n<OderivCount> 0 <NumDimsSelfRepaired> 0"
    return f"<RectifiedLinearComponent> <Dim> {width} {statistics} <NumDimsProcessed> 0 </RectifiedLinearComponent>"


def _vector(values: Floats) -> str:
    return f" [ {' '.join(f'{value:.4g}' for value in values)} ]"


def _matrix(values: Floats) -> str:
    return " [\n" + "\n".join("  " + " ".join(f"{value:.4g}" for value in row) for row in values) + " ]\n"
