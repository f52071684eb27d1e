"""The Helm releases in a synthesized stack, as the cluster will get them. Pure but for reading.

Terraform's own words are undone: escapes, `locals`, and references, which are shown as users write
them (`${stages.vpc.network_id}`), or filled in where the other stack says the value already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from manifest.definitions import MODULE_STAGE
from rollout import Stack, Synthesized

Json = dict[str, Any]

LOCAL = re.compile(r"\$\{jsonencode\(local\.([\w-]+)\)\}")
EXPRESSION = re.compile(r"\$\$\{|%%\{|\$\{[^{}]*\}")
QUOTED = re.compile(r'\$\{("[^"{}]*")\}')
"""Text that would mean something to Terraform or CDKTF, did it not stand in quotes."""
OUTPUT = re.compile(r"data\.terraform_remote_state\.([\w-]+)-state\.outputs\.(\w+)")


@dataclass(frozen=True)
class Release:
    """One release."""

    stage: str
    name: str
    namespace: Any
    chart: str
    version: str | None
    repository: str | None
    values: Any
    secrets: tuple[str, ...] = ()
    """Paths of values that come from the secret store when it is deployed."""


def releases(synthesized: Synthesized, infrastructure: str) -> list[Release]:
    """The releases of an infrastructure, in the order of the stages and then by name."""
    stacks = [one for one in synthesized.stacks.values() if one.infrastructure == infrastructure]
    written = {stack.stage: _read(stack) for stack in stacks}
    shown = _Shown({stage: json_.get("output", {}) for stage, json_ in written.items()})
    return [
        _release(stage, resource, json_.get("locals", {}), shown.value)
        for stage, json_ in written.items()
        for _, resource in sorted(json_.get("resource", {}).get("helm_release", {}).items())
    ]


def _read(stack: Stack) -> Json:
    read: Json = json.loads((stack.folder / "cdk.tf.json").read_text("utf-8"))
    return read


def _release(stage: str, resource: Json, locals_: Json, show: Callable[[Any], Any]) -> Release:
    values = [_values(text, locals_) for text in resource.get("values", [])]
    return Release(
        stage=stage,
        name=resource["name"],
        namespace=show(resource.get("namespace")),
        chart=show(resource["chart"]),
        version=resource.get("version"),
        repository=resource.get("repository"),
        values=show(values[0] if len(values) == 1 else values),
        secrets=tuple(secret["name"] for secret in resource.get("set_wo", [])),
    )


def _values(text: str, locals_: Json) -> Any:
    found = LOCAL.fullmatch(text)
    return locals_[found[1]] if found else text


class _Shown:
    """Terraform's values, as the cluster will get them."""

    def __init__(self, outputs: Mapping[str, Json]) -> None:
        self._outputs = outputs

    def value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {self._text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str):
            whole = EXPRESSION.fullmatch(value)
            output = OUTPUT.fullmatch(value[2:-1]) if whole else None
            return self._output(output) if output else self._text(value)
        return value

    def _text(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self._piece(found[0]), text)

    def _piece(self, piece: str) -> str:
        if piece in {"$${", "%%{"}:
            return piece[1:]
        if quoted := QUOTED.fullmatch(piece):
            return str(json.loads(quoted[1]))
        output = OUTPUT.fullmatch(piece[2:-1])
        return str(self._output(output)) if output else OUTPUT.sub(_name, piece)

    def _output(self, found: re.Match[str]) -> Any:
        """The output's value where its stack says it, else its name."""
        value = self._outputs.get(found[1], {}).get(found[2], {}).get("value")
        if value is None or "${" in json.dumps(value):
            return f"${{{_name(found)}}}"
        return value


def _name(found: re.Match[str]) -> str:
    """An output as users write it."""
    stage, output = found[1], found[2]
    if stage.startswith(MODULE_STAGE):
        return f"modules.{stage.removeprefix(MODULE_STAGE)}.{output}"
    return f"stages.{stage}.{output}"
