"""What the stage `applications` is meant to do, said by name, and no text becomes anything else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cdktf
import jsonschema_rs
import pytest
import yaml
from constructs.shared.nulls import with_nulls
from hypothesis import given, settings
from hypothesis import strategies as st

from argocd import schemas
from cli.releases import _Shown
from manifest.carried import NO_KEY
from manifest.references import Reference, Text
from manifest.templates import _merged
from stacks.interpolation import interpolated
from tests.conftest import ROOT
from tests.real_terraform import terraform
from tests.stacks.conftest import Stack
from tests.texts import TEXTS, WORDS, trees

FINALIZER = "resources-finalizer.argocd.argoproj.io"
STACK = "apps-applications"
ADDONS = "data.terraform_remote_state.addons-state.outputs"


@pytest.fixture(scope="module")
def releases(stacks: dict[str, Stack]) -> dict[str, Any]:
    found: dict[str, Any] = stacks[STACK]["resource"]["helm_release"]
    return found


@pytest.fixture(scope="module")
def objects(stacks: dict[str, Stack]) -> dict[str, Any]:
    """Release → the object that it is for."""
    return {name: one["manifests"][0] for name, one in stacks[STACK]["locals"].items()}


def test_every_object_is_a_release_of_its_own(
    releases: dict[str, Any], objects: dict[str, Any]
) -> None:
    assert set(releases) == set(objects)
    for name, release in releases.items():
        assert release["values"] == [f"${{jsonencode(local.{name})}}"]
        assert release["name"] == name


def test_objects_stand_where_argocd_looks(
    releases: dict[str, Any], objects: dict[str, Any]
) -> None:
    for name, one in objects.items():
        assert one["metadata"]["namespace"] == f"${{{ADDONS}.argocd_namespace}}"
        assert releases[name]["namespace"] == one["metadata"]["namespace"]


@pytest.mark.parametrize("name", ["project", "chart", "kustomized", "plain", "several", "previews"])
def test_objects_fit_argocds_schemas(name: str, objects: dict[str, Any]) -> None:
    one = objects["project-apps" if name == "project" else f"application-{name}"]
    jsonschema_rs.Draft202012Validator(schemas.of(one["kind"])).validate(one)


def test_the_project_is_made_first_and_goes_last(releases: dict[str, Any]) -> None:
    assert "depends_on" not in releases["project-apps"]
    for name, release in releases.items():
        if name != "project-apps":
            assert "helm_release.project-apps" in release["depends_on"]


def test_a_wave_waits_for_all_that_come_before(releases: dict[str, Any]) -> None:
    first, last = releases["application-registry"], releases["application-several"]
    assert first["depends_on"] == ["helm_release.project-apps"]
    assert set(last["depends_on"]) == {
        f"helm_release.{name}" for name in releases if name != "application-several"
    }
    assert "helm_release.application-plain" not in releases["application-chart"]["depends_on"]


def test_what_is_removed_takes_along_what_it_deployed_unless_orphaned(
    objects: dict[str, Any],
) -> None:
    kept = {
        name
        for name, one in objects.items()
        if one["kind"] == "Application" and FINALIZER not in one["metadata"].get("finalizers", [])
    }
    assert kept == {"application-registry"}
    assert objects["project-apps"]["metadata"]["finalizers"] == [FINALIZER]


def test_the_project_allows_just_what_is_declared(objects: dict[str, Any]) -> None:
    spec = objects["project-apps"]["spec"]
    assert spec["sourceRepos"] == [
        "git@git.globex.example:ops/manifests.git",
        "https://charts.globex.example",
        "https://git.globex.example/settings.git",
        "https://git.globex.example/shop.git",
        "registry.globex.example/charts",
    ]
    assert {one["namespace"] for one in spec["destinations"]} == {
        *("kustomized", "plain", "several", "shop")
    }
    assert {one["server"] for one in spec["destinations"]} == {"https://kubernetes.default.svc"}
    assert spec["clusterResourceWhitelist"] == [
        {"group": "", "kind": "Namespace"},
        {"group": "rbac.authorization.k8s.io", "kind": "ClusterRole"},
    ]


def test_every_application_is_in_the_project(objects: dict[str, Any]) -> None:
    for one in objects.values():
        if one["kind"] == "Application":
            assert one["spec"]["project"] == "apps"


def test_an_application_set_has_a_project_of_its_own_that_goes_with_it(
    stacks: dict[str, Stack],
) -> None:
    made, project = stacks[STACK]["locals"]["application-previews"]["manifests"]
    assert made["spec"]["template"]["spec"]["project"] == project["metadata"]["name"]
    assert project["metadata"]["name"] == "apps-previews"
    assert project["metadata"]["finalizers"] == [FINALIZER], "it stays as long as it has members"
    assert project["spec"]["sourceRepos"] == ["https://git.globex.example/shop.git"]
    assert [one["namespace"] for one in project["spec"]["destinations"]] == ["preview-*"]


def test_values_are_merged_from_files_in_their_order(objects: dict[str, Any]) -> None:
    values = objects["application-chart"]["spec"]["source"]["helm"]["valuesObject"]
    assert values["log"] == {"format": "json", "level": "debug"}
    assert values["ingress"]["path"] == "/"
    assert values["ingress"]["host"].startswith("shop.")
    assert values["ingress"]["annotations"] is None
    assert values["replicas"] == 2


def test_braces_of_an_application_set_survive(objects: dict[str, Any]) -> None:
    template = objects["application-previews"]["spec"]["template"]
    assert template["metadata"]["name"] == "preview-{{ .name }}"


def test_a_parameter_stays_text(objects: dict[str, Any]) -> None:
    helm = objects["application-chart"]["spec"]["source"]["helm"]
    assert helm["parameters"] == [{"name": "image.tag", "value": "010", "forceString": True}]


# Texts

# YAML knows no other control characters than NASTY has: with them Helm refuses the values.
PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=12)


def keys(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return texts.filter(lambda key: not NO_KEY.match(key))


TREES = trees(TEXTS, keys(TEXTS))
CIDR = Reference("stages.vpc", "cidr")
MIXED = st.lists(TEXTS.filter(bool) | st.just(CIDR), min_size=1, max_size=5).map(_merged)
CASES = 1_000


def resolved(_: Reference) -> str:
    return "${local.cidr}"


@settings(max_examples=CASES)
@given(TREES)
def test_render_shows_texts_as_they_were(tree: Any) -> None:
    written = json.loads(json.dumps(interpolated(tree, resolved)))
    assert _Shown({}).value(written) == tree


@pytest.mark.terraform
def test_no_text_becomes_an_expression_or_structure(tmp_path: Path) -> None:
    """Through CDKTF, the JSON of the stack and the real terraform, and back."""
    trees: list[Any] = []
    mixed: list[list[str | Reference]] = []

    @settings(max_examples=CASES, database=None)
    @given(TREES, MIXED)
    def collect(tree: Any, parts: list[str | Reference]) -> None:
        trees.append(tree)
        mixed.append(parts)

    collect()
    assert len(trees) >= CASES
    values = {"trees": trees, "mixed": [Text(tuple(parts)) for parts in mixed]}
    found = evaluated(interpolated(values, resolved), tmp_path)
    expected = ["".join("10.0.0.0/8" if p is CIDR else str(p) for p in one) for one in mixed]
    assert found["mixed"] == expected
    assert found["trees"] == trees


def evaluated(values: Any, folder: Path) -> Any:
    """What terraform makes of values that stand in a stack as those of a release do."""
    app = cdktf.App(outdir=str(folder))
    stack = cdktf.TerraformStack(app, "values")
    cdktf.LocalBackend(stack, path="terraform.tfstate")
    stack.add_override("locals", {"cidr": "10.0.0.0/8", "values": with_nulls(values)})
    cdktf.TerraformOutput(stack, "values", value="${jsonencode(local.values)}")
    app.synth()
    where = folder / "stacks" / "values"
    for command in (["init"], ["apply", "-auto-approve"]):
        terraform(where, *command)
    return json.loads(json.loads(terraform(where, "output", "-json", "values")))


def helm() -> str | None:
    """The real helm: of the machine, or as the laboratory has built it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "groundplan" / "lab"
    built = sorted(cache.glob("*/bin/helm"))
    return shutil.which("helm") or (str(built[-1]) if built else None)


