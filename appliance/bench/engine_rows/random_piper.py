"""A Piper voice of the size "medium" whose weights are random: it costs what the real one costs, and renders noise.

    python -m appliance.bench.engine_rows.random_piper FOLDER

The network is VITS (Kim et al. 2021) with the dimensions of Piper's medium quality: a text encoder of six layers, a flow of four
couplings, and a HiFi-GAN that makes 256 samples of each frame, where most of the work is. How long a sound lasts is set instead of
guessed: 70 ms. The end is brought to a level, so that the sound is one that a voice may have.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE, HOP = 22_050, 256
SYMBOLS, WIDTH, FILTER, HEADS, LAYERS = 256, 192, 768, 2, 6
COUPLINGS, WAVENET_LAYERS = 4, 4
RATES, KERNELS, CHANNELS = (8, 8, 4), (16, 16, 8), 256
BLOCKS = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
"""Kernel and dilations of the residual blocks after each step of the HiFi-GAN."""
FRAMES_PER_SOUND, FRAMES_PER_MARK, MARKS = 5.9, 0.8, 14
LEVEL = 0.2


class _Graph:
    """Nodes and weights, added one after the other; each call gives the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        self._dice = np.random.default_rng(1)

    def constant(self, value: Any) -> str:
        name = f"w{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weights(self, *shape: int, inputs: int) -> str:
        return self.constant((self._dice.standard_normal(shape) / math.sqrt(inputs)).astype(np.float32))

    def node(self, kind: str, *inputs: str, outputs: int = 1, **settings: Any) -> Any:
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **settings))
        return names[0] if outputs == 1 else names

    def convolution(self, value: str, inputs: int, outputs: int, kernel: int, dilation: int = 1) -> str:
        weights = self.weights(outputs, inputs, kernel, inputs=inputs * kernel)
        edge = dilation * (kernel - 1) // 2
        made: str = self.node("Conv", value, weights, dilations=[dilation], pads=[edge, edge], kernel_shape=[kernel])
        return made

    def norm(self, value: str) -> str:
        """Over the width of [1, time, width]."""
        ones, zeros = self.constant(np.ones(WIDTH, np.float32)), self.constant(np.zeros(WIDTH, np.float32))
        made: str = self.node("LayerNormalization", value, ones, zeros, axis=-1)
        return made


