"""`appliance units`: what systemd must know of this site, written beside the units from appliance.toml."""

from __future__ import annotations

import argparse
from pathlib import Path

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_machine
from appliance.provision.drop_ins import drop_ins


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("units", help="write the drop-ins of the systemd units from appliance.toml", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write them here, such as /etc/systemd/system; else only print")
    parser.add_argument("--programs", type=Path, metavar="VENV", help="the environment, where it lies outside /opt")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="FOLDER", help="where the disk of an image lies")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Write or print; a drop-in of ours that is not needed any more is removed, and an equal one is not touched."""
    wanted = drop_ins(load_machine(config_path(arguments)), root=arguments.root, programs=arguments.programs)
    if arguments.to is None:
        print("\n".join(f"## {name}\n{text}" for name, text in sorted(wanted.items())), end="")
        return 0
    for old in arguments.to.glob("appliance-*.service.d/site*.conf"):
        if str(old.relative_to(arguments.to)) not in wanted:
            old.unlink()
            print(f"removed {old}")
    for name, text in sorted(wanted.items()):
        path: Path = arguments.to / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
        print(f"wrote {path}")
    return 0
