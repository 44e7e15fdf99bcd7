"""install, upgrade, uninstall and support-bundle, run for real into trees of the test's own, whole, cut off and again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ANSWERS = """\
# a site
pbx = 10.1.2.3
extension = 417
password = a-long-secret-of-the-site
clinic_file = {clinic}
"""
STEPS = ("program", "user and folders", "settings", "units", "services")
PROGRAM, ETC, DATA = "opt/clinic-voice-appliance", "etc/clinic-voice-appliance", "var/lib/appliance"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small source tree with this project's scripts and units, whose version is the test's to change."""
    made = tmp_path / "checkout"
    for name in ("scripts", "systemd"):
        shutil.copytree(PROJECT / name, made / name)
    (made / "appliance").mkdir()
    (made / "appliance" / "__init__.py").write_text("")
    (made / "models").mkdir()
    (made / "models" / "manifest.toml").write_text("")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (made / name).write_text("")
    (made / "setup.cfg").write_text("[metadata]\nversion = 1.0\n")
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty disk."""
    (tmp_path / "disk" / "etc").mkdir(parents=True)
    return tmp_path / "disk"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers"
    path.write_text(ANSWERS.format(clinic=PROJECT / "scripts" / "sample" / "clinic.toml"))
    return path


def script(checkout: Path, name: str, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts with nobody at the terminal."""
    return subprocess.run(
        [checkout / "scripts" / name, *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def install_words(root: Path, answers: Path) -> list[str | Path]:
    return ["--unattended", "--answers", answers, "--root", root, "--venv", sys.prefix]


def installed(checkout: Path, root: Path, answers: Path) -> None:
    done = script(checkout, "install", *install_words(root, answers))
    assert done.returncode == 0, done.stderr


def tree(root: Path) -> dict[str, tuple[str, int]]:
    """Every file and link below: its content or target, and when it was changed."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            content = str(path.readlink()) if path.is_symlink() else path.read_bytes().hex() if path.is_file() else ""
            found[str(path.relative_to(root))] = (content, path.lstat().st_mtime_ns)
    return found


def without_times(root: Path) -> dict[str, str]:
    return {name: content for name, (content, _) in tree(root).items()}


def test_an_installation_has_everything_at_its_place(checkout: Path, root: Path, answers: Path) -> None:
    installed(checkout, root, answers)
    assert (root / PROGRAM / "current" / "venv" / "bin" / "appliance").exists()
    assert (root / PROGRAM / "current" / "models" / "manifest.toml").exists(), "an installed appliance finds its models there"
    assert {path.name for path in (root / ETC).iterdir()} == {"appliance.toml", "clinic.toml", "sip-password"}
    assert (root / ETC / "sip-password").stat().st_mode & 0o007 == 0
    units = root / "etc" / "systemd" / "system"
    assert {path.name for path in (PROJECT / "systemd").glob("*.service")} <= {path.name for path in units.iterdir()}
    line = (units / "appliance-line@.service.d" / "site.conf").read_text()
    assert "IPAddressAllow=10.1.2.3\n" in line
    assert "LoadCredential=sip-password:/etc/clinic-voice-appliance/sip-password\n" in line
    assert "clinic-voice:" in (root / "etc" / "passwd").read_text()
    assert (root / DATA).stat().st_mode & 0o777 == 0o700 or os.geteuid() != 0
    assert (root / "usr" / "local" / "bin" / "appliance").stat().st_mode & 0o111


def test_the_second_time_nothing_changes(checkout: Path, root: Path, answers: Path) -> None:
    installed(checkout, root, answers)
    before = tree(root)
    installed(checkout, root, answers)
    changed = {name for name, entry in tree(root).items() if before.get(name) != entry}
    # systemd writes the user's files again only when it adds one; settings' folder is looked into
    assert changed == set()


@pytest.mark.parametrize("step", STEPS)
def test_cut_off_at_any_step_it_goes_on_the_next_time(checkout: Path, root: Path, answers: Path, tmp_path: Path, step: str) -> None:
    """The whole group of processes is killed when the step begins; the result is that of an installation in one go."""
    command = [checkout / "scripts" / "install", *install_words(root, answers)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(f"== {step}"):
            os.killpg(process.pid, signal.SIGKILL)
            break
    assert process.wait(10) == -signal.SIGKILL
    installed(checkout, root, answers)
    other = tmp_path / "in-one-go"
    (other / "etc").mkdir(parents=True)
    installed(checkout, other, answers)
    assert without_times(root) == without_times(other)


def test_what_is_there_is_never_overwritten(checkout: Path, root: Path, answers: Path) -> None:
    installed(checkout, root, answers)
    clinic = root / ETC / "clinic.toml"
    clinic.write_text(clinic.read_text().replace("Cedar Hill Family Clinic", "Oak Street Clinic"))
    installed(checkout, root, answers)
    assert "Oak Street Clinic" in clinic.read_text()


def test_an_answer_that_is_missing_is_named_and_stops_it(checkout: Path, root: Path, answers: Path) -> None:
    answers.write_text(answers.read_text().replace("extension = 417\n", ""))
    done = script(checkout, "install", *install_words(root, answers))
    assert done.returncode == 2
    assert "extension is not answered" in done.stderr
    assert not list((root / ETC).iterdir())


def test_answers_may_come_from_the_environment(checkout: Path, root: Path) -> None:
    given = {"PBX": "10.1.2.3", "EXTENSION": "417", "PASSWORD": "s3cret", "CLINIC_NAME": "Oak", "FRONT_DESK": "200"}
    environment = {f"APPLIANCE_ANSWER_{name}": value for name, value in given.items()}
    words = ["--unattended", "--root", str(root), "--venv", sys.prefix]
    done = script(checkout, "install", *words, APPLIANCE_ANSWER_TIMEZONE="America/New_York", **environment)
    assert done.returncode == 0, done.stderr
    assert 'front_desk = "200"' in (root / ETC / "clinic.toml").read_text()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--fast"], "no option --fast"),
        (["--venv"], "--venv needs a value"),
        (["--root", "/nowhere"], "--root /nowhere is no folder"),
        (["--bundle", "x"], "--bundle needs --key"),
        (["--root", "/mnt", "--venv", "/usr"], "/usr has no bin/appliance"),
        (["--root", "/mnt", "--answers", "/nowhere"], "the answers /nowhere cannot be read"),
    ],
)
def test_an_unmet_need_is_one_sentence_with_its_repair(checkout: Path, words: list[str], named: str) -> None:
    done = script(checkout, "install", *words)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert named in last
    assert last.endswith(".")


@pytest.mark.parametrize("name", ["install", "upgrade", "uninstall", "support-bundle"])
def test_help_tells_every_option_that_the_script_knows(checkout: Path, name: str) -> None:
    text = (checkout / "scripts" / name).read_text()
    known = {word for line in text.splitlines() if line.startswith("    --") for word in line.split(")")[0].split() if word != "|"}
    done = script(checkout, name, "--help")
    assert done.returncode == 0
    assert all(option in done.stdout for option in known)
    assert known


def test_uninstalled_the_data_stays_and_with_shred_nothing_is_left(checkout: Path, root: Path, answers: Path) -> None:
    installed(checkout, root, answers)
    (root / DATA / "appliance.db").write_text("records")
    assert script(checkout, "uninstall", "--root", root).returncode == 0
    assert not (root / PROGRAM).exists()
    assert (root / DATA / "appliance.db").read_text() == "records"
    assert (root / ETC / "sip-password").exists()
    refused = script(checkout, "uninstall", "--root", root, "--shred-data")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert (root / DATA / "appliance.db").exists()
    done = script(checkout, "uninstall", "--root", root, "--shred-data", "--yes")
    assert done.returncode == 0, done.stderr
    left = [name for name, (content, _) in tree(root).items() if "appliance" in name or b"clinic-voice".hex() in content]
    assert [name for name in left if not name.endswith(("-", "subuid", "subgid"))] == []


def test_an_upgrade_keeps_the_data_and_says_what_it_does(checkout: Path, root: Path, answers: Path) -> None:
    installed(checkout, root, answers)
    (root / DATA / "appliance.db").write_text("records")
    old = (root / PROGRAM / "current").readlink()
    (root / PROGRAM / "current" / "models" / "downloaded").mkdir()
    (root / PROGRAM / "current" / "models" / "downloaded" / "large").write_text("weights")
    (checkout / "setup.cfg").write_text("[metadata]\nversion = 2.0\n")
    words: list[str | Path] = ["--root", root, "--venv", sys.prefix]
    planned = script(checkout, "upgrade", "--plan", *words)
    assert planned.returncode == 0
    assert "new: version 2.0" in planned.stderr
    assert (root / PROGRAM / "current").readlink() == old
    done = script(checkout, "upgrade", *words)
    assert done.returncode == 0, done.stderr
    assert (root / PROGRAM / "current").readlink().name.startswith("2.0-")
    assert (root / PROGRAM / "current" / "models" / "downloaded" / "large").read_text() == "weights"
    assert (root / PROGRAM / old).exists(), "the one before stays, to go back to"
    assert (root / DATA / "appliance.db").read_text() == "records"
    assert len(list((root / DATA / "backups").iterdir())) == 1


def _sick(tmp_path: Path) -> Path:
    """An environment whose appliance starts, spoils the settings, and finds them wrong."""
    program = tmp_path / "sick" / "bin" / "appliance"
    program.parent.mkdir(parents=True)
    program.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo 2.0;; units) "{sys.prefix}/bin/appliance" "$@";;\n'
        'setup) echo spoilt > "$3/clinic.toml";; config) [ -e "$4.once" ] && exit 2; touch "$4.once";; esac\n'
    )
    program.chmod(0o755)
    return tmp_path / "sick"


def test_an_upgrade_that_is_not_well_goes_back(checkout: Path, root: Path, answers: Path, tmp_path: Path) -> None:
    installed(checkout, root, answers)
    (root / DATA / "appliance.db").write_text("records")
    current, settings = (root / PROGRAM / "current").readlink(), without_times(root / ETC)
    (checkout / "setup.cfg").write_text("[metadata]\nversion = 2.0\n")
    done = script(checkout, "upgrade", "--root", root, "--venv", _sick(tmp_path))
    assert done.returncode == 2
    assert "health check" in done.stderr
    assert "runs again with the settings and records of before" in done.stderr
    assert (root / PROGRAM / "current").readlink() == current
    assert without_times(root / ETC) == settings
    assert (root / DATA / "appliance.db").read_text() == "records"


def test_an_upgrade_that_was_cut_off_goes_back_first(checkout: Path, root: Path, answers: Path, tmp_path: Path) -> None:
    installed(checkout, root, answers)
    settings = without_times(root / ETC)
    (checkout / "setup.cfg").write_text("[metadata]\nversion = 2.0\n")
    command: list[str | Path] = [checkout / "scripts" / "upgrade", "--root", root, "--venv", _sick(tmp_path)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("== units"):
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.wait(10)
    assert "spoilt" in (root / ETC / "clinic.toml").read_text()
    done = script(checkout, "upgrade", "--root", root, "--venv", sys.prefix)
    assert done.returncode == 0, done.stderr
    assert "was cut off: going back" in done.stderr
    assert (root / PROGRAM / "current").readlink().name.startswith("2.0-")
    assert without_times(root / ETC) == settings


def test_a_support_bundle_tells_much_and_nothing_of_a_patient(checkout: Path, root: Path, answers: Path, tmp_path: Path) -> None:
    installed(checkout, root, answers)
    out = tmp_path / "support.tar.gz"
    done = script(checkout, "support-bundle", "--root", root, "--out", out)
    assert done.returncode == 0, done.stderr
    with tarfile.open(out) as tar:
        files = {Path(member.name).name: tar.extractfile(member) for member in tar if member.isfile()}
        texts = {name: file.read().decode() for name, file in files.items() if file}
    assert {"versions.txt", "machine.txt", "appliance.toml", "clinic.toml", "health.json", "metrics.txt"} <= set(texts)
    assert 'extension = "417"' in texts["appliance.toml"]
    whole = "\n".join(texts.values())
    for private in ("a-long-secret-of-the-site", "Doyle", "1948-03-09", "4135550142", "Kowalski"):
        assert private not in whole
