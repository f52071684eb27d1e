"""Applications reach the cluster as on a real one: local chart → helm → Argo CD → live objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from errors import GroundplanError
from tests.conftest import ROOT
from tests.lab.argocd import NAMESPACE
from tests.lab.conftest import WEB
from tests.lab.definitions import application, application_set, project
from tests.lab.git import Repository
from tests.lab.kubectl import Object
from tests.lab.laboratory import Laboratory
from tests.lab.program import wait

MANIFESTS = ROOT / "charts" / "manifests"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}}}\ndata: {{greeting: {1}}}\n"
SOURCES = {
    "chart": {f"chart/{file.relative_to(WEB)}": file.read_text() for file in WEB.rglob("*.*")},
    "kustomize": {
        "kustomize/kustomization.yaml": (
            "namePrefix: my-\nresources: [config.yaml]\n"
            "configMapGenerator: [{name: more, literals: [a=b]}]\n"
        ),
        "kustomize/config.yaml": CONFIG.format("config", "hello"),
    },
    "plain": {"plain/config.yaml": CONFIG.format("config", "hello")},
}


@dataclass
class Delivery:
    """The applications of one test: what is delivered replaces what was before."""

    lab: Laboratory
    repository: Repository
    namespace: str
    """The name of the project and of the release, too."""

    def deliver(self, *objects: Object) -> None:
        """As the stage `applications` does: all objects of an infrastructure are one release."""
        allowed = project(self.namespace, [self.repository.url], [self.namespace])
        manifests = {"manifests": [allowed, *objects]}
        self.lab.helm.install(self.namespace, MANIFESTS, manifests, NAMESPACE, wait=False)

    def application(self, path: str, **changes: object) -> Object:
        """A definition from a folder of the repository."""
        given = {"repository": self.repository.url, "namespace": self.namespace, **changes}
        return application(f"{self.namespace}-{path}", self.namespace, path=path, **given)  # type: ignore[arg-type]

    def healthy(self, path: str, revision: str | None = None) -> Object:
        """Waits for the application of a folder."""
        return self.lab.argocd.healthy(f"{self.namespace}-{path}", revision=revision)

    def greeting(self, name: str) -> str | None:
        """What a ConfigMap says now."""
        found = self.lab.kubectl.find("configmap", name, self.namespace)
        return found["data"]["greeting"] if found else None

    def condition(self, path: str, type_: str) -> str:
        """Waits for a condition of an application; its message."""

        def find(one: Object) -> list[str]:
            conditions = one.get("status", {}).get("conditions", [])
            return [each["message"] for each in conditions if each["type"] == type_]

        name = f"{self.namespace}-{path}"
        found = self.lab.argocd.until(name, lambda one: bool(find(one)), f"refused by {type_}")
        return find(found)[0]


@pytest.fixture
def delivery(lab: Laboratory, namespace: str) -> Iterator[Delivery]:
    """A repository with one folder of each kind, and a project that allows it."""
    repository = lab.git.repository(namespace)
    repository.commit({name: text for files in SOURCES.values() for name, text in files.items()})
    made = Delivery(lab, repository, namespace)
    yield made
    lab.helm.uninstall(namespace, NAMESPACE)


@pytest.mark.parametrize(
    ("path", "config"), [("chart", "{}-chart"), ("kustomize", "my-config"), ("plain", "config")]
)
def test_every_kind_of_source_gets_synced_and_healthy(
    delivery: Delivery, path: str, config: str
) -> None:
    delivery.deliver(delivery.application(path))
    shown = delivery.healthy(path)
    assert shown["status"]["sourceType"] == {"chart": "Helm", "kustomize": "Kustomize"}.get(
        path, "Directory"
    )
    assert delivery.greeting(config.format(delivery.namespace)) == "hello"


def test_a_changed_value_changes_the_live_object(delivery: Delivery) -> None:
    delivery.deliver(delivery.application("chart", values={"greeting": "hello", "replicas": 1}))
    delivery.healthy("chart")
    delivery.deliver(delivery.application("chart", values={"greeting": "salve", "replicas": 2}))
    name, kubectl = f"{delivery.namespace}-chart", delivery.lab.kubectl
    wait(lambda: delivery.greeting(name) == "salve", "the ConfigMap has the new value")
    delivery.healthy("chart")
    assert kubectl.get("deployment", name, delivery.namespace)["status"]["readyReplicas"] == 2


def test_a_push_changes_the_live_object(delivery: Delivery) -> None:
    delivery.deliver(delivery.application("plain"))
    delivery.healthy("plain")
    commit = delivery.repository.commit(
        {"plain/config.yaml": None, "plain/other.yaml": CONFIG.format("other", "salve")}
    )
    delivery.lab.argocd.notify(delivery.repository.url, commit)
    delivery.healthy("plain", revision=commit)
    assert delivery.greeting("other") == "salve"
    assert delivery.greeting("config") is None, "what left the repository is pruned"


def test_what_is_changed_by_hand_is_put_back(delivery: Delivery) -> None:
    delivery.deliver(delivery.application("plain"))
    delivery.healthy("plain")
    patch = '{"data": {"greeting": "by hand"}}'
    delivery.lab.kubectl("patch", "configmap", "config", "-n", delivery.namespace, "-p", patch)
    wait(lambda: delivery.greeting("config") == "hello", "the ConfigMap is as in git")


def test_a_removed_definition_removes_all_of_the_application(delivery: Delivery) -> None:
    delivery.deliver(delivery.application("chart"), delivery.application("plain"))
    delivery.healthy("chart")
    delivery.healthy("plain")
    delivery.deliver(delivery.application("plain"))
    kubectl, name = delivery.lab.kubectl, f"{delivery.namespace}-chart"
    kubectl.gone("application", name, NAMESPACE)
    for kind in ("deployment", "service", "ingress", "configmap", "pvc"):
        kubectl.gone(kind, name, delivery.namespace)
    assert delivery.greeting("config") == "hello", "the other application stays"


def test_a_project_admits_no_other_destination(delivery: Delivery) -> None:
    delivery.deliver(delivery.application("plain", namespace="default"))
    message = delivery.condition("plain", "InvalidSpecError")
    assert "namespace 'default' do not match any of the allowed destinations" in message
    assert delivery.lab.kubectl.find("configmap", "config", "default") is None


def test_a_project_admits_no_other_repository(delivery: Delivery) -> None:
    other = delivery.lab.git.repository(f"{delivery.namespace}-other")
    other.commit(SOURCES["plain"])
    delivery.deliver(delivery.application("plain", repository=other.url))
    message = delivery.condition("plain", "InvalidSpecError")
    assert f"application repo {other.url} is not permitted" in message
    assert delivery.greeting("config") is None


def test_a_project_admits_nothing_of_the_whole_cluster(delivery: Delivery) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: sly}\n"
    delivery.repository.commit({"plain/role.yaml": f"{role}rules: []\n"})
    delivery.deliver(delivery.application("plain"))
    delivery.lab.argocd.until(
        f"{delivery.namespace}-plain",
        lambda one: "not permitted in project" in str(one.get("status", {}).get("operationState")),
        "refused",
    )
    assert delivery.lab.kubectl.find("clusterrole", "sly") is None


def test_braces_of_an_application_set_are_filled_in_by_argo_cd(delivery: Delivery) -> None:
    made = application_set(
        delivery.namespace,
        delivery.namespace,
        delivery.repository.url,
        "plain",
        [delivery.namespace],
    )
    delivery.deliver(made)
    delivery.lab.argocd.healthy(f"{delivery.namespace}-set")
    assert delivery.greeting("config") == "hello"


def test_a_chart_that_does_not_render_is_told_with_the_application(delivery: Delivery) -> None:
    delivery.repository.commit({"chart/templates/bad.yaml": "{{ .Values.missing.name }}\n"})
    delivery.deliver(delivery.application("chart"))
    assert "nil pointer evaluating" in delivery.condition("chart", "ComparisonError")


def test_waiting_says_what_it_waits_for(lab: Laboratory) -> None:
    with pytest.raises(GroundplanError, match="application nobody is Synced and Healthy"):
        lab.argocd.healthy("nobody", within=0.1)