def test_no_text_becomes_a_template_or_structure_of_helm(tmp_path: Path) -> None:
    program = helm()
    if program is None:
        pytest.skip("no helm on the PATH, and none built by `make lab`")
    objects: list[Any] = []

    @settings(max_examples=CASES, database=None)
    @given(trees(WORDS | PRINTABLE, keys(WORDS | PRINTABLE)))
    def collect(tree: Any) -> None:
        name = f"object-{len(objects):05}"
        objects.append(
            {"apiVersion": "v1", "kind": "Any", "metadata": {"name": name}, "value": tree}
        )

    collect()
    values = tmp_path / "values.json"
    # As Terraform writes it: Helm knows no escapes of pairs.
    values.write_text(json.dumps({"manifests": objects}, ensure_ascii=False))
    rendered = subprocess.run(
        [program, "template", "any", str(ROOT / "charts" / "manifests"), "--values", str(values)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    found = {one["metadata"]["name"]: one for one in yaml.safe_load_all(rendered) if one}
    assert len(found) == len(objects) >= CASES
    for one in objects:
        assert found[one["metadata"]["name"]] == one


def test_the_last_application_is_removed_too(stacks: dict[str, Stack]) -> None:
    """Where ArgoCD runs there is always the stage, though no definition may be left."""
    (only,) = stacks["production-applications"]["locals"].values()
    (project,) = only["manifests"]
    assert project["kind"] == "AppProject"
    spec = project["spec"]
    assert (spec["sourceRepos"], spec["destinations"]) == ([], [])
    assert spec["clusterResourceWhitelist"] == []
