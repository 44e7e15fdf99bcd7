"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

DEFAULT_CONFIG = Path("/etc/clinic-voice-appliance/appliance.toml")
CONFIG_VARIABLE = "APPLIANCE_CONFIG"


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add --config FILE."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=f"appliance.toml (default: ${CONFIG_VARIABLE}, else {DEFAULT_CONFIG})"
    )


def config_path(arguments: argparse.Namespace) -> Path:
    """The file that --config, the environment or the default names, in this order."""
    given: Path | None = arguments.config
    return given or Path(os.environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG)
