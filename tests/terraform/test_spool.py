"""Output is whole lines, whatever the pieces it comes in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from terraform.spool import Spool


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ([b"a\nb\n"], ["a\n", "b\n"]),
        ([b"a", b"b\nc"], ["ab\n", "c"]),
        (["é".encode()[:1], "é".encode()[1:] + b"\n"], ["é\n"]),
        ([b"\xff\n"], ["\ufffd\n"]),
        ([b"x" * 200_000 + b"\n", b"y"], ["x" * 200_000 + "\n", "y"]),
        ([], []),
    ],
    ids=["lines", "pieces", "half a character", "no text", "long", "nothing"],
)
def test_output_is_read_by_whole_lines(written: list[bytes], lines: list[str]) -> None:
    heard: list[str] = []
    with Spool(heard.append) as spool:
        for piece in written:
            os.write(spool.fileno(), piece)
            spool.read()
        spool.finish()
    assert heard == spool.lines == lines


def test_where_there_is_no_memory_file_output_has_no_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Spool() as spool:
        os.write(spool.fileno(), b"secret\n")
        spool.finish()
        assert list(tmp_path.iterdir()) == []
    assert spool.lines == ["secret\n"]
