"""`python -m appliance.speech.training.vosk_digits --audio FOLDER --out models/vosk-digits`: a small ear for digits, for vosk.

A time-delay network reads cepstra of 8 kHz sound and says, every 10 ms, which state of which digit is spoken. It learns from
people's digits first as if each state lasted as long as the next, then from where its own best path puts them. Needs torch and
kaldi_native_fbank, which no running appliance does.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from appliance.speech.audio import Samples
from appliance.speech.training.kaldi_files import Layer, Sounds, write_graph, write_model
from appliance.speech.training.spoken_digits import DIGITS, NARROW, read_recordings
from appliance.speech.training.telephone_digits import NO_DIGIT, Heard, Span, TelephoneDigits

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

NEEDS = ("torch", "kaldi_native_fbank")
INSTALL = "pip install torch==2.13.0 kaldi-native-fbank==1.23.0"
UNKNOWN = "[unk]"
SOUNDS = Sounds((*DIGITS, UNKNOWN), (6,) * len(DIGITS) + (3,))
OUTPUTS = 1 + sum(SOUNDS.states)
CEPSTRA, BANDS, LOW, HIGH = 20, 23, 100, 3700
HIDDEN = 96
THROATS = (0.88, 1.075)
"""Where the bands of hearing lie against where they should: another speaker, at no cost. HIGH may reach half the rate at most."""
OFFSETS = ((-2, -1, 0, 1, 2), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3), (0,))
CONTEXT = 11
"""Frames before and after one that the network looks at: the sum of the offsets."""
WORD_COST, UNKNOWN_COST = 4.0, 7.0
"""What saying a digit, or something else, costs against silence."""
BATCH, STEP, ROUNDS_TO_ALIGN = 16, 2e-3, 2
SETTINGS = {
    "mfcc.conf": f"""--sample-frequency={NARROW}
--use-energy=false
--num-mel-bins={BANDS}
--num-ceps={CEPSTRA}
--low-freq={LOW}
--high-freq={HIGH}
--dither=0
""",
    "model.conf": """--min-active=200
--max-active=3000
--beam=13.0
--lattice-beam=6.0
--acoustic-scale=0.3
--frame-subsampling-factor=1
--endpoint.silence-phones=1
""",
}

Features = npt.NDArray[np.float32]
"""(frames, CEPSTRA)"""
Targets = npt.NDArray[np.int64]
"""The network's right output of each frame."""


