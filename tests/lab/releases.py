"""The Helm releases of synthesized stacks, as helm would get them, and the charts at hand.

Outputs that another stack says itself are filled in; what only a cloud knows stands as `emulated`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from rollout import Synthesized
from tests.conftest import ROOT

VARIABLE = "GROUNDPLAN_CHARTS"
"""Names a folder of packaged charts, `<chart>-<version>.tgz`, that no download is needed for."""
UNKNOWN = "emulated"
LOCAL = re.compile(r"\$\{jsonencode\(local\.([\w-]+)\)\}")
EXPRESSION = re.compile(r'\$\$\{|%%\{|\$\{("[^"]*"|[^{}]*)\}')
"""What Terraform reads in text: an escape, a quoted text, or an expression."""
OUTPUT = re.compile(r"data\.terraform_remote_state\.([\w-]+)-state\.outputs\.(\w+)")


@dataclass(frozen=True)
class Release:
    """One release of one stack."""

    stack: str
    id: str
    """What the stack calls it."""
    name: str
    namespace: str
    chart: str
    version: str | None
    values: dict[str, Any]
    after: tuple[str, ...] = ()
    """The ids of those that stand before it, and go after it."""
    folder: Path = field(default=Path(), compare=False)
    """Of its stack."""

    def at_hand(self) -> Path | None:
        """Its chart: beside the stack, or of the charts at hand; None if it is neither."""
        if self.version is None:
            return self.folder / self.chart
        return packaged().get((self.chart, self.version))


def read(outdir: Path) -> Iterator[Release]:
    """The releases of all stacks that were synthesized into a folder."""
    stacks = Synthesized.read(outdir).stacks
    written = {
        name: json.loads((stack.folder / "cdk.tf.json").read_text())
        for name, stack in stacks.items()
    }
    for name, stack in stacks.items():
        document = written[name]
        outputs = {
            other.stage: written[id_].get("output", {})
            for id_, other in stacks.items()
            if other.infrastructure == stack.infrastructure
        }
        for id_, one in document.get("resource", {}).get("helm_release", {}).items():
            filled = _Filled(document.get("locals", {}), outputs)
            yield _release(name, stack.folder, id_, one, filled)


def in_order(releases: Iterable[Release]) -> list[Release]:
    """Each after all that must stand before it, as terraform makes them."""
    known = {one.id: one for one in releases}
    graph = {id_: [a for a in one.after if a in known] for id_, one in known.items()}
    return [known[id_] for id_ in TopologicalSorter(graph).static_order()]


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


class _Filled:
    """Terraform's values as it fills them in."""

    def __init__(self, trees: Mapping[str, Any], outputs: Mapping[str, Mapping[str, Any]]) -> None:
        self._trees = trees
        self._outputs = outputs

    def __call__(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self(item) for item in value]
        if not isinstance(value, str):
            return value
        whole = EXPRESSION.fullmatch(value)
        if whole and whole[1] is not None:
            return self._expression(whole[1])
        return EXPRESSION.sub(self._piece, value)

    def values(self, text: str) -> dict[str, Any]:
        """One of a release's `values`: a tree of the stack's `locals`, or JSON."""
        match = LOCAL.fullmatch(text)
        found: dict[str, Any] = self(self._trees[match[1]] if match else json.loads(text))
        return found

    def _piece(self, found: re.Match[str]) -> str:
        return found[0][1:] if found[1] is None else str(self._expression(found[1]))

    def _expression(self, text: str) -> Any:
        if text == "null":
            return None
        if text.startswith('"'):
            return json.loads(text)
        output = OUTPUT.fullmatch(text)
        value = self._outputs.get(output[1], {}).get(output[2], {}).get("value") if output else None
        return UNKNOWN if value is None else self(value)


def _release(
    stack: str, folder: Path, id_: str, given: Mapping[str, Any], filled: _Filled
) -> Release:
    values: dict[str, Any] = {}
    for text in given.get("values", []):
        values.update(filled.values(text))
    for secret in given.get("set_wo", []):
        _put(values, secret["name"], UNKNOWN)
    return Release(
        stack=stack,
        id=id_,
        name=given["name"],
        namespace=filled(given.get("namespace", "default")),
        chart=given["chart"],
        version=given.get("version"),
        values=values,
        after=tuple(one.partition(".")[2] for one in given.get("depends_on", [])),
        folder=folder,
    )


def _put(values: dict[str, Any], path: str, value: str) -> None:
    """As helm's `--set-string`: dots part the path, an escaped dot is one."""
    *parents, last = (part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path))
    for parent in parents:
        values = values.setdefault(parent, {})
    values[last] = value
