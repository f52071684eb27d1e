"""The programs are built once, whoever asks. The build itself is replaced here."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from errors import GroundplanError
from tests.lab import binaries


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and Go that says its version only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(binaries, "_go", lambda *arguments, folder: "go1.26")
    return tmp_path / "groundplan" / "lab"


def test_of_two_at_once_one_builds_and_the_other_waits(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Path] = []
    said: list[str] = []

    def build(folder: Path, say: object) -> None:
        built.append(folder)
        time.sleep(0.5)
        folder.mkdir()

    monkeypatch.setattr(binaries, "_build", build)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: binaries.prepare(said.append), range(2))
    assert first == second
    assert len(built) == 1
    assert [line for line in said if "waiting" in line]


def test_what_is_there_is_not_built_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_build", lambda folder, say: folder.mkdir())
    there = binaries.prepare(lambda line: None)
    monkeypatch.setattr(binaries, "_build", lambda folder, say: pytest.fail("built again"))
    assert binaries.prepare(lambda line: None) == there


def test_another_version_is_another_folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_build", lambda folder, say: folder.mkdir())
    before = binaries.prepare(lambda line: None)
    monkeypatch.setattr(binaries, "_go", lambda *arguments, folder: "go1.27")
    assert binaries.prepare(lambda line: None) != before


def test_without_go_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GroundplanError, match=r"install Go 1\.\d+"):
        binaries.prepare()