def main() -> None:
    """Learn, align, learn again, write."""
    parser = argparse.ArgumentParser(prog="python -m appliance.speech.training.vosk_digits", description=__doc__)
    parser.add_argument(
        "--audio", type=Path, required=True, metavar="FOLDER", help="recordings {digit}_{speaker}_{take}.wav, 8 kHz"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the model goes")
    parser.add_argument("--without", default="theo", metavar="SPEAKER", help="who is kept for judging it (default: theo)")
    parser.add_argument("--strings", type=int, default=2800, help="how many strings of digits to learn from (default: 2800)")
    parser.add_argument("--rounds", type=int, default=5, help="how often, after two rounds for the alignment (default: 5)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"Training needs {', '.join(missing)}, which is not installed. Run: {INSTALL}")
    speakers = read_recordings(arguments.audio)
    if not speakers:
        sys.exit(f"{arguments.audio} holds no recordings named like 7_jackson_0.wav. Give the folder that does.")
    speakers.pop(arguments.without, None)
    log.info("learning from %s", ", ".join(sorted(speakers)))
    strings = TelephoneDigits(speakers, random.Random(1))  # noqa: S311  # examples, not secrets
    heard = [strings.draw() for _ in range(arguments.strings)]
    write_model(arguments.out, SOUNDS, learn(heard, arguments.rounds), SETTINGS)
    write_graph(arguments.out, SOUNDS, {word: UNKNOWN_COST if word == UNKNOWN else WORD_COST for word in SOUNDS.words})


def cepstra(samples: Samples, throat: float = 1.0) -> Features:
    """Kaldi's MFCC of 8 kHz samples, as vosk will compute them, or as if spoken by a throat so much longer."""
    import kaldi_native_fbank as fbank

    options = fbank.MfccOptions()
    options.frame_opts.samp_freq, options.frame_opts.dither = NARROW, 0
    options.use_energy, options.num_ceps = False, CEPSTRA
    options.mel_opts.num_bins, options.mel_opts.low_freq, options.mel_opts.high_freq = BANDS, LOW * throat, HIGH * throat
    computer = fbank.OnlineMfcc(options)
    computer.accept_waveform(NARROW, (samples * 32_768).tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(frame) for frame in range(computer.num_frames_ready)]).astype(np.float32)


def learn(heard: Sequence[Heard], rounds: int) -> list[Layer]:
    """Train on the strings, once with evenly divided words and once with the words divided as the network hears them."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    dice = random.Random(3)  # noqa: S311  # examples
    features = [cepstra(string.samples, dice.uniform(*THROATS)) for string in heard]
    everything = np.concatenate(features)
    mean, spread = everything.mean(0), everything.std(0)
    scaled = [(each - mean) / spread for each in features]
    targets = [even_targets(string.spans, len(each)) for string, each in zip(heard, features, strict=True)]
    network = _network()
    _train(network, scaled, targets, ROUNDS_TO_ALIGN)
    priors = _priors(targets)
    targets = [_aligned(network, priors, string.spans, each) for string, each in zip(heard, scaled, strict=True)]
    _train(network, scaled, targets, rounds)
    priors = _priors(targets)
    return _layers(network, mean, spread, priors)


def _network() -> torch.nn.Sequential:
    import torch

    modules: list[torch.nn.Module] = []
    inputs = CEPSTRA
    for place, offsets in enumerate(OFFSETS):
        outputs = OUTPUTS if place + 1 == len(OFFSETS) else HIDDEN
        apart = offsets[1] - offsets[0] if len(offsets) > 1 else 1
        modules.append(torch.nn.Conv1d(inputs, outputs, len(offsets), dilation=apart))
        if place + 1 < len(OFFSETS):
            modules += [torch.nn.ReLU(), torch.nn.Dropout(0.2)]
        inputs = outputs
    return torch.nn.Sequential(*modules)


def _train(network: torch.nn.Sequential, features: Sequence[Features], targets: Sequence[Targets], rounds: int) -> None:
    import torch

    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=STEP, weight_decay=1e-2)
    dice = random.Random(2)  # noqa: S311  # the order of examples
    total = rounds * -(-len(features) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total + 0.01)
    for round_number in range(rounds):
        order = sorted(range(len(features)), key=lambda place: len(features[place]) + dice.random() * 40)
        batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
        dice.shuffle(batches)
        right = 0.0
        for batch in batches:
            length = min(len(features[place]) for place in batch)
            given = torch.from_numpy(np.stack([features[place][:length] for place in batch])).transpose(1, 2)
            wanted = torch.from_numpy(np.stack([targets[place][:length] for place in batch]))
            scores = network(torch.nn.functional.pad(given, (CONTEXT, CONTEXT), mode="replicate"))
            loss = torch.nn.functional.cross_entropy(scores, wanted, label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            right += float((scores.argmax(1) == wanted).float().mean())
        log.info("round %d: %.1f %% of the frames", round_number + 1, 100 * right / len(batches))
    network.eval()


def even_targets(spans: Sequence[Span], frames: int) -> Targets:
    """The states of each sound one after the other, all for the same time; silence elsewhere."""
    targets = np.zeros(frames, np.int64)
    for first, last, states in _pieces(spans, frames):
        targets[first:last] = np.asarray(states)[np.arange(last - first) * len(states) // max(1, last - first)]
    return targets


def _aligned(network: torch.nn.Sequential, priors: Features, spans: Sequence[Span], features: Features) -> Targets:
    """The most probable division of each word into its states, a pause allowed at either end."""
    import torch

    with torch.no_grad():
        given = torch.from_numpy(features).T[None]
        scores = network(torch.nn.functional.pad(given, (CONTEXT, CONTEXT), mode="replicate"))[0].log_softmax(0).numpy().T - priors
    targets = np.zeros(len(features), np.int64)
    for first, last, states in _pieces(spans, len(features)):
        if last - first >= len(states):
            targets[first:last] = best_division(scores[first:last], [0, *states, 0])
    return targets


def best_division(scores: Features, row: Sequence[int]) -> Targets:
    """Viterbi over a row of states that are passed in order; the first and the last (silence) may be left out."""
    frames, count = len(scores), len(row)
    best = np.full(count, -np.inf)
    best[:2] = scores[0, row[0]], scores[0, row[1]]
    came = np.zeros((frames, count), np.int64)
    for frame in range(1, frames):
        moved = np.concatenate([[-np.inf], best[:-1]])
        came[frame] = np.where(moved > best, 1, 0)
        best = np.maximum(best, moved) + scores[frame, row]
    place = count - 1 if best[-1] > best[-2] else count - 2
    path = np.zeros(frames, np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = row[place]
        place -= int(came[frame, place])
    return path


def _pieces(spans: Sequence[Span], frames: int) -> list[tuple[int, int, list[int]]]:
    """For each sound its first frame, the frame after its last and its states; a frame belongs to the sound in its middle."""
    pieces = []
    for span in spans:
        first, last = (min(frames, max(0, round((edge - 100) / 80))) for edge in (span.first, span.last))
        start = SOUNDS.first_state(span.sound if span.sound != NO_DIGIT else len(DIGITS))
        pieces.append((first, last, list(range(start, start + SOUNDS.states[span.sound]))))
    return pieces


def _priors(targets: Sequence[Targets]) -> Features:
    counts = np.bincount(np.concatenate(targets), minlength=OUTPUTS) + 1.0
    logarithms: Features = np.log(counts / counts.sum()).astype(np.float32)
    return logarithms


def _layers(network: torch.nn.Sequential, mean: Features, spread: Features, priors: Features) -> list[Layer]:
    """The network for Kaldi: the scaling of its input is in its first layer, that of its output in its last."""
    layers = []
    convolutions = [module for module in network if hasattr(module, "weight")]
    for place, (offsets, module) in enumerate(zip(OFFSETS, convolutions, strict=True)):
        weight = module.weight.detach().numpy().astype(np.float64)
        bias = module.bias.detach().numpy().astype(np.float64)
        if place == 0:
            bias = bias - (weight * (mean / spread)[None, :, None]).sum((1, 2))
            weight = weight / spread[None, :, None]
        if place + 1 == len(OFFSETS):
            bias = bias - priors
        layers.append(Layer(offsets, weight.transpose(0, 2, 1).reshape(len(bias), -1), bias))
    return layers


if __name__ == "__main__":
    main()