def write(folder: Path, name: str = "random-medium") -> Path:
    """Write <name>.onnx (63 MB) and its .json; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    onnx.save(_model(), str(path))
    about = {
        "num_symbols": SYMBOLS, "num_speakers": 1, "audio": {"sample_rate": RATE, "quality": "random"},
        "espeak": {"voice": "en-us"}, "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP, "speaker_id_map": {}, "hop_length": HOP,
    }  # fmt: skip
    path.with_name(f"{path.name}.json").write_text(json.dumps(about), encoding="utf-8")
    return path


def _model() -> onnx.ModelProto:
    graph = _Graph()
    text = _text_encoder(graph)
    frames = _in_frames(graph, text)
    sound = _sound(graph, _flow(graph, frames))
    graph.nodes.append(helper.make_node("Identity", [sound], ["output"]))
    ids, samples = ["ids"], ["samples"]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, *ids]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, *samples])]
    made = helper.make_graph(graph.nodes, "random", inputs, outputs, graph.tensors)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _text_encoder(graph: _Graph) -> str:
    """[1, ids, width]."""
    value = graph.node("Gather", graph.weights(SYMBOLS, WIDTH, inputs=1), "input")
    for _ in range(LAYERS):
        value = graph.norm(graph.node("Add", value, _attention(graph, value)))
        across = graph.node("Transpose", value, perm=[0, 2, 1])
        inner = graph.node("Relu", graph.convolution(across, WIDTH, FILTER, 3))
        outer = graph.node("Transpose", graph.convolution(inner, FILTER, WIDTH, 3), perm=[0, 2, 1])
        value = graph.norm(graph.node("Add", value, outer))
    return str(value)


def _attention(graph: _Graph, value: str) -> str:
    part = WIDTH // HEADS
    shape, whole = graph.constant(np.array([1, -1, HEADS, part])), graph.constant(np.array([1, -1, WIDTH]))

    def heads(perm: list[int]) -> str:
        many = graph.node("MatMul", value, graph.weights(WIDTH, WIDTH, inputs=WIDTH))
        return str(graph.node("Transpose", graph.node("Reshape", many, shape), perm=perm))

    scores = graph.node("MatMul", heads([0, 2, 1, 3]), heads([0, 2, 3, 1]))
    scaled = graph.node("Mul", scores, graph.constant(np.float32(1 / math.sqrt(part))))
    mixed = graph.node("MatMul", graph.node("Softmax", scaled, axis=-1), heads([0, 2, 1, 3]))
    joined = graph.node("Reshape", graph.node("Transpose", mixed, perm=[0, 2, 1, 3]), whole)
    return str(graph.node("MatMul", joined, graph.weights(WIDTH, WIDTH, inputs=WIDTH)))


def _in_frames(graph: _Graph, text: str) -> str:
    """[1, width, frames]: each id as often as it lasts, by the length scale."""
    usual = np.where(np.arange(SYMBOLS) < MARKS, FRAMES_PER_MARK, FRAMES_PER_SOUND).astype(np.float32)
    zero, one, first = graph.constant(np.int64(0)), graph.constant(np.int64(1)), graph.constant(np.array([0]))
    ids = graph.node("Squeeze", "input", first)
    length = graph.node("Slice", "scales", graph.constant(np.array([1])), graph.constant(np.array([2])))
    lasting = graph.node("Ceil", graph.node("Mul", graph.node("Gather", graph.constant(usual), ids), length))
    ends = graph.node("CumSum", lasting, zero)
    count = graph.node("Cast", graph.node("ReduceSum", lasting, keepdims=0), to=TensorProto.INT64)
    frame = graph.node("Cast", graph.node("Range", zero, count, one), to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", frame, graph.constant(np.array([1])))
    over = graph.node("Cast", graph.node("LessOrEqual", ends, column), to=TensorProto.INT64)
    index = graph.node("ReduceSum", over, graph.constant(np.array([1])), keepdims=0)
    across = graph.node("Transpose", text, perm=[0, 2, 1])
    return str(graph.node("Gather", graph.convolution(across, WIDTH, WIDTH, 1), index, axis=2))


def _flow(graph: _Graph, value: str) -> str:
    half = graph.constant(np.array([WIDTH // 2, WIDTH // 2]))
    for _ in range(COUPLINGS):
        kept, changed = graph.node("Split", value, half, outputs=2, axis=1)
        hidden, skipped = graph.convolution(kept, WIDTH // 2, WIDTH, 1), ""
        for _ in range(WAVENET_LAYERS):
            double = graph.constant(np.array([WIDTH, WIDTH]))
            gate, signal = graph.node("Split", graph.convolution(hidden, WIDTH, 2 * WIDTH, 5), double, outputs=2, axis=1)
            through = graph.node("Mul", graph.node("Tanh", signal), graph.node("Sigmoid", gate))
            rest, skip = graph.node("Split", graph.convolution(through, WIDTH, 2 * WIDTH, 1), double, outputs=2, axis=1)
            hidden = graph.node("Add", hidden, rest)
            skipped = graph.node("Add", skipped, skip) if skipped else skip
        moved = graph.node("Sub", changed, graph.convolution(skipped, WIDTH, WIDTH // 2, 1))
        value = graph.node("Concat", moved, kept, axis=1)
    return value


def _sound(graph: _Graph, value: str) -> str:
    """[1, 1, samples]."""
    value, channels = graph.convolution(value, WIDTH, CHANNELS, 7), CHANNELS
    for rate, kernel in zip(RATES, KERNELS, strict=True):
        weights = graph.weights(channels, channels // 2, kernel, inputs=channels * kernel // rate)
        edge = (kernel - rate) // 2
        bent = graph.node("LeakyRelu", value, alpha=0.1)
        value = graph.node("ConvTranspose", bent, weights, strides=[rate], pads=[edge, edge], kernel_shape=[kernel])
        channels //= 2
        value = graph.node("Sum", *(_block(graph, value, channels, kernel, dilations) for kernel, dilations in BLOCKS))
        value = graph.node("Mul", value, graph.constant(np.float32(1 / len(BLOCKS))))
    last = graph.convolution(graph.node("LeakyRelu", value, alpha=0.01), channels, 1, 7)
    mean = graph.node("ReduceMean", last, axes=[2])
    centred = graph.node("Sub", last, mean)
    loud = graph.node("Sqrt", graph.node("ReduceMean", graph.node("Mul", centred, centred), axes=[2]))
    levelled = graph.node("Div", centred, graph.node("Mul", loud, graph.constant(np.float32(1 / LEVEL))))
    return str(graph.node("Tanh", levelled))


def _block(graph: _Graph, value: str, channels: int, kernel: int, dilations: tuple[int, ...]) -> str:
    for dilation in dilations:
        bent = graph.node("LeakyRelu", value, alpha=0.1)
        value = graph.node("Add", value, graph.convolution(bent, channels, channels, kernel, dilation))
    return value


if __name__ == "__main__":
    write(Path(sys.argv[1]))
