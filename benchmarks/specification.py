"""Turns synthesized stacks into a program for `typescript/main.js`: the same resources, typed.

Caller: `benchmarks/run`. The types come from the small assemblies that `bindings` keeps: they say
which keys are properties (`cidrBlock`) and which are data (a tag's name). `differences` proves
that the other program made the same.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

Json = dict[str, Any]
ASSEMBLY = "cdktf_cdktf_provider_*.tgz"


def specification(stacks: Path, assemblies: Path) -> Json:
    """What `main.js` reads, from folders of synthesized stacks and of assemblies' tarballs."""
    types = {one.stem.rpartition("_")[2]: Types(one) for one in assemblies.glob(ASSEMBLY)}
    found = []
    for file in sorted(stacks.glob("*/cdk.tf.json")):
        stack = json.loads(file.read_text())
        found.append(
            {
                "name": file.parent.name,
                "elements": [*_elements(stack, types), *_plumbing(stack, types)],
                "overrides": list(_stack_overrides(stack)),
            }
        )
    return {"stacks": found}


def differences(ours: Path, theirs: Path) -> list[str]:
    """The stacks whose resources, data sources, outputs or providers are not the same."""
    different = []
    for file in sorted(ours.glob("*/cdk.tf.json")):
        pair = [_content(folder / file.parent.name / file.name) for folder in (ours, theirs)]
        if pair[0] != pair[1]:
            different.append(file.parent.name)
    return different


def _content(file: Path) -> Json:
    loaded: Json = json.loads(file.read_text())
    return _without_comments(loaded)  # type: ignore[no-any-return]


