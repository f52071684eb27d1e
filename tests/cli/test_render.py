"""`main.py render`: what will be sent to the cluster, as people and kubectl read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import cli.render
from cli.yaml import documents
from manifest.document import parse
from rollout import Synthesized
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.stacks.conftest import ALTERNATIVES, synthesize


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    outdir = tmp_path_factory.mktemp("synth")
    synthesize(ALTERNATIVES, outdir)
    return Synthesized.read(outdir)


@pytest.fixture
def rendered(synthesized: Synthesized, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the command prints of the alternatives' infrastructure `apps`."""
    monkeypatch.setattr(cli.render, "synthesize", lambda *_: synthesized)

    def call(*options: str) -> str:
        result = CliRunner().invoke(cli.render.render, ["apps", *options], standalone_mode=False)
        assert result.exception is None
        return result.stdout

    return call


def test_the_applications_are_a_stream_of_objects(rendered: Any) -> None:
    objects = list(yaml.safe_load_all(rendered("--applications")))
    kinds = [(one["kind"], one["metadata"]["name"]) for one in objects]
    assert set(kinds[:2]) == {("AppProject", "apps"), ("AppProject", "apps-previews")}
    assert ("ApplicationSet", "previews") in kinds
    assert all(one["apiVersion"] == "argoproj.io/v1alpha1" for one in objects)
    assert json.loads(rendered("--applications", "--json")) == objects


def test_references_are_shown_as_they_are_written(rendered: Any) -> None:
    (shop,) = (
        one
        for one in yaml.safe_load_all(rendered("--applications"))
        if one["metadata"]["name"] == "chart"
    )
    values = shop["spec"]["source"]["helm"]["valuesObject"]
    assert values["subnets"] == "${stages.vpc.private_subnet_ids}"
    assert values["ingress"]["host"] == "shop.${stages.domain.zone}"


def test_escapes_of_terraform_are_undone(rendered: Any) -> None:
    text = rendered("--applications")
    assert "US$${stages.vpc.cidr}, ${HOME} and {{ .Values.x }}" in text
    assert "preview-{{ .name }}" in text


def test_every_release_is_shown_with_its_values(rendered: Any, synthesized: Synthesized) -> None:
    shown = list(yaml.safe_load_all(rendered()))
    names = {
        resource["name"]
        for stack in synthesized.stacks.values()
        if stack.infrastructure == "apps"
        for resource in json.loads((stack.folder / "cdk.tf.json").read_text())
        .get("resource", {})
        .get("helm_release", {})
        .values()
    }
    assert {one["name"] for one in shown} == names >= {"project-apps", "application-chart"}
    assert all("values" in one and "chart" in one for one in shown)


def test_nothing_for_a_cluster_is_said_so(run: Run) -> None:
    ended = run("render", "minimal", "-r", str(ALTERNATIVES))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "minimal sends nothing to a cluster." in ended.stderr


def test_an_unknown_infrastructure_is_a_known_error(run: Run) -> None:
    ended = run("render", "stagin", "-r", str(ROOT / "examples" / "acme"))
    assert ended.returncode == 1
    assert "Did you mean staging?" in ended.stderr


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    PRINTABLE,
    st.sampled_from(
        ["yes", "010", "1e3", "0o7", "null", "~", "- a", "a: b", "2024-01-01", "=", ""]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(PRINTABLE, below, max_size=3),
)


@given(VALUES)
def test_every_reader_of_yaml_reads_the_same(value: Any) -> None:
    """PyYAML reads YAML 1.1, our own reader the core schema of 1.2, as kubectl's does."""
    text = documents([{"value": value}])
    assert yaml.safe_load(text) == {"value": value}
    if "<<" not in text:
        assert parse(text, "a.yaml").plain() == {"value": value}
