"""A site without any network: installed whole or not at all, whatever refuses, fails or kills it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import minisign
import pytest

from appliance.faults import TheirFault
from appliance.provision.bundle import signature
from appliance.provision.bundle.installing import install
from appliance.provision.manifest import verify as verify_model
from tests.provision.small_bundle import NAME, Workshop, make_wheel, open_workshop

USUAL_KILLS = 5
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return open_workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def first(workshop: Workshop) -> Path:
    return workshop.bundle("1.0")


@pytest.fixture(scope="module")
def second(workshop: Workshop) -> Path:
    return workshop.bundle("2.0")


def running_version(site: Path) -> str:
    """What `current` answers, and that it is whole: its model, its source tree, what its wheels required."""
    current = site / "current"
    verify_model(current / "models", "own")
    assert (current / "project" / "scripts" / "prepare").stat().st_mode & 0o111
    python: list[str | Path] = [
        current / "venv" / "bin" / "python",
        "-c",
        "import tiny_appliance, tiny_helper; print(tiny_appliance.VERSION)",
    ]
    imported = subprocess.run(python, capture_output=True, text=True, check=True).stdout
    command = subprocess.run([current / "venv" / "bin" / "appliance"], capture_output=True, text=True, check=True).stdout
    assert imported == command
    return command.strip()


def versions(site: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in (site / "versions").iterdir())


def command(bundle: Path, site: Path, workshop: Workshop) -> list[str]:
    script = str(Path(__file__).with_name("installing_process.py"))
    return [sys.executable, script, str(bundle), str(site), workshop.public.to_base64().decode()]


def test_a_bundle_is_installed_into_an_empty_folder_where_there_is_no_network(
    first: Path, workshop: Workshop, tmp_path: Path
) -> None:
    """In a network namespace of its own, where not even loopback is up."""
    carried = tmp_path / "stick.bundle"
    carried.write_bytes(first.read_bytes())
    site = tmp_path / "site"
    alone = ["unshare", "--map-root-user", "--net", *command(carried, site, workshop)]
    done = subprocess.run(alone, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert running_version(site) == "1.0"
    assert not list(site.rglob("*.whl"))


def test_the_next_version_takes_over_and_the_one_before_stays_to_go_back_to(
    first: Path, second: Path, workshop: Workshop, tmp_path: Path
) -> None:
    told: list[str] = []
    for bundle in (first, first, second):
        done = install(bundle, tmp_path, workshop.public, told.append)
    assert done.folder == (tmp_path / "current").resolve()
    assert running_version(tmp_path) == "2.0"
    assert versions(tmp_path) == ["1.0", "2.0"]
    assert told[-1] == "switching over"


def test_an_installation_killed_anywhere_leaves_one_whole_version(
    first: Path, second: Path, workshop: Workshop, tmp_path: Path, sequences: int | None
) -> None:
    """SIGKILL to it and everything it started, spread evenly over the time that an undisturbed one takes."""
    began = time.monotonic()
    subprocess.run(command(first, tmp_path, workshop), cwd=PROJECT, check=True, capture_output=True)
    usual, kills, seen = time.monotonic() - began, sequences or USUAL_KILLS, set()
    for number in range(kills):
        with subprocess.Popen(
            command(second, tmp_path, workshop),
            cwd=PROJECT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(usual * number / kills)
            os.killpg(process.pid, signal.SIGKILL)
        seen.add(running_version(tmp_path))
    assert seen <= {"1.0", "2.0"}
    install(second, tmp_path, workshop.public, print)
    assert running_version(tmp_path) == "2.0"
    assert len(versions(tmp_path)) <= 2


def test_a_refused_bundle_leaves_everything_as_it_was(first: Path, second: Path, workshop: Workshop, tmp_path: Path) -> None:
    install(first, tmp_path / "site", workshop.public, print)
    changed = bytearray(second.read_bytes())
    changed[len(changed) // 2] ^= 4
    (tmp_path / "changed").write_bytes(changed)
    for bundle, key in ((tmp_path / "changed", workshop.public), (second, minisign.KeyPair.generate().public_key)):
        with pytest.raises(TheirFault, match="is refused"):
            install(bundle, tmp_path / "site", key, print)
        assert running_version(tmp_path / "site") == "1.0"
        assert versions(tmp_path / "site") == ["1.0"]


def test_a_file_that_changes_after_it_was_verified_is_refused(second: Path, workshop: Workshop, tmp_path: Path) -> None:
    """Such as a stick that reads differently the second time; nothing of it is run."""
    bundle = tmp_path / "b"
    bundle.write_bytes(second.read_bytes())

    def swap(words: str) -> None:
        if words == "unpacking":
            content = bytearray(bundle.read_bytes())
            position = content.index(b"the project's own")
            content[position] ^= 1
            bundle.write_bytes(content)

    with pytest.raises(TheirFault, match="is refused: it changed while it was read"):
        install(bundle, tmp_path / "site", workshop.public, swap)
    assert not list((tmp_path / "site" / "versions").iterdir())
    assert not (tmp_path / "site" / "current").exists()


@pytest.mark.parametrize(
    ("requires", "code", "said"),
    [
        ("never-heard-of", "", "pip could not install it: .*never-heard-of"),
        ("", "import nothing_of_this_name\n", "the new version does not start here: .*nothing_of_this_name"),
    ],
)
def test_a_version_that_cannot_work_here_is_not_switched_to(
    first: Path, workshop: Workshop, tmp_path: Path, requires: str, code: str, said: str
) -> None:
    install(first, tmp_path / "site", workshop.public, print)
    own = open_workshop(tmp_path / "workshop")
    (tmp_path / "workshop").mkdir()
    bad = own.bundle("3.0", [make_wheel(tmp_path, NAME, "3.0", requires=requires, code=code)])
    with pytest.raises(TheirFault, match=said):
        install(bad, tmp_path / "site", own.public, print)
    assert running_version(tmp_path / "site") == "1.0"
    assert versions(tmp_path / "site") == ["1.0"]


def test_a_bundle_for_another_python_is_refused_before_it_is_unpacked(second: Path, workshop: Workshop, tmp_path: Path) -> None:
    content = second.read_bytes()
    head = signature.verify(second, workshop.public).payload
    text = f'"python": "{sys.version_info[0]}.{sys.version_info[1]}"'.encode()
    other = tmp_path / "other"
    comment = "version:2.0"
    payload = content[head:].replace(text, b'"python": "2.77"'[: len(text)].ljust(len(text)))
    other.write_bytes(bytes(signature.head_size(comment)) + payload)
    signature.sign(other, workshop.keys.secret_key, comment)
    with pytest.raises(TheirFault, match=r"is for Python 2.77, and this is Python 3.11"):
        install(other, tmp_path / "site", workshop.public, print)
    assert not list((tmp_path / "site" / "versions").iterdir())


def test_missing_debian_packages_are_named(workshop: Workshop, tmp_path: Path) -> None:
    done = install(workshop.bundle("4.0", packages="dpkg no-such-package"), tmp_path, workshop.public, print)
    assert done.missing_packages == ("no-such-package",)