def _without_comments(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_comments(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [_without_comments(item) for item in value]
    return value


class Types:
    """The types of a jsii assembly."""

    def __init__(self, assembly: Path) -> None:
        with tarfile.open(assembly) as packed:
            file = packed.extractfile("package/.jsii")
            assert file is not None  # noqa: S101 - jsii wrote it
            description = json.load(file)
        self._package = description["name"]
        self._types: dict[str, Json] = description["types"]
        self._submodules = {
            symbol["symbolId"].split("/")[1]: fqn
            for fqn, symbol in description["submodules"].items()
        }

    def element(self, terraform_type: str, identity: str | None, config: Json) -> Json:
        """The specification of a resource, a data source or a provider."""
        folder, fqn = next(
            (folder, fqn)
            for folder, fqn in self._submodules.items()
            if plain(folder) == plain(terraform_type)
        )
        name = next(
            value["name"]
            for key, value in self._types.items()
            if key.startswith(f"{fqn}.")
            and value["kind"] == "class"
            and value.get("base", "").startswith("cdktf.Terraform")
        )
        properties, overrides = {}, []
        known = self._properties(f"{fqn}.{name}Config")
        for key, value in _without_comments(config).items():
            if plain(key) in known:
                properties[known[plain(key)][0]] = self._typed(value, known[plain(key)][1])
            else:  # what every resource may have: depends_on, lifecycle
                overrides.append((key, value))
        return {
            "module": f"{self._package}/lib/{folder}",
            "type": name,
            "id": identity,
            "config": properties,
            "overrides": overrides,
        }

    def _properties(self, fqn: str) -> dict[str, tuple[str, Json]]:
        listed = self._types[fqn].get("properties", [])
        return {plain(item["name"]): (item["name"], item["type"]) for item in listed}

    def _typed(self, value: Any, kind: Json) -> Any:
        """A value with the keys of structs as TypeScript spells them."""
        if "union" in kind:
            kinds = [item for item in kind["union"]["types"] if item.get("fqn", "")[:6] != "cdktf."]
            return self._typed(value, kinds[0]) if kinds else value
        if "collection" in kind:
            inner = kind["collection"]["elementtype"]
            if kind["collection"]["kind"] == "array" and isinstance(value, list):
                return [self._typed(item, inner) for item in value]
            return value
        if kind.get("fqn") in self._types:
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if isinstance(value, dict):
                known = self._properties(kind["fqn"])
                return {
                    known[plain(key)][0]: self._typed(item, known[plain(key)][1])
                    for key, item in value.items()
                }
        return value


def plain(name: str) -> str:
    """A name without separators and case: `s3_bucket`, `s3-bucket` and `s3Bucket` are one."""
    return name.replace("-", "").replace("_", "").lower()


def _elements(stack: Json, types: dict[str, Types]) -> list[Json]:
    found = []
    for terraform_type, members in stack.get("resource", {}).items():
        for key, value in members.items():
            found.append(_element(types, "TerraformResource", terraform_type, key, value))
    for terraform_type, members in stack.get("data", {}).items():
        for key, value in members.items():
            found.append(
                _cdktf("DataTerraformRemoteStateS3", key, value["config"])
                if terraform_type == "terraform_remote_state"
                else _element(types, "TerraformDataSource", terraform_type, key, value)
            )
    return found


def _plumbing(stack: Json, types: dict[str, Types]) -> list[Json]:
    found = [
        _element(types, "TerraformProvider", provider, None, config)
        for provider, configs in stack["provider"].items()
        for config in configs
    ]
    for key, variable in stack.get("variable", {}).items():
        found.append(_cdktf("TerraformVariable", key, _without_comments(variable)))
    for key, module in stack.get("module", {}).items():
        found.append(_module(key, _without_comments(module)))
    for key, output in stack.get("output", {}).items():
        found.append(_cdktf("TerraformOutput", key, _without_comments(output)))
    for kind, config in stack["terraform"]["backend"].items():
        name = {"s3": "S3Backend", "local": "LocalBackend"}[kind]
        # Lists are left to the overrides, which would append to them.
        scalars = {key: value for key, value in config.items() if not isinstance(value, list)}
        found.append(_cdktf(name, None, scalars))
    return found


def _cdktf(kind: str, identity: str | None, config: Json) -> Json:
    """One of cdktf's own classes, whose few keys are one word each here."""
    return {"module": "cdktf", "type": kind, "id": identity, "config": config, "overrides": []}


def _element(
    types: dict[str, Types], kind: str, terraform_type: str, identity: str | None, config: Json
) -> Json:
    """An element of a provider: of its bindings, or of cdktf's own class where it has none."""
    provider, _, name = terraform_type.partition("_")
    if provider in types:
        bound = {"TerraformDataSource": f"data_{terraform_type}", "TerraformProvider": "provider"}
        return types[provider].element(bound.get(kind, name), identity, config)
    made = {
        "terraformResourceType": terraform_type,
        "terraformGeneratorMetadata": {"providerName": provider},
    }
    if kind == "TerraformProvider":
        made["terraformProviderSource"] = f"{provider}/{provider}"
    overrides = list(_without_comments(config).items())
    return {**_cdktf(kind, identity, made), "overrides": overrides}


def _module(identity: str, module: Json) -> Json:
    config = {
        "source": module["source"],
        "variables": {key: value for key, value in module.items() if key != "source"},
        "skipAssetCreationFromLocalModules": True,
    }
    return _cdktf("TerraformHclModule", identity, config)


def _stack_overrides(stack: Json) -> list[tuple[str, Any]]:
    terraform = stack["terraform"]
    overrides: list[tuple[str, Any]] = [
        (f"locals.{name}", value) for name, value in stack.get("locals", {}).items()
    ]
    overrides += [
        (f"variable.{name}.ephemeral", True)
        for name, variable in stack.get("variable", {}).items()
        if variable.get("ephemeral")
    ]
    overrides += [
        (f"terraform.backend.{kind}.{key}", value)
        for kind, config in terraform["backend"].items()
        for key, value in config.items()
    ]
    for name, provider in terraform["required_providers"].items():
        overrides += [
            (f"terraform.required_providers.{name}.{key}", value) for key, value in provider.items()
        ]
    return overrides
