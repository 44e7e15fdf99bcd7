"""A bundle is what its maker signed, to the last bit, and Debian's minisign agrees."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import minisign
import pytest

from appliance.faults import TheirFault
from appliance.provision.bundle.installing import examine
from appliance.provision.bundle.signature import PasswordNeeded, head_size, public_key, secret_key, sign, verify
from tests.provision.small_bundle import Workshop, open_workshop

USUAL_FLIPS = 40


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return open_workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def bundle(workshop: Workshop) -> Path:
    return workshop.bundle("1.0")


def refused(content: bytes, workshop: Workshop, tmp_path: Path) -> bool:
    path = tmp_path / "changed.bundle"
    path.write_bytes(content)
    try:
        verify(path, workshop.public)
    except TheirFault as fault:
        return "is refused" in fault.sentence
    return False


def test_a_whole_bundle_says_what_it_is(bundle: Path, workshop: Workshop) -> None:
    found = examine(bundle, workshop.public)
    assert (found.name, found.version, found.models, found.packages) == ("tiny-appliance", "1.0", ("own",), ("espeak-ng",))


def test_no_flipped_bit_is_accepted(bundle: Path, workshop: Workshop, tmp_path: Path, sequences: int | None) -> None:
    content, dice = bundle.read_bytes(), random.Random(20261123)
    accepted = 0
    for _ in range(sequences or USUAL_FLIPS):
        changed = bytearray(content)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        accepted += not refused(bytes(changed), workshop, tmp_path)
    assert accepted == 0


def test_no_bit_of_the_signature_itself_is_idle(bundle: Path, workshop: Workshop, tmp_path: Path) -> None:
    """The comment that nobody signs and the spare bits of base64 are no room for changes either."""
    content = bundle.read_bytes()
    head = sum(len(line) for line in content.splitlines(keepends=True)[:4])
    for position in range(head):
        for bit in (0, 1, 5):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            assert refused(bytes(changed), workshop, tmp_path), (position, bit)


@pytest.mark.parametrize("change", ["cut", "longer", "empty", "no signature", "other line ends"])
def test_a_bundle_of_another_length_is_refused(bundle: Path, workshop: Workshop, tmp_path: Path, change: str) -> None:
    content = bundle.read_bytes()
    changed = {
        "cut": content[:-1],
        "longer": content + b"\0",
        "empty": b"",
        "no signature": content.split(b"\n", 4)[4],
        "other line ends": content.replace(b"\n", b"\r\n", 4),
    }
    assert refused(changed[change], workshop, tmp_path)


def test_another_key_is_refused_by_that_name(bundle: Path) -> None:
    with pytest.raises(TheirFault, match="is refused: another key signed it"):
        verify(bundle, minisign.KeyPair.generate().public_key)


def test_a_signature_that_is_not_prehashed_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """Only one kind of signature is taken, so that nobody can offer a weaker or another one."""
    payload = b"payload"
    made = workshop.keys.secret_key.sign(payload, prehash=False, untrusted_comment="clinic voice appliance bundle")
    assert refused(bytes(made) + b"\n" + payload, workshop, tmp_path)


def test_the_real_minisign_verifies_our_bundle_with_head_and_tail(bundle: Path, workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_bytes(bytes(workshop.public) + b"\n")
    lines = f'head -n 4 "{bundle}" > p.minisig && tail -n +5 "{bundle}" > p && minisign -V -m p -x p.minisig -p key.pub'
    done = subprocess.run(["bash", "-c", lines], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Signature and comment signature verified" in done.stdout
    assert "version:1.0" in done.stdout
    listed = subprocess.run(["tar", "-tf", "p"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()
    assert listed[:3] == ["bundle.json", "sbom.cdx.json", "packages.txt"]


def test_keys_of_the_real_minisign_sign_and_verify(tmp_path: Path) -> None:
    command = ["minisign", "-G", "-W", "-p", "k.pub", "-s", "k.key"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    bundle = tmp_path / "b"
    with secret_key(tmp_path / "k.key", None) as key:
        bundle.write_bytes(bytes(head_size("version:1")) + b"payload")
        sign(bundle, key, "version:1")
    assert verify(bundle, public_key(str(tmp_path / "k.pub"))).comment == "version:1"
    text = (tmp_path / "k.pub").read_text().splitlines()[1]
    assert verify(bundle, public_key(text)).comment == "version:1"


def test_a_locked_key_wants_its_password(tmp_path: Path) -> None:
    pair = minisign.KeyPair.generate()
    pair.secret_key.encrypt("right", opslimit=minisign.OPSLIMIT // 64, memlimit=minisign.MEMLIMIT // 64)
    (tmp_path / "k").write_bytes(bytes(pair.secret_key) + b"\n")
    with pytest.raises(PasswordNeeded, match="locked with a password"):
        secret_key(tmp_path / "k", None)
    with pytest.raises(TheirFault, match="the password is wrong"):
        secret_key(tmp_path / "k", "wrong")
    assert not secret_key(tmp_path / "k", "right").is_encrypted()


@pytest.mark.parametrize("given", ["RWnonsense", "", "/nowhere/key.pub"])
def test_what_is_no_key_is_one_sentence(given: str) -> None:
    with pytest.raises(TheirFault, match="is no public key of minisign"):
        public_key(given)
