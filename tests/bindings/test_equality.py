"""The stock packages and ours make the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bindings.conftest import ROOT, clean_environment


def synthesize(out: Path, **environment: str) -> dict[str, bytes]:
    """Every file of a synth of the example repository, by its path in the output."""
    steering = {"CDKTF_OUTDIR": str(out), "GROUNDPLAN_REPOSITORY": "examples/acme"}
    done = subprocess.run(
        [sys.executable, "main.py"],
        check=False,
        cwd=ROOT,
        env={**clean_environment(), **steering, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory, cache_home: Path) -> dict[str, bytes]:
    return synthesize(tmp_path_factory.mktemp("out") / "same", XDG_CACHE_HOME=str(cache_home))


@pytest.mark.slow
def test_stock_bindings_make_the_same_bytes(tmp_path: Path, fast: dict[str, bytes]) -> None:
    stock = synthesize(tmp_path / "same", GROUNDPLAN_STOCK_BINDINGS="1")
    assert sorted(fast) == sorted(stock)
    different = [name for name in fast if fast[name] != stock[name]]
    assert not different
    assert len(fast) > 4  # not equal for want of content


def test_the_stock_way_takes_none_of_the_tricks(tmp_path: Path) -> None:
    code = (
        "import bindings, sys; bindings.start(); import cdktf\n"
        "print('typeguard' in sys.modules, [f for f in sys.meta_path if 'bindings' in str(f)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env={
            **clean_environment(),
            "GROUNDPLAN_STOCK_BINDINGS": "1",
            "XDG_CACHE_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "True []\n", done.stderr
    assert not (tmp_path / "groundplan").exists()


@pytest.mark.parametrize("variable", ["CDKTF_OUTDIR", "PYTHONDONTWRITEBYTECODE"])
def test_variables_of_the_outside_keep_their_meaning(
    tmp_path: Path, cache_home: Path, fast: dict[str, bytes], variable: str
) -> None:
    value = {"CDKTF_OUTDIR": str(tmp_path / "same"), "PYTHONDONTWRITEBYTECODE": "1"}[variable]
    home = {"XDG_CACHE_HOME": str(cache_home)}
    assert synthesize(tmp_path / "same", **home, **{variable: value}) == fast


def test_the_context_of_the_cdktf_program_arrives(tmp_path: Path, cache_home: Path) -> None:
    code = (
        "import bindings; bindings.start()\n"
        "import cdktf; print(cdktf.App().node.try_get_context('colour'))\nbindings.finish()"
    )
    for stock in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            cwd=ROOT,
            env={
                **clean_environment(),
                "XDG_CACHE_HOME": str(cache_home),
                "CDKTF_CONTEXT_JSON": '{"colour": "blue"}',
                "GROUNDPLAN_STOCK_BINDINGS": stock,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.stdout == "blue\n", done.stderr
