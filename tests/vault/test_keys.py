from __future__ import annotations

import stat
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.vault.keys import CREDENTIAL, KeyMissing, create_key_file, find_keys, new_key, write_keys


def test_a_new_key_file_is_ours_alone_and_holds_one_key(tmp_path: Path) -> None:
    path = tmp_path / "records.key"
    made = create_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert find_keys(path, {}) == made
    assert len(bytes.fromhex(made.present)) == 32
    assert new_key() != new_key()


def test_a_key_that_is_there_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    before = create_key_file(tmp_path / "records.key")
    with pytest.raises(TheirFault, match="is there already"):
        create_key_file(tmp_path / "records.key")
    assert find_keys(tmp_path / "records.key", {}) == before


def test_the_credential_comes_before_the_file_whoever_may_read_it(tmp_path: Path) -> None:
    create_key_file(tmp_path / "records.key")
    credential = tmp_path / CREDENTIAL
    credential.write_text("A" * 64 + "\n")
    credential.chmod(0o440)  # as systemd has it, with an access control list
    found = find_keys(tmp_path / "records.key", {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert found is not None
    assert found.values == ("a" * 64,)


def test_without_any_key_configured_there_is_none(tmp_path: Path) -> None:
    assert find_keys(None, {}) is None
    assert find_keys(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"there is no file .*records\.key"):
        find_keys(tmp_path / "records.key", {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "records.key"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(TheirFault, match="others may read"):
        find_keys(path, {})


@pytest.mark.parametrize("text", ["", "# only words\n", "secret\n", "a" * 63 + "\n", "a" * 64 + "\nb\n"])
def test_a_file_without_a_key_is_told_without_its_content(tmp_path: Path, text: str) -> None:
    path = tmp_path / "records.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(TheirFault, match="holds no key") as told:
        find_keys(path, {})
    assert "secret" not in str(told.value)


def test_former_keys_come_after_the_present_one_and_no_key_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "records.key"
    write_keys(path, ("a" * 64, "b" * 64))
    found = find_keys(path, {})
    assert found is not None
    assert (found.present, found.values) == ("a" * 64, ("a" * 64, "b" * 64))
    assert "aaaa" not in repr(found)
