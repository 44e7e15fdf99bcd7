"""A Piper voice of tones: 3 kB of ONNX that the genuine Piper loads and runs, for tests that need its timing, not its beauty.

It keeps Piper's contract: int64 `input` of phoneme ids, `input_lengths`, float `scales` (noise, length, width noise), `sid` when
there are several speakers; the first output is sound at 22.05 kHz, the second the frames of 256 samples of each id. Every phoneme
is a tone of its own pitch, 70 ms long at length 1, that swells and fades, so that no sample is far from the next; padding and
punctuation are silent and short.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE = 22_050
HOP = 256
FRAMES_PER_PHONEME, FRAMES_PER_MARK = 5.9, 0.8
"""Rounded up, after the length scale."""
SILENT_IDS = 14
"""Ids below this are padding, marks and punctuation in Piper's usual map."""


def write_tone_voice(
    folder: Path, name: str = "tone", *, voice: str = "en-us", speakers: int = 1, amplitude: float = 0.5, **changes: object
) -> Path:
    """Write <name>.onnx and its .json into `folder`; `changes` replace keys of the json. Returns the path of the model."""
    path = folder / f"{name}.onnx"
    onnx.save(_model(speakers, amplitude), str(path))
    about: dict[str, object] = {
        "num_symbols": _symbols(),
        "num_speakers": speakers,
        "audio": {"sample_rate": RATE, "quality": "tones"},
        "espeak": {"voice": voice},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "speaker_id_map": {f"speaker{number}": number for number in range(speakers)} if speakers > 1 else {},
        "hop_length": HOP,
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(about | changes), encoding="utf-8")
    return path


def _symbols() -> int:
    return max(number for numbers in DEFAULT_PHONEME_ID_MAP.values() for number in numbers) + 1


def _model(speakers: int, amplitude: float) -> onnx.ModelProto:
    ids = np.arange(_symbols())
    silent = ids < SILENT_IDS
    constants: dict[str, Any] = {
        "pitch_of_id": np.where(silent, 0, 180 * 2 ** (ids * 7 % 36 / 12)).astype(np.float32),
        "frames_of_id": np.where(silent, FRAMES_PER_MARK, FRAMES_PER_PHONEME).astype(np.float32),
        "radians": np.float32(2 * np.pi / RATE),
        "loudness": np.float32(amplitude),
        "half_turn": np.float32(np.pi),
        "hop": np.int64(HOP),
        "zero": np.int64(0),
        "one": np.int64(1),
        "axis0": np.array([0]),
        "axis1": np.array([1]),
        "from1": np.array([1]),
        "to2": np.array([2]),
        "axes01": np.array([0, 1]),
    }
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        constants["pitch_of_speaker"] = (1 + np.arange(speakers) / 10).astype(np.float32)
    outputs = [
        helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "samples"]),
        helper.make_tensor_value_info("durations", TensorProto.FLOAT, [1, 1, "ids"]),
    ]
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()]
    graph = helper.make_graph(_nodes(speakers), "tones", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _nodes(speakers: int) -> list[onnx.NodeProto]:
    def node(kind: str, inputs: str, output: str, **settings: Any) -> onnx.NodeProto:
        return helper.make_node(kind, inputs.split(), [output], **settings)

    nodes = [
        node("Squeeze", "input axis0", "ids"),
        # frames of each id at this length, and where each ends
        node("Gather", "frames_of_id ids", "usual_frames"),
        node("Slice", "scales from1 to2", "length"),
        node("Mul", "usual_frames length", "wished_frames"),
        node("Ceil", "wished_frames", "frames"),
        node("Unsqueeze", "frames axes01", "durations"),
        node("CumSum", "frames zero", "ends"),
        # each sample's time, its frame, and by it the id that sounds
        node("ReduceSum", "frames", "all_frames", keepdims=0),
        node("Cast", "all_frames", "frame_count", to=TensorProto.INT64),
        node("Mul", "frame_count hop", "sample_count"),
        node("Range", "zero sample_count one", "sample"),
        node("Range", "zero frame_count one", "frame"),
        node("Cast", "frame", "frame_number", to=TensorProto.FLOAT),
        node("Unsqueeze", "frame_number axis1", "frame_column"),
        node("LessOrEqual", "ends frame_column", "is_over"),
        node("Cast", "is_over", "over", to=TensorProto.INT64),
        node("ReduceSum", "over axis1", "index_of_frame", keepdims=0),
        node("Div", "sample hop", "frame_of_sample"),
        node("Gather", "index_of_frame frame_of_sample", "index"),
        node("Gather", "ids index", "sounding"),
        # how far into its id each sample is, for the tone to swell and fade
        node("Sub", "ends frames", "starts"),
        node("Gather", "starts index", "start_frame"),
        node("Gather", "frames index", "length_in_frames"),
        node("Cast", "sample", "sample_number", to=TensorProto.FLOAT),
        node("Cast", "hop", "hop_length", to=TensorProto.FLOAT),
        node("Div", "sample_number hop_length", "exact_frame"),
        node("Sub", "exact_frame start_frame", "frames_since"),
        node("Div", "frames_since length_in_frames", "share"),
        node("Mul", "share half_turn", "arc"),
        node("Sin", "arc", "swell"),
        node("Gather", "pitch_of_id sounding", "usual_pitch"),
    ]
    if speakers > 1:
        nodes += [node("Gather", "pitch_of_speaker sid", "higher"), node("Mul", "usual_pitch higher", "pitch")]
    else:
        nodes.append(node("Identity", "usual_pitch", "pitch"))
    return [
        *nodes,
        node("Mul", "sample_number radians", "turn"),
        node("Mul", "turn pitch", "angle"),
        node("Sin", "angle", "wave"),
        node("Mul", "wave swell", "tone"),
        node("Mul", "tone loudness", "sound"),
        node("Unsqueeze", "sound axes01", "output"),
    ]
