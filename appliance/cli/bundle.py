"""`appliance bundle`: one signed file for a site without any network; made here, carried there, installed there."""

from __future__ import annotations

import argparse
import getpass
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from appliance.provision.fetching import known, of_profile
from appliance.provision.manifest import PROJECT_MODELS, Profile, read_catalogue

if TYPE_CHECKING:
    import minisign

DEFAULT_FOLDER = Path("/opt/clinic-voice-appliance")
PROJECT = Path(__file__).parents[2]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs `bundle make`, `install` and `verify`."""
    verbs = commands.add_parser(
        "bundle", help="one signed file for a site without any network: make, install, verify"
    ).add_subparsers(required=True, metavar="VERB")
    making = verbs.add_parser("make", help="put everything a site needs into one signed file")
    making.add_argument("--out", type=Path, required=True, metavar="FILE", help="the bundle to write")
    making.add_argument("--key", type=Path, required=True, metavar="FILE", help="the secret key that signs it, of `minisign -G`")
    making.add_argument("--password-file", type=Path, metavar="FILE", help="holds the key's password; else it is asked for")
    making.add_argument("--profile", choices=get_args(Profile), default="embedded", help="with the models of this profile")
    making.add_argument("--model", action="append", default=[], metavar="NAME", help="with this fetched model too")
    making.add_argument("--models", type=Path, default=PROJECT_MODELS, metavar="FOLDER", help="default: the project's")
    making.add_argument("--debs", action="store_true", help="with the .deb files of the Debian packages it needs")
    making.add_argument("--wheels", type=Path, metavar="FOLDER", help="take these wheels, instead of what pip makes and downloads")
    making.add_argument("--project", type=Path, default=PROJECT, metavar="FOLDER", help="the source tree")
    making.set_defaults(func=make)
    installing = verbs.add_parser("install", help="make what is in a bundle the current version; asks no network")
    installing.add_argument("--to", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help=f"default: {DEFAULT_FOLDER}")
    installing.set_defaults(func=install)
    examining = verbs.add_parser("verify", help="see that every bit of a bundle is what was signed")
    examining.set_defaults(func=verify)
    for parser in (installing, examining):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--key", required=True, metavar="PUBLIC", help="public key of whom you trust: minisign.pub, or its text"
        )


def make(arguments: argparse.Namespace) -> int:
    """Collect, pack, sign."""
    from appliance.provision.bundle import collecting, making  # loads cryptography, which no other verb needs

    catalogue = read_catalogue(arguments.models)
    for name in arguments.model:
        known(catalogue, name)
    chosen = [*of_profile(catalogue, arguments.profile), *arguments.model]
    collecting.chosen_models(arguments.models, chosen, thorough=False)  # a missing model is told before minutes of packing
    with tempfile.TemporaryDirectory(dir=arguments.out.resolve().parent, prefix=".bundle-") as folder, _key(arguments) as key:
        scratch = Path(folder)
        if arguments.wheels:
            wheels = collecting.ready_wheels(arguments.wheels)
        else:
            _say("making and downloading the wheels")
            wheels = collecting.build_wheels(arguments.project, scratch)
        debs = []
        if arguments.debs:
            _say("downloading the Debian packages")
            debs = collecting.download_packages(collecting.needed_packages(arguments.project), scratch)
        ingredients = making.Ingredients(arguments.project, wheels, arguments.models, chosen, arguments.profile, debs)
        _say("packing and signing")
        description = making.make(arguments.out, ingredients, key)
    size = arguments.out.stat().st_size
    print(f"{arguments.out}: {description.name} {description.version}, {len(wheels)} wheels, {len(debs)} Debian packages,")
    print(f"models {', '.join(description.models)}; {size / 1e6:.1f} MB, signed.")
    return 0


def install(arguments: argparse.Namespace) -> int:
    """Verify, unpack beside, make ready, switch."""
    from appliance.provision.bundle import installing, signature

    done = installing.install(arguments.file, arguments.to.absolute(), signature.public_key(arguments.key), _say)
    print(f"{arguments.to / 'current'} is now {done.description.name} {done.description.version}.")
    if done.missing_packages:
        debs = sorted((done.folder / "packages").glob("*.deb"))
        what = f"{done.folder / 'packages'}/*.deb" if debs else " ".join(done.missing_packages)
        print(f"Debian packages are missing ({' '.join(done.missing_packages)}); as root run: apt-get install {what}")
    if done.lacking:
        print(f"The processor that made it has {' '.join(done.lacking)}, which this one lacks: see that `appliance check` is well.")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Verify, and say what it is."""
    from appliance.provision.bundle import installing, signature

    found = installing.examine(arguments.file, signature.public_key(arguments.key))
    source = f" of {found.commit}" if found.commit else ""
    print(f"{arguments.file}: verified; {found.name} {found.version}{source}, made {found.made} for the profile {found.profile},")
    print(f"Python {found.python} on {found.machine}, models {', '.join(found.models) or 'none'}.")
    return 0


def _key(arguments: argparse.Namespace) -> minisign.SecretKey:
    from appliance.provision.bundle.signature import PasswordNeeded, secret_key

    given: Path | None = arguments.password_file
    password = given.read_text(encoding="utf-8").rstrip("\n") if given else None
    try:
        return secret_key(arguments.key, password)
    except PasswordNeeded:
        if not sys.stdin.isatty():
            raise
        return secret_key(arguments.key, getpass.getpass("Password of the key: "))


def _say(words: str) -> None:
    print(f"== {words}", file=sys.stderr)
