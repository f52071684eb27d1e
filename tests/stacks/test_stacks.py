"""The synthesized output, held by golden JSON: a file a stack."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.stacks.conftest import ROOT, Stack, synthesize

STACKS = [
    *(
        f"{infrastructure}-{stage}"
        for infrastructure in ("staging", "production", "protected", "reuse", "tags")
        for stage in ("backend", "vpc", "domain", "kubernetes")
    ),
    *(
        f"{infrastructure}-{stage}"
        for infrastructure in ("staging", "production", "reuse", "tags")
        for stage in ("addons", "applications")
    ),
    *(
        f"apps-{stage}"
        for stage in ("backend", "vpc", "domain", "kubernetes", "addons", "applications")
    ),
    *(f"{infrastructure}-identity" for infrastructure in ("staging", "production", "reuse")),
    *(
        f"people-{stage}"
        for stage in (
            *("backend", "vpc", "domain", "kubernetes"),
            *("addons", "identity", "applications"),
        )
    ),
    "production-module-audit-bucket",
    "apps-module-chart",
    "modules-backend",
    *(f"modules-module-{name}" for name in ("first", "second-a", "second-b", "remote", "registry")),
    "minimal-backend",
    "minimal-vpc",
]
STAGES = ("backend", "vpc", "domain", "kubernetes", "addons", "applications")
ON_GOOGLE = [
    *(f"europe-{stage}" for stage in (*STAGES, "identity")),
    *(f"barest-{stage}" for stage in STAGES[:4]),
    *(f"borrowed-{stage}" for stage in STAGES[:5]),
    *(f"child-{stage}" for stage in STAGES[:3]),
]


@pytest.mark.parametrize("stack", [*STACKS, *ON_GOOGLE])
def test_stack(
    stack: str, stacks: dict[str, Stack], google: dict[str, Stack], golden: SnapshotAssertion
) -> None:
    """Not as it was reviewed? `make snapshots`, then read the difference."""
    assert {**stacks, **google}[stack] == golden


def test_every_stack_has_a_golden_file(stacks: dict[str, Stack], google: dict[str, Stack]) -> None:
    assert sorted(stacks) == sorted(STACKS)
    assert sorted(google) == sorted(ON_GOOGLE)


def test_output_does_not_depend_on_the_folder(
    tmp_path: Path, stacks: dict[str, Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same JSON on every machine: no path of this one stands in it."""
    outdir = tmp_path / "a" / "deep" / "folder"
    outdir.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    again = synthesize(ROOT / "examples" / "acme", outdir)
    assert {name: stacks[name] for name in again} == again
    assert str(ROOT) not in str(stacks) and str(tmp_path) not in str(again)
