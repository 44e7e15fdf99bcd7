"""`appliance models`: which models there are, which are here, and how they come and go."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from appliance.faults import TheirFault
from appliance.provision.fetching import Origin, Tell, fetch, is_whole, known, of_profile, remove
from appliance.provision.manifest import (
    PROJECT_MODELS,
    Model,
    Profile,
    model_folder,
    read_catalogue,
    read_manifest,
    verify,
)

State = Literal["absent", "present", "verified", "damaged"]
_STYLES: dict[State, str] = {"absent": "dim", "present": "green", "verified": "green", "damaged": "bold red"}
_COMMERCIAL = {"yes": "", "credit": ", name the authors", "unclear": ", commercial use unclear", "no": ", no commercial use"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs `models list`, `fetch`, `verify` and `remove`."""
    verbs = commands.add_parser("models", help="which models there are and which are here; fetch, verify, remove").add_subparsers(
        required=True, metavar="VERB"
    )
    listing = verbs.add_parser("list", help="every model: role, language, size, licence, profile, and whether it is here")
    listing.add_argument("--verify", action="store_true", help="compare every byte of what is here, which takes a while")
    listing.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    listing.set_defaults(func=show)
    fetching = verbs.add_parser(
        "fetch",
        help="bring models here and verify them",
        description="Bring models here and verify them. A broken download goes on where it stopped; "
        "proxies come from the environment.",
    )
    source = fetching.add_mutually_exclusive_group()
    source.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="take the files from this folder")
    source.add_argument("--mirror", default="", metavar="URL", help="take the files from URL/<model>/<file>")
    fetching.set_defaults(func=bring)
    checking = verbs.add_parser("verify", help="compare every byte with the manifest", epilog="Exit status: 0 all right, 1 not.")
    checking.set_defaults(func=examine)
    removing = verbs.add_parser("remove", help="delete fetched models")
    removing.add_argument("names", nargs="+", metavar="NAME")
    removing.set_defaults(func=delete)
    for parser in (fetching, checking):
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--profile", choices=get_args(Profile), help="the models of this profile")
    for parser in (listing, fetching, checking, removing):
        parser.add_argument("--models", type=Path, default=PROJECT_MODELS, metavar="FOLDER", help="default: the project's")


def show(arguments: argparse.Namespace) -> int:
    """List every model."""
    folder = arguments.models
    catalogue = read_catalogue(folder)
    states = {name: _state(folder, name, model, thorough=arguments.verify) for name, model in catalogue.items()}
    if arguments.json:
        rows = {
            name: {**model.model_dump(mode="json"), "bytes": model.size, "state": states[name]} for name, model in catalogue.items()
        }
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("model", "role", "language", "size", "licence", "profile", "here"):
        table.add_column(heading, justify="right" if heading == "size" else "left", overflow="fold")
    for name, model in catalogue.items():
        state = states[name]
        table.add_row(
            name,
            model.role,
            " ".join(model.languages) or "any",
            f"{model.size / 1e6:.0f} MB",
            model.licence + _COMMERCIAL[model.commercial],
            " ".join(model.profiles) or ("all" if not model.downloadable else "-"),
            f"[{_STYLES[state]}]{state}",
        )
    Console().print(table)
    return 0


def bring(arguments: argparse.Namespace) -> int:
    """Fetch what is named, one after the other; what is here and whole is left alone."""
    folder, origin = arguments.models, Origin(arguments.folder, arguments.mirror)
    if origin.mirror and not origin.mirror.startswith(("http://", "https://")):
        raise TheirFault(f"--mirror: {origin.mirror} is no address.", repair="Write it with http:// or https://, or use --from.")
    catalogue = read_catalogue(folder)
    names = _named(arguments, catalogue)
    if not names and arguments.profile:
        print(f"The profile {arguments.profile} needs no models but those of the project.")
        return 0
    if not names:
        raise TheirFault("No model is named.", repair="Name some, or give --profile; `appliance models list` shows them.")
    for name in names:
        known(catalogue, name)  # a misspelt name is told before gigabytes are brought
    for name in names:
        with _progress() as tell:
            new = fetch(folder, name, origin=origin, tell=tell)
        print(f"{name}: {'fetched and verified' if new else 'already here, verified'}")
    return 0


def examine(arguments: argparse.Namespace) -> int:
    """Verify what is named; without a name, everything that is or must be here."""
    folder = arguments.models
    names = _named(arguments, read_catalogue(folder))
    status = 0
    for name in names or read_manifest(folder):
        try:
            verify(folder, name)
        except TheirFault as fault:
            print(f"{name}: {fault}", file=sys.stderr)
            status = 1
        else:
            print(f"{name}: verified")
    return status


def delete(arguments: argparse.Namespace) -> int:
    """Remove what is named."""
    for name in arguments.names:
        print(f"{name}: {'removed' if remove(arguments.models, name) else 'was not here'}")
    return 0


def _named(arguments: argparse.Namespace, catalogue: Mapping[str, Model]) -> Sequence[str]:
    chosen = of_profile(catalogue, arguments.profile) if arguments.profile else []
    return list(dict.fromkeys([*arguments.names, *chosen]))


def _state(folder: Path, name: str, model: Model, *, thorough: bool) -> State:
    if not model_folder(folder, name, model).exists():
        return "absent"
    if not is_whole(folder, name, thorough=thorough):
        return "damaged"
    return "verified" if thorough else "present"


@contextmanager
def _progress() -> Iterator[Tell]:
    """Bars on stderr, one for each file."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def tell(file: str, size: int) -> Callable[[int], None]:
            task = progress.add_task(file, total=size)
            return lambda done: progress.update(task, completed=done)

        yield tell
