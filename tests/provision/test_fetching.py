"""Models from a mirror or a folder: whole, verified and placed at once, or refused by name with everything left as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.provision.fetching import Origin, fetch, is_whole, remove
from appliance.provision.lock import read_lock
from appliance.provision.manifest import described, read_manifest, verify
from tests.provision.file_server import FileServer
from tests.provision.small_models import IMPATIENT, SmallModels, make_models, zip_of


@pytest.fixture
def models(tmp_path: Path) -> SmallModels:
    return make_models(tmp_path / "models")


@pytest.fixture
def server(models: SmallModels) -> Iterator[FileServer]:
    with FileServer(dict(models.files)) as running:
        yield running


def unseen(file: str, size: int) -> Callable[[int], None]:
    del file, size
    return lambda _: None


def bring(models: SmallModels, name: str, server: FileServer) -> bool:
    return fetch(models.folder, name, origin=Origin(mirror=server.address, patience=IMPATIENT), tell=unseen)


def test_a_model_is_fetched_once_and_verified_ever_after(models: SmallModels, server: FileServer) -> None:
    assert bring(models, "voice", server)
    verify(models.folder, "voice")
    assert (models.place("voice") / "v.onnx").read_bytes() == models.files["/voice/v.onnx"]
    asked = len(server.asked)
    assert not bring(models, "voice", server)
    assert len(server.asked) == asked
    assert not (models.folder / "downloaded" / ".parts" / "voice").exists()


def test_what_is_here_is_what_the_health_check_and_the_status_page_go_by(models: SmallModels, server: FileServer) -> None:
    assert list(read_manifest(models.folder)) == ["own"]
    bring(models, "ear", server)
    assert list(read_manifest(models.folder)) == ["ear", "own"]
    assert {(row["name"], row["file"]) for row in described(models.folder)} == {
        ("ear", "am/final.mdl"),
        ("ear", "README"),
        ("own", "own.bin"),
    }


@pytest.mark.parametrize("cuts", [1, 3])
def test_a_download_cut_in_the_middle_goes_on_where_it_stopped(models: SmallModels, server: FileServer, cuts: int) -> None:
    server.manners.cut_after, server.manners.cuts = 70_000, cuts
    bring(models, "voice", server)
    verify(models.folder, "voice")
    ranges = [wanted for path, wanted in server.asked if path.endswith("onnx")]
    assert ranges == [None, *(f"bytes={70_000 * number}-" for number in range(1, cuts + 1))]


def test_a_download_given_up_is_taken_up_by_the_next_command(models: SmallModels, server: FileServer) -> None:
    server.manners.cut_after, server.manners.cuts = 500, 10
    with pytest.raises(TheirFault, match=r"voice/v.onnx could not be fetched: the connection .* goes on where it stopped"):
        bring(models, "voice", server)
    server.manners.cuts = 0
    server.asked.clear()
    bring(models, "voice", server)
    assert server.asked[0] == ("/voice/v.onnx", "bytes=2000-")


def test_a_source_without_ranges_starts_again(models: SmallModels, server: FileServer) -> None:
    server.manners.cut_after, server.manners.ranges = 70_000, False
    bring(models, "voice", server)
    verify(models.folder, "voice")


def test_parts_of_two_versions_of_an_unpinned_file_are_never_joined(models: SmallModels, server: FileServer) -> None:
    server.manners.cut_after, server.manners.cuts = 500, 10
    with pytest.raises(TheirFault):
        fetch(models.folder, "unknown", origin=Origin(mirror=server.address, patience=IMPATIENT), tell=unseen)
    server.manners.cuts = 0
    other = bytes(byte ^ 255 for byte in models.files["/unknown/u.bin"])
    server.files["/unknown/u.bin"] = other
    bring(models, "unknown", server)
    assert (models.place("unknown") / "u.bin").read_bytes() == other


@pytest.mark.parametrize("tags", [True, False])
def test_an_unpinned_file_cut_in_the_middle_is_whole_in_the_end(models: SmallModels, server: FileServer, tags: bool) -> None:
    server.manners.cut_after, server.manners.tags = 10_000, tags
    bring(models, "unknown", server)
    assert (models.place("unknown") / "u.bin").read_bytes() == models.files["/unknown/u.bin"]
    assert [wanted for _, wanted in server.asked] == [None, "bytes=10000-" if tags else None]


def test_wrong_content_is_refused_by_name_and_put_aside(models: SmallModels, server: FileServer) -> None:
    wrong = bytearray(models.files["/voice/v.onnx"])
    wrong[1234] ^= 1
    server.files["/voice/v.onnx"] = bytes(wrong)
    with pytest.raises(TheirFault, match=r"v.onnx is refused: its SHA-256 is [0-9a-f]{64}, not the manifest's"):
        bring(models, "voice", server)
    assert not models.place("voice").exists()
    assert (models.folder / "downloaded/.parts/voice/v.onnx.refused").read_bytes() == wrong
    server.files["/voice/v.onnx"] = models.files["/voice/v.onnx"]
    assert bring(models, "voice", server)


def test_a_file_of_another_size_is_refused_before_it_is_brought(models: SmallModels, server: FileServer) -> None:
    server.files["/voice/v.onnx"] += b"x"
    with pytest.raises(TheirFault, match="it has 300001 bytes, and the manifest says 300000"):
        bring(models, "voice", server)
    assert len(server.asked) == 1


def test_a_file_that_is_not_there_is_not_asked_for_twice(models: SmallModels, server: FileServer) -> None:
    del server.files["/voice/v.json"]
    with pytest.raises(TheirFault, match=r"voice/v.json answered 404"):
        bring(models, "voice", server)
    assert [path for path, _ in server.asked].count("/voice/v.json") == 1


def test_a_source_that_says_not_now_is_asked_again(models: SmallModels, server: FileServer) -> None:
    server.manners.refusals = 2
    assert bring(models, "voice", server)


def test_a_silent_source_is_given_up(models: SmallModels, server: FileServer) -> None:
    server.manners.pause, server.manners.tags = 1.0, False
    with pytest.raises(TheirFault, match="it was silent for too long"):
        bring(models, "unknown", server)


def test_a_source_that_only_trickles_is_given_up(models: SmallModels, server: FileServer) -> None:
    server.manners.trickle = True
    with pytest.raises(TheirFault, match=r"it brought \d+ bytes in 0 s"):
        bring(models, "voice", server)


def test_a_proxy_comes_from_the_environment(models: SmallModels, server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.files.update({f"http://mirror.invalid{path}": content for path, content in models.files.items()})
    assert fetch(models.folder, "voice", origin=Origin(mirror="http://mirror.invalid", patience=IMPATIENT), tell=unseen)


def test_a_model_that_does_not_fit_on_the_disk_is_told_before_anything_is_asked(models: SmallModels, server: FileServer) -> None:
    manifest = models.folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("bytes = 300000", f"bytes = {10**17}"))
    with pytest.raises(TheirFault, match=r"downloaded has [\d.]+ GB free, and 1\d{8}.\d GB are needed. Make room"):
        bring(models, "voice", server)
    assert not server.asked


@pytest.mark.parametrize("mirror", ["http://", "http://[::1", "https://a b"])
def test_what_is_no_address_is_told_at_once(models: SmallModels, mirror: str) -> None:
    with pytest.raises(TheirFault, match=r"is not an address that files can be had from"):
        fetch(models.folder, "voice", origin=Origin(mirror=mirror), tell=unseen)


def test_a_part_that_cannot_be_written_is_not_the_sources_fault(models: SmallModels, server: FileServer) -> None:
    parts = models.folder / "downloaded" / ".parts" / "voice"
    parts.mkdir(parents=True)
    (parts / "v.onnx").mkdir()
    with pytest.raises(TheirFault, match=r"v.onnx cannot be written \(Is a directory\)"):
        bring(models, "voice", server)


def test_nobody_there_is_one_sentence(models: SmallModels) -> None:
    with pytest.raises(TheirFault, match=r"http://127.0.0.1:9/voice/v.onnx could not be fetched: no connection"):
        fetch(models.folder, "voice", origin=Origin(mirror="http://127.0.0.1:9", patience=IMPATIENT), tell=unseen)


def test_what_nobody_published_is_pinned_at_first_and_refused_when_it_changes(models: SmallModels, server: FileServer) -> None:
    bring(models, "unknown", server)
    assert remove(models.folder, "unknown")
    assert not is_whole(models.folder, "unknown")
    changed = bytes([models.files["/unknown/u.bin"][0] ^ 1]) + models.files["/unknown/u.bin"][1:]
    server.files["/unknown/u.bin"] = changed
    with pytest.raises(TheirFault, match=r"u.bin is refused: .* that of the first fetch, which lock.toml keeps"):
        bring(models, "unknown", server)
    server.files["/unknown/u.bin"] = models.files["/unknown/u.bin"]
    assert bring(models, "unknown", server)


def test_one_changed_bit_is_found_and_repaired_by_fetching_again(models: SmallModels, server: FileServer) -> None:
    bring(models, "ear", server)
    heard = models.place("ear") / "am" / "final.mdl"
    content = heard.read_bytes()
    heard.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(TheirFault, match=r"final.mdl is not the file the manifest names.*Run `appliance models fetch ear`"):
        verify(models.folder, "ear")
    assert bring(models, "ear", server)
    assert heard.read_bytes() == content


def test_a_lock_cannot_weaken_the_manifest(models: SmallModels, server: FileServer) -> None:
    bring(models, "voice", server)
    path = models.folder / "lock.toml"
    path.write_text(path.read_text().replace(read_lock(models.folder)["voice"].fetched["v.onnx"].sha256, "0" * 64))
    with pytest.raises(TheirFault, match=r"The model voice was made from another v.onnx"):
        verify(models.folder, "voice")


def test_a_folder_takes_the_place_of_the_source(models: SmallModels, tmp_path: Path) -> None:
    carried = tmp_path / "stick"
    (carried / "voice").mkdir(parents=True)
    (carried / "voice" / "v.onnx").write_bytes(models.files["/voice/v.onnx"])
    with pytest.raises(TheirFault, match=r"stick has neither voice/v.json nor v.json"):
        fetch(models.folder, "voice", origin=Origin(folder=carried), tell=unseen)
    (carried / "v.json").write_bytes(models.files["/voice/v.json"])
    assert fetch(models.folder, "voice", origin=Origin(folder=carried), tell=unseen)
    assert (carried / "v.json").exists()


@pytest.mark.parametrize("member", ["../evil", "/etc/evil", "ear-1.0/../../evil", "a\\..\\evil", "c:/evil"])
def test_an_archive_that_reaches_outside_is_refused(models: SmallModels, server: FileServer, member: str) -> None:
    content = zip_of({"fine": b"x", member: b"evil"})
    manifest = models.folder / "manifest.toml"
    kept = manifest.read_text().split("[ear]")[0]
    manifest.write_text(
        f'{kept}[ear]\nlicence = "x"\nsource = "https://models.invalid"\n[ear.files."ear-1.0.zip"]\nbytes = {len(content)}\n'
    )
    server.files["/ear/ear-1.0.zip"] = content
    with pytest.raises(TheirFault, match=r"ear-1.0.zip is refused: it holds .* outside its folder"):
        bring(models, "ear", server)
    assert not list(models.folder.parent.rglob("*evil*"))
    assert not models.place("ear").exists()


def test_two_commands_do_not_mix(models: SmallModels, server: FileServer) -> None:
    """While one brings a model, another is told to wait."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(file: str, size: int) -> Callable[[int], None]:
        del file, size
        begun.set()
        go_on.wait(10)
        return lambda _: None

    first = threading.Thread(
        target=fetch, args=(models.folder, "voice"), kwargs={"origin": Origin(mirror=server.address), "tell": slowly}
    )
    first.start()
    begun.wait(10)
    with pytest.raises(TheirFault, match="Another command is changing"):
        bring(models, "ear", server)
    go_on.set()
    first.join()
    assert is_whole(models.folder, "voice")


def test_models_of_the_project_are_neither_fetched_nor_removed(models: SmallModels, server: FileServer) -> None:
    with pytest.raises(TheirFault, match="comes with the project"):
        bring(models, "own", server)
    with pytest.raises(TheirFault, match="comes with the project"):
        remove(models.folder, "own")
    with pytest.raises(TheirFault, match=r"There is no model vioce. Did you mean voice\?"):
        bring(models, "vioce", server)
