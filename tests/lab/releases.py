"""The Helm releases of synthesized stacks, as helm would get them, and the charts at hand.

A reference to what only a cloud knows stands as `emulated`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

VARIABLE = "GROUNDPLAN_CHARTS"
"""Names a folder of packaged charts, `<chart>-<version>.tgz`, that no download is needed for."""
REFERENCE = re.compile(r"(?<!\$)\$\{[^{}]*\}")
LOCAL = re.compile(r"\$\{jsonencode\(local\.([\w-]+)\)\}")


@dataclass(frozen=True)
class Release:
    """One release of one stack."""

    stack: str
    name: str
    namespace: str
    chart: str
    version: str | None
    values: dict[str, Any]

    def at_hand(self, folder: Path) -> Path | None:
        """Its chart: of the stack in `folder`, or of the charts at hand; None if it is neither."""
        if self.version is None:
            return folder / self.chart
        return packaged().get((self.chart, self.version))


def read(outdir: Path) -> Iterator[tuple[Release, Path]]:
    """The releases of all stacks that were synthesized into a folder, with the stack's folder."""
    for file in sorted(outdir.glob("stacks/*/cdk.tf.json")):
        document = json.loads(file.read_text())
        trees = document.get("locals", {})
        for one in document.get("resource", {}).get("helm_release", {}).values():
            yield _release(file.parent.name, one, trees), file.parent


def packaged() -> dict[tuple[str, str], Path]:
    """Chart and version → package, of the folder that the variable names."""
    folder = os.environ.get(VARIABLE)
    found = {}
    for file in sorted(Path(folder).glob("*.tgz")) if folder else []:
        match = re.fullmatch(r"(.+?)-(v?\d+\.\d+\.\d+.*)", file.name.removesuffix(".tgz"))
        assert match, f"{file} is not called <chart>-<version>.tgz"
        found[match.group(1), match.group(2)] = file
    return found


def local() -> list[Path]:
    """The charts of this repository."""
    return sorted(one.parent for one in (ROOT / "charts").glob("*/Chart.yaml"))


def _release(stack: str, given: dict[str, Any], trees: dict[str, Any]) -> Release:
    values: dict[str, Any] = {}
    for text in given.get("values", []):
        match = LOCAL.fullmatch(text)
        values.update(_filled(trees[match.group(1)] if match else json.loads(text)))
    for secret in given.get("set_wo", []):
        _put(values, secret["name"], "emulated")
    return Release(
        stack,
        given["name"],
        given.get("namespace", "default"),
        given["chart"],
        given.get("version"),
        values,
    )


def _filled(value: Any) -> Any:
    """As Terraform fills it in: references are values, `$${` is `${`, a null is a null."""
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    if not isinstance(value, str):
        return value
    if value == "${null}":
        return None
    return REFERENCE.sub("emulated", value).replace("$${", "${").replace("%%{", "%{")


def _put(values: dict[str, Any], path: str, value: str) -> None:
    """As helm's `--set-string`: dots part the path, an escaped dot is one."""
    *parents, last = (part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path))
    for parent in parents:
        values = values.setdefault(parent, {})
    values[last] = value
