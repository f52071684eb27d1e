"""The laboratory does what a cluster does."""

from __future__ import annotations

import pytest

from tests.lab.conftest import WEB
from tests.lab.kubectl import Object
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError, wait


def deployment(name: str, image: str = "registry.example.org/web:1") -> Object:
    labels = {"app": name}
    container = {"name": "web", "image": image}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def test_a_deployment_becomes_available(lab: Laboratory, namespace: str) -> None:
    lab.kubectl.apply(deployment("web"), namespace=namespace)
    lab.kubectl(
        "wait", "deployment/web", "--for=condition=Available", "-n", namespace, "--timeout=60s"
    )
    assert lab.kubectl.get("deployment", "web", namespace)["status"]["readyReplicas"] == 2


def test_admission_and_validation_are_real(lab: Laboratory, namespace: str) -> None:
    with pytest.raises(ProgramError, match=r"spec.template.spec.containers\[0\].image"):
        lab.kubectl.apply(deployment("web", image=""), namespace=namespace)
    lab.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    lab.kubectl.apply(deployment("refused"), namespace=namespace)
    refused = wait(
        lambda: _condition(lab.kubectl.get("deployment", "refused", namespace), "ReplicaFailure"),
        "the pods are refused",
    )
    assert "violates PodSecurity" in refused["message"]


def test_helm_waits_until_all_is_ready(lab: Laboratory, namespace: str) -> None:
    lab.helm.install("web", WEB, {"replicas": 3, "greeting": "salve"}, namespace, wait=True)
    kubectl = lab.kubectl
    assert kubectl.get("deployment", "web", namespace)["status"]["readyReplicas"] == 3
    assert kubectl.get("service", "web", namespace)["status"]["loadBalancer"]["ingress"]
    assert kubectl.get("ingress", "web", namespace)["status"]["loadBalancer"]["ingress"]
    assert kubectl.get("pvc", "web", namespace)["status"]["phase"] == "Bound"
    assert kubectl.get("configmap", "web", namespace)["data"] == {"greeting": "salve"}
    lab.helm.uninstall("web", namespace)
    assert kubectl.find("deployment", "web", namespace) is None


def test_a_chart_sees_the_version_it_talks_to(lab: Laboratory) -> None:
    assert "v1.34." in lab.kubectl("version")


def _condition(one: Object, type_: str) -> Object | None:
    conditions = one.get("status", {}).get("conditions", [])
    return next((each for each in conditions if each["type"] == type_), None)
