"""What comes in archives of others is unpacked whole, or refused by name."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.provision.unpack import unpack
from tests.provision.small_models import zip_of


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "to"
    folder.mkdir()
    return folder


def test_the_one_outer_folder_is_left_out(tmp_path: Path, to: Path) -> None:
    unpack(tar_of(tmp_path / "m.tar.gz", (tarfile.TarInfo("m-1/a/b"), b"1"), (tarfile.TarInfo("m-1/c"), b"2")), to)
    assert (to / "a" / "b").read_bytes() == b"1"
    assert (to / "c").read_bytes() == b"2"


def test_without_an_outer_folder_everything_stays_where_it_is(tmp_path: Path, to: Path) -> None:
    (tmp_path / "m.zip").write_bytes(zip_of({"a/b": b"1", "c": b"2"}))
    unpack(tmp_path / "m.zip", to)
    assert (to / "a" / "b").read_bytes() == b"1"
    assert (to / "c").read_bytes() == b"2"


@pytest.mark.parametrize(
    "evil",
    [link("m/x", "/etc/passwd"), link("m/x", "../../x"), link("m/x", "m/y", tarfile.LNKTYPE), link("m/x", "", tarfile.FIFOTYPE)],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, to: Path, evil: tarfile.TarInfo) -> None:
    with pytest.raises(TheirFault, match=r"m.tar.gz is refused: it holds 'm/x', which is no regular file"):
        unpack(tar_of(tmp_path / "m.tar.gz", (tarfile.TarInfo("m/y"), b"1"), (evil, b"")), to)
    assert not list(to.iterdir())


def test_a_link_in_a_zip_is_refused(tmp_path: Path, to: Path) -> None:
    info = zipfile.ZipInfo("x")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as zipped:
        zipped.writestr(info, "/etc")
    with pytest.raises(TheirFault, match="which is no regular file"):
        unpack(tmp_path / "m.zip", to)


def test_a_damaged_archive_is_refused(tmp_path: Path, to: Path) -> None:
    content = bytearray(zip_of({"a": bytes(range(256)) * 40}))
    content[60] ^= 255
    for name, damaged in (("m.zip", content), ("n.zip", content[:40]), ("m.tar.gz", b"no tar at all")):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(TheirFault, match=rf"{name} is refused: it is damaged"):
            unpack(tmp_path / name, to)


def test_an_archive_larger_than_the_disk_is_refused_before_a_byte_is_written(tmp_path: Path, to: Path) -> None:
    info = tarfile.TarInfo("m/huge")
    info.size = 1 << 50
    (tmp_path / "m.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(TheirFault, match=r"m.tar is refused: it does not fit on the disk"):
        unpack(tmp_path / "m.tar", to)
    assert not list(to.iterdir())
