"""What the stacks of modules are meant to do, said by name, and no text becomes anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cdktf
import pytest
from constructs.shared.nulls import with_nulls
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest.carried import NO_KEY
from manifest.definitions import RESERVED
from manifest.references import IDENTIFIER
from stacks.interpolation import interpolated
from tests.conftest import ROOT
from tests.real_terraform import terraform
from tests.stacks.conftest import Stack, synthesize
from tests.texts import TEXTS, trees

CASES = 1_000


def module(stacks: dict[str, Stack], name: str) -> dict[str, Any]:
    found: dict[str, Any] = stacks[f"modules-module-{name}"]["module"]["this"]
    return found


def test_local_modules_are_named_the_same_on_every_machine(stacks: dict[str, Stack]) -> None:
    assert module(stacks, "first")["source"] == "./repository/terraform/first"


def test_what_a_local_module_uses_lies_beside_its_stack(tmp_path: Path) -> None:
    synthesize(ROOT / "tests" / "stacks" / "repository", tmp_path)
    there = tmp_path / "stacks" / "modules-module-first" / "repository" / "terraform"
    assert {path.parent.name for path in there.rglob("*.tf")} == {"first", "common"}
    remote = tmp_path / "stacks" / "modules-module-remote"
    assert not (remote / "repository").exists()


def test_sources_and_versions_are_as_they_were_written(stacks: dict[str, Stack]) -> None:
    assert (
        module(stacks, "remote")["source"]
        == "git::https://git.example.org/terraform/media.git//media?ref=v1.4.0"
    )
    assert module(stacks, "registry")["version"] == "4.2.1"


def test_nulls_numbers_and_dotted_keys_reach_the_module(stacks: dict[str, Stack]) -> None:
    first = module(stacks, "first")
    assert first["nothing"] is None
    assert first["data"]["a.dotted.key"] == [1, 2.5, True, None, "$${text}"]


def test_one_definition_makes_one_module_a_value(stacks: dict[str, Stack]) -> None:
    for value in ("a", "b"):
        assert module(stacks, f"second-{value}")["text"].endswith(f"for {value}")


def test_a_module_that_is_switched_off_is_not_there(stacks: dict[str, Stack]) -> None:
    assert "modules-module-off" not in stacks


def test_a_map_of_another_module_is_given_whole(stacks: dict[str, Stack]) -> None:
    state = "data.terraform_remote_state.module-first-state"
    assert module(stacks, "remote")["data"] == f"${{{state}.outputs.data}}"


def test_secrets_are_variables_without_a_value(stacks: dict[str, Stack]) -> None:
    first = stacks["modules-module-first"]["variable"]["secret_modules_token"]
    assert first == {"ephemeral": True, "sensitive": True, "type": "string"}
    # Whether a module elsewhere takes an ephemeral value is not known.
    remote = stacks["modules-module-remote"]["variable"]["secret_media_password_kept"]
    assert remote == {"sensitive": True, "type": "string"}


def test_outputs_of_a_module_with_secrets_are_shown_nowhere(stacks: dict[str, Stack]) -> None:
    first = stacks["modules-module-first"]
    assert all(one["sensitive"] for one in first["output"].values())
    assert "aws_s3_object" not in first.get("resource", {})


def test_only_what_is_not_secret_is_written_to_config_storage(stacks: dict[str, Stack]) -> None:
    remote = stacks["modules-module-remote"]
    (file,) = remote["resource"]["aws_s3_object"].values()
    assert "token" in remote["output"] and "token" not in file["content"]
    assert file["key"].endswith("modules/remote.json")


def test_ephemeral_outputs_stay_in_the_module(stacks: dict[str, Stack]) -> None:
    assert set(stacks["modules-module-first"]["output"]) == {"data", "nothing"}


def test_a_module_is_given_the_cluster_only_if_it_asks(stacks: dict[str, Stack]) -> None:
    modules = {name: one for name, one in stacks.items() if "-module-" in name}
    asked = {name for name, one in modules.items() if "helm" in one["provider"]}
    assert asked == {"apps-module-chart"}
    (helm,) = stacks["apps-module-chart"]["provider"]["helm"]
    assert helm["kubernetes"]["exec"]["command"] == "groundplan"
    assert "token" not in helm["kubernetes"]


@pytest.mark.terraform
def test_no_value_becomes_an_expression(tmp_path: Path) -> None:
    """Through CDKTF, the JSON of the stack, the real terraform and a module, and back."""
    values: list[Any] = []
    keys = TEXTS.filter(lambda key: not NO_KEY.match(key))

    @settings(max_examples=CASES, database=None)
    @given(trees(TEXTS, keys))
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    assert len(values) >= CASES
    assert through_a_module({"data": values}, tmp_path)["data"] == values


@pytest.mark.terraform
def test_any_name_that_is_allowed_is_a_variable(tmp_path: Path) -> None:
    names: set[str] = set()

    @settings(max_examples=CASES, database=None)
    @given(st.from_regex(IDENTIFIER, fullmatch=True))
    def collect(name: str) -> None:
        names.add(name.strip())

    collect()
    given_ = {name: name for name in names if name not in RESERVED}
    assert len(given_) > CASES / 2
    assert through_a_module(given_, tmp_path) == given_


def through_a_module(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What a module gets whose variables stand in a stack as a definition's do."""
    app = cdktf.App(outdir=str(folder))
    stack = cdktf.TerraformStack(app, "stack")
    cdktf.LocalBackend(stack, path="terraform.tfstate")
    cdktf.TerraformHclModule(
        stack, "this", source="./echo", skip_asset_creation_from_local_modules=True
    )
    sent = {name: interpolated(value, str) for name, value in values.items()}
    stack.add_override("module.this", with_nulls(sent))
    cdktf.TerraformOutput(stack, "values", value="${jsonencode(module.this)}")
    app.synth()
    where = folder / "stacks" / "stack"
    (where / "echo").mkdir()
    echo = {
        "variable": {name: {"type": "any"} for name in values},
        "output": {name: {"value": f"${{var.{name}}}"} for name in values},
    }
    (where / "echo" / "main.tf.json").write_text(json.dumps(echo))
    for command in (["init"], ["apply", "-auto-approve"]):
        terraform(where, *command)
    found: dict[str, Any] = json.loads(json.loads(terraform(where, "output", "-json", "values")))
    return found
