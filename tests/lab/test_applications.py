"""The applications of examples/acme on a cluster: manifest → stack → helm → Argo CD → live objects.

What is sent is what `synth` writes. helm stands in for terraform here, in terraform's order; with
the real Helm provider terraform does it itself in `test_stage.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from errors import GroundplanError
from tests.lab.argocd import NAMESPACE, ArgoCD
from tests.lab.example import INFRASTRUCTURE, Example
from tests.lab.kubectl import Kubectl, Object
from tests.lab.laboratory import Laboratory
from tests.lab.program import wait

NAMES = ("guardrails", "landing", "shop")
PREVIEWS = """\
selector: {{environment: staging}}
manifest:
  kind: ApplicationSet
  spec:
    goTemplate: true
    generators: [{{list: {{elements: [{{name: one}}, {{name: two}}]}}}}]
    template:
      metadata: {{name: "preview-{{{{ .name }}}}"}}
      spec:
        source: {{repoURL: "{address}", targetRevision: main, path: apps/guardrails}}
        destination: {{namespace: "preview-{{{{ .name }}}}"}}
        syncPolicy: {{automated: {{}}, syncOptions: [CreateNamespace=true]}}
"""
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: sly}
rules: []
"""


@pytest.fixture(scope="module")
def repository(lab: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The example's repository, at the laboratory's git host."""
    made = Example(lab, tmp_path_factory.mktemp("example"))
    yield made
    made.destroy()


@pytest.fixture
def example(repository: Example) -> Example:
    """Deployed as it stands; what a test before has changed is undone."""
    repository.restore()
    repository.deploy()
    for name in NAMES:
        repository.healthy(name)
    return repository


@pytest.fixture
def kubectl(lab: Laboratory) -> Kubectl:
    """As the administrator."""
    return lab.kubectl


@pytest.fixture
def argocd(lab: Laboratory) -> ArgoCD:
    """The Argo CD that the applications are for."""
    return lab.argocd


def title(kubectl: Kubectl) -> str | None:
    """What the landing page says now."""
    found = kubectl.find("configmap", "landing", "landing")
    return found["data"]["index.html"].strip() if found else None


def condition(argocd: ArgoCD, name: str, type_: str) -> str:
    """Waits for a condition of an application; its message."""

    def find(one: Object) -> list[str]:
        conditions = one.get("status", {}).get("conditions", [])
        return [each["message"] for each in conditions if each["type"] == type_]

    found = argocd.until(name, lambda one: bool(find(one)), f"refused by {type_}")
    return find(found)[0]


@pytest.mark.parametrize(
    ("name", "type_"), [("guardrails", "Directory"), ("landing", "Helm"), ("shop", "Kustomize")]
)
def test_every_kind_of_source_gets_synced_and_healthy(
    example: Example, name: str, type_: str
) -> None:
    shown = example.healthy(name)
    assert shown["status"]["sourceType"] == type_
    assert shown["status"]["resources"], "it has deployed something"


def test_values_and_outputs_are_in_the_live_objects(example: Example, kubectl: Kubectl) -> None:
    assert title(kubectl) == "<h1>Acme staging in eu-central-1</h1>"
    ingress = kubectl.get("ingress", "landing", "landing")["spec"]
    assert ingress["rules"][0]["host"] == "www.staging.acme.example", "an output of the domain"
    assert ingress["ingressClassName"] == "traefik", "an output of the addons"
    landing = kubectl.get("deployment", "landing", "landing")
    assert landing["status"]["readyReplicas"] == 2


def test_options_of_kustomize_are_in_the_live_objects(example: Example, kubectl: Kubectl) -> None:
    shop = kubectl.get("deployment", "shop", "shop")
    container = shop["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.acme.example/shop:1.4.2"
    assert shop["metadata"]["annotations"]["acme.example/infrastructure"] == INFRASTRUCTURE
    settings = kubectl.get("configmap", container["envFrom"][0]["configMapRef"]["name"], "shop")
    assert settings["data"] == {"CURRENCY": "EUR", "PAYMENTS": "sandbox"}


def test_plain_manifests_count_in_the_cluster(example: Example, kubectl: Kubectl) -> None:
    used = wait(
        lambda: kubectl.get("resourcequota", "shop", "shop").get("status", {}).get("used"),
        "the quota counts",
    )
    assert used["pods"] == "2", "those of the shop"


def test_a_changed_value_of_the_manifest_changes_the_live_object(
    example: Example, kubectl: Kubectl
) -> None:
    example.edit("groundplan.yaml", "region: eu-central-1", "region: eu-west-1")
    assert example.deploy() == ["application-landing"], "the only one that names the region"
    wait(
        lambda: title(kubectl) == "<h1>Acme staging in eu-west-1</h1>",
        "the page says the new region",
    )
    example.healthy("landing")


def test_a_changed_output_changes_the_live_object(example: Example, kubectl: Kubectl) -> None:
    zone = '"${{ infrastructure.name }}.acme.example"'
    example.edit("infrastructures/staging.yaml", zone, "try.acme.example")
    assert example.deploy() == ["application-landing"]
    wait(
        lambda: (
            kubectl.get("ingress", "landing", "landing")["spec"]["rules"][0]["host"]
            == "www.try.acme.example"
        ),
        "the ingress has the new host",
    )


def test_a_push_changes_the_live_objects(example: Example, kubectl: Kubectl) -> None:
    overlay = "apps/shop/overlays/staging/kustomization.yaml"
    example.edit(overlay, "PAYMENTS=sandbox", "PAYMENTS=none")
    example.push({"apps/guardrails/network.yaml": None})
    assert example.deploy() == [], "no stage has to run for that"
    example.healthy("shop")
    example.healthy("guardrails")
    settings = kubectl("get", "configmaps", "-n", "shop", "-o", "jsonpath={.items[*].data}")
    assert "none" in settings
    assert "sandbox" not in settings, "what Kustomize has made anew replaces the old"
    gone = kubectl.find("networkpolicy", "only-from-the-ingress", "shop")
    assert gone is None, "what left the repository is pruned"


def test_what_is_changed_by_hand_is_put_back(example: Example, kubectl: Kubectl) -> None:
    kubectl("scale", "deployment", "shop", "-n", "shop", "--replicas=5")
    kubectl("delete", "ingress", "landing", "-n", "landing")
    wait(
        lambda: kubectl.get("deployment", "shop", "shop")["spec"]["replicas"] == 2,
        "the shop is as in git",
    )
    wait(lambda: kubectl.find("ingress", "landing", "landing"), "the ingress is there again")


def test_a_removed_definition_takes_along_what_it_deployed(
    example: Example, kubectl: Kubectl
) -> None:
    example.push({"applications/landing.yaml": None})
    assert example.deploy() == ["application-landing", "project-staging"]
    assert kubectl.find("application", "landing", NAMESPACE) is None
    for kind in ("deployment", "service", "ingress", "configmap"):
        assert kubectl.find(kind, "landing", "landing") is None, kind
    project = kubectl.get("appproject", INFRASTRUCTURE, NAMESPACE)
    allowed = {one["namespace"] for one in project["spec"]["destinations"]}
    assert allowed == {"shop"}, "the project is narrowed"
    example.healthy("shop")
    assert kubectl.find("deployment", "shop", "shop"), "the others stay"


def test_what_is_orphaned_stays(example: Example, kubectl: Kubectl) -> None:
    example.edit(
        "applications/landing.yaml", "namespace: landing", "namespace: landing\non_removal: orphan"
    )
    assert example.deploy() == ["application-landing"]
    example.push({"applications/landing.yaml": None})
    assert example.deploy() == ["application-landing", "project-staging"]
    assert kubectl.find("application", "landing", NAMESPACE) is None
    assert kubectl.get("deployment", "landing", "landing")["status"]["readyReplicas"] == 2
    assert title(kubectl)


def test_a_lower_wave_is_made_before_and_goes_after(example: Example) -> None:
    first, last = "application-guardrails", "application-shop"
    gone = example.destroy()
    assert gone.index(last) < gone.index(first)
    made = example.deploy()
    assert made.index(first) < made.index(last)


def test_a_destroy_leaves_no_application_and_nothing_they_deployed(
    example: Example, kubectl: Kubectl
) -> None:
    assert example.destroy()[-1] == "project-staging", "the project goes last"
    kinds = "deployments,services,ingresses,networkpolicies,resourcequotas"
    for namespace in ("landing", "shop"):
        assert kubectl("get", kinds, "-n", namespace, "-o", "name") == ""
    assert kubectl("get", "applications", "-n", NAMESPACE, "-o", "name") == ""
    assert kubectl.find("appproject", INFRASTRUCTURE, NAMESPACE) is None


def test_braces_of_an_application_set_are_filled_in_by_argo_cd(
    example: Example, argocd: ArgoCD, kubectl: Kubectl
) -> None:
    written = PREVIEWS.format(address=example.repository.url)
    example.push({"applications/previews.yaml": f"{written}allow: {{namespaces: [preview-*]}}\n"})
    assert example.deploy() == ["application-previews"], "with a project of its own"
    for name in ("preview-one", "preview-two"):
        argocd.healthy(name)
        assert kubectl.find("resourcequota", "shop", name)
    example.push({"applications/previews.yaml": None})
    example.deploy()
    for name in ("preview-one", "preview-two"):
        assert kubectl.find("application", name, NAMESPACE) is None, "the removal has waited"
        assert kubectl.find("resourcequota", "shop", name) is None


def test_a_namespace_that_is_not_allowed_is_refused_here_and_there(
    example: Example, argocd: ArgoCD, kubectl: Kubectl
) -> None:
    """Our check says it of the definition; without the check, Argo CD does."""
    written = PREVIEWS.format(address=example.repository.url)
    example.push({"applications/previews.yaml": written})
    (problem,) = example.problems()
    assert "Name in `allow.namespaces` what it may be." in str(problem)
    assert "applications/previews.yaml:" in str(problem)
    example.deploy(checked=False)
    message = condition(argocd, "preview-one", "InvalidSpecError")
    assert "'preview-one' do not match any of the allowed destinations" in message
    assert kubectl.find("resourcequota", "shop", "preview-one") is None


def test_what_was_bent_on_its_way_is_refused(
    example: Example, argocd: ArgoCD, kubectl: Kubectl
) -> None:
    """No definition can say this: the project allows what it names."""

    def bend(one: Object) -> None:
        one["spec"]["destination"]["namespace"] = "kube-system"

    example.deploy(bend={"application-landing": bend})
    message = condition(argocd, "landing", "InvalidSpecError")
    assert "namespace 'kube-system' do not match any of the allowed destinations" in message
    assert kubectl.find("deployment", "landing", "kube-system") is None


def test_another_repository_is_refused(example: Example, argocd: ArgoCD, lab: Laboratory) -> None:
    other = lab.git.repository("other")
    other.commit({"apps/landing/Chart.yaml": "apiVersion: v2\nname: landing\nversion: 1.0.0\n"})

    def bend(one: Object) -> None:
        one["spec"]["source"]["repoURL"] = other.url

    example.deploy(bend={"application-landing": bend})
    message = condition(argocd, "landing", "InvalidSpecError")
    assert f"application repo {other.url} is not permitted" in message


def test_kinds_of_the_whole_cluster_are_refused_until_they_are_allowed(
    example: Example, argocd: ArgoCD, kubectl: Kubectl
) -> None:
    # An application is not removed while a failed sync is repeated, for minutes.
    example.edit("applications/guardrails.yaml", "wave: -1", "wave: -1\nsync: {retry: {limit: 0}}")
    example.deploy()
    example.push({"apps/guardrails/role.yaml": ROLE})
    argocd.until(
        "guardrails",
        lambda one: "not permitted in project" in str(one.get("status", {}).get("operationState")),
        "refused",
    )
    assert kubectl.find("clusterrole", "sly") is None
    allowed = "allow: {cluster_resources: [{group: rbac.authorization.k8s.io, kind: ClusterRole}]}"
    example.edit("applications/guardrails.yaml", "wave: -1", f"wave: -1\n{allowed}")
    assert example.deploy() == ["project-staging"]
    # Argo CD tries a commit once.
    example.edit("apps/guardrails/role.yaml", "{name: sly}", "{name: sly, labels: {now: allowed}}")
    example.healthy("guardrails")
    assert kubectl.find("clusterrole", "sly")
    example.push({"apps/guardrails/role.yaml": None})
    example.healthy("guardrails")
    assert kubectl.find("clusterrole", "sly") is None


def test_a_chart_that_does_not_render_is_told_with_the_application(
    example: Example, argocd: ArgoCD, kubectl: Kubectl
) -> None:
    example.push({"apps/landing/templates/bad.yaml": "{{ .Values.missing.name }}\n"})
    assert "nil pointer evaluating" in condition(argocd, "landing", "ComparisonError")
    assert title(kubectl), "what runs stays"


def test_waiting_says_what_it_waits_for(lab: Laboratory) -> None:
    with pytest.raises(GroundplanError, match="application nobody is Synced and Healthy"):
        lab.argocd.healthy("nobody", within=0.1)
