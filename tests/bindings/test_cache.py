"""The cache: whole or not at all, checked, shared, cleaned, and somewhere if not at home."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bindings import cache

ROOT = Path(__file__).resolve().parents[2]


def build(place: Path) -> None:
    (place / "sub").mkdir()
    (place / "a").write_text("one")
    (place / "sub" / "b").write_text("two")


def refuse(place: Path) -> None:
    raise AssertionError("the entry is there already")


def test_an_entry_is_built_once(tmp_path: Path) -> None:
    place = cache.entry(tmp_path, "key", build)
    assert cache.entry(tmp_path, "key", refuse) == place
    assert (place / "sub" / "b").read_text() == "two"
    assert cache.damaged(place) is None


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fail(place: Path) -> None:
        build(place)
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        cache.entry(tmp_path, "key", fail)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize("name", ["a", "sub/b", "checksums"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "empty"])
def test_damage_is_found(tmp_path: Path, name: str, harm: str) -> None:
    place = cache.entry(tmp_path, "key", build)
    file = place / name
    content = file.read_bytes()
    match harm:
        case "flip":
            file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        case "cut":
            file.write_bytes(content[:-1])
        case "remove":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
    found = cache.damaged(place)
    # A flipped bit in the list shows as a file that doesn't match it.
    assert found == name or (name == "checksums" and harm == "flip" and found is not None)


def test_damage_is_found_though_size_and_time_are_unchanged(tmp_path: Path) -> None:
    place = cache.entry(tmp_path, "key", build)
    before = (place / "a").stat()
    (place / "a").write_text("eno")
    os.utime(place / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.damaged(place) == "a"


def test_a_discarded_entry_is_built_anew(tmp_path: Path) -> None:
    place = cache.entry(tmp_path, "key", build)
    (place / "a").write_text("bad")
    cache.discard(place)
    assert not place.exists()
    cache.entry(tmp_path, "key", build)
    assert cache.damaged(place) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "key"]


def test_a_folder_without_checksums_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "left over").write_text("")
    place = cache.entry(tmp_path, "key", build)
    assert cache.damaged(place) is None
    assert not (place / "left over").exists()


BUILDER = """
import sys, time
from pathlib import Path
from bindings import cache
def build(place):
    with open(sys.argv[2], "a") as log: log.write("built\\n")
    for number in range(20):
        (place / str(number)).write_text("x" * 1000)
        time.sleep(0.005)
if len(sys.argv) > 3:
    import contextlib
    cache._lock = lambda folder: contextlib.nullcontext()
place = cache.entry(Path(sys.argv[1]), "key", build)
assert cache.damaged(place) is None, cache.damaged(place)
assert len(list(place.iterdir())) == 21
"""


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "locks don't work"])
def test_processes_that_build_at_once_all_see_a_whole_entry(tmp_path: Path, locks: bool) -> None:
    log = tmp_path / "log"
    folder = tmp_path / "cache"
    folder.mkdir()
    arguments = [sys.executable, "-c", BUILDER, str(folder), str(log), *([] if locks else ["-"])]
    processes = [subprocess.Popen(arguments, cwd=ROOT) for _ in range(5)]
    assert [process.wait(60) for process in processes] == [0] * 5
    builds = log.read_text().splitlines()
    assert len(builds) == 1 if locks else builds
    assert not [path for path in folder.iterdir() if path.name.startswith(".new-")]


def age(place: Path, days: float) -> None:
    then = time.time() - days * 86400
    for path in (*place.rglob("*"), place):
        os.utime(path, (then, then))


def test_entries_nobody_uses_are_removed_when_a_new_one_is_built(tmp_path: Path) -> None:
    old = cache.entry(tmp_path, "old", build)
    recent = cache.entry(tmp_path, "recent", build)
    killed = tmp_path / ".new-1-killed"
    killed.mkdir()
    age(old, 15)
    age(recent, 13)
    age(killed, 0.1)
    cache.entry(tmp_path, "new", build)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "new", "recent"]


def test_using_an_entry_keeps_it(tmp_path: Path) -> None:
    place = cache.entry(tmp_path, "old", build)
    age(place, 13)
    cache.entry(tmp_path, "old", refuse)
    age_after_use = time.time() - (place / cache.CHECKSUMS).stat().st_mtime
    assert age_after_use < 3600


def test_it_is_under_xdg_cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.root() == tmp_path / "groundplan" / "bindings"


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_it_is_under_home_otherwise(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.root() == tmp_path / ".cache" / "groundplan" / "bindings"


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that can't hold a cache, and a temporary folder of the test's own."""
    file = tmp_path / "file"
    file.write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(file / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"groundplan-bindings-{os.getuid()}"


def test_without_a_writable_home_it_is_temporary_and_says_so(
    no_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cache.root() == no_home
    assert no_home.stat().st_mode & 0o777 == 0o700
    said = capsys.readouterr().err
    assert str(no_home) in said and "can't be written" in said and said.count("\n") == 1


def test_a_temporary_folder_that_others_can_write_to_is_refused(no_home: Path) -> None:
    no_home.mkdir()
    no_home.chmod(0o777)
    with pytest.raises(PermissionError, match="not a private folder"):
        cache.root()


def test_a_link_in_its_place_is_refused(no_home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    no_home.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="not a private folder"):
        cache.root()
