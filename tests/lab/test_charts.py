"""Charts rendered by the real helm, and taken by a real API server: ours, and those at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.lab import releases
from tests.lab.kubectl import Object
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError
from tests.lab.releases import Release
from tests.lab.validation import Validator
from tests.stacks.conftest import ALTERNATIVES, synthesize

NEEDED: dict[str, dict[str, Any]] = {
    "aws-load-balancer-controller": {"clusterName": "emulated"},
    "cluster-autoscaler": {"autoDiscovery": {"clusterName": "emulated"}},
    "cert-manager": {"crds": {"enabled": True}},
    "karpenter": {"settings": {"clusterName": "emulated"}},
    "cluster": {
        "cluster": {
            "instances": 1,
            "initdb": {"database": "app"},
            "postgresql": {"parameters": {"max_connections": "100"}},
        }
    },
    "argocd-apps": {"projects": {"emulated": {"namespace": "argocd", "description": "x"}}},
}
"""What a chart asks for before it renders anything."""

ODD = ("tags-addons", "external-dns")
"""A user's value with a name that no annotation may have; it reaches the API server untouched."""


@pytest.fixture(scope="module")
def validator(lab: Laboratory) -> Iterator[Validator]:
    """Knows the definitions of all charts at hand."""
    made = Validator(lab.kubectl)
    for (chart, _), file in releases.packaged().items():
        # One that does not render defines nothing here; its own test says why.
        with suppress(ProgramError):
            made.define(lab.helm.template(chart, file, NEEDED.get(chart, {})))
    yield made
    made.end()


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory, acme: Path) -> list[Release]:
    """The releases of the example and of the stacks' alternatives."""
    found: list[Release] = []
    for repository in (acme, ALTERNATIVES):
        outdir = tmp_path_factory.mktemp("synth")
        synthesize(repository, outdir)
        found += releases.read(outdir)
    return found


@pytest.mark.parametrize("chart", releases.local(), ids=lambda chart: chart.name)
def test_charts_of_this_repository_are_well_formed(lab: Laboratory, chart: Path) -> None:
    assert "0 chart(s) failed" in lab.helm("lint", "--strict", str(chart))


def test_manifests_are_applied_as_they_are(lab: Laboratory, namespace: str) -> None:
    """Braces, newlines, quotes, numbers in text: nothing in them is a template or YAML."""
    data = {
        "braces": '{{ .Values.manifests }} {{- fail "no" }} {{`x`}}',
        "lines": "a\n---\nb: [\n",
        "number": "1e3",
        "yes": "yes",
        "empty": "",
        "dollar": "${x} $${y} %{z}",
    }
    made: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "odd", "annotations": {"note": "{{.n}}"}},
        "data": data,
    }
    chart = ROOT / "charts" / "manifests"
    lab.helm.install("odd", chart, {"manifests": [made]}, namespace, wait=True)
    shown = lab.kubectl.get("configmap", "odd", namespace)
    assert shown["data"] == data
    assert shown["metadata"]["annotations"]["note"] == "{{.n}}"


def test_what_a_server_would_refuse_is_found(validator: Validator, namespace: str) -> None:
    """So that the tests below can fail."""
    wrong: Object = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "wrong"},
        "spec": {"ports": [{"port": "http"}], "replicas": 1},
    }
    with pytest.raises(ProgramError, match="spec"):
        validator.check([wrong], namespace)


@pytest.mark.parametrize("chart", releases.packaged(), ids="-".join)
def test_charts_at_hand_render_by_themselves(
    lab: Laboratory, validator: Validator, namespace: str, chart: tuple[str, str]
) -> None:
    name, _ = chart
    values = NEEDED.get(name, {})
    objects = list(lab.helm.template(name, releases.packaged()[chart], values, namespace))
    assert objects
    assert validator.check(objects, namespace) == []


def test_the_values_of_every_release_are_taken(
    lab: Laboratory, validator: Validator, synthesized: list[Release]
) -> None:
    """By its chart where that is at hand, as local ones always are, and by the API server."""
    at_hand = [(one, chart) for one in synthesized if (chart := one.at_hand())]
    assert {one.stack for one, _ in at_hand} >= {"staging-applications", "apps-applications"}
    refused = {}
    for release, chart in at_hand:
        try:
            made = lab.helm.template(release.name, chart, release.values, release.namespace)
            objects = list(made)
            assert objects, release
            unknown = validator.check(objects, release.namespace)
        except ProgramError as error:
            refused[release.stack, release.name] = str(error)
            continue
        if unknown and releases.packaged():
            refused[release.stack, release.name] = f"Kinds of no chart at hand: {unknown}"
    odd = refused.pop(ODD, None)
    if releases.packaged():
        assert odd
        assert 'spec.template.annotations: Invalid value: "a.b/${c}"' in odd, "as it was written"
    assert not refused, "\n\n".join(f"{' '.join(name)}: {why}" for name, why in refused.items())


def test_every_release_has_a_chart_at_hand(synthesized: list[Release]) -> None:
    """So that, with the charts of docs/addons.md, the test above leaves nothing out."""
    if not releases.packaged():
        pytest.skip(f"{releases.VARIABLE} names no folder of charts: only local ones are rendered")
    assert {f"{one.chart} {one.version}" for one in synthesized if not one.at_hand()} == set()
