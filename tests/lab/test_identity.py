"""People sign in with a real Keycloak that our stage set up, and use a real cluster and Argo CD.

Real: Keycloak, the keycloak provider, terraform, kube-apiserver with RBAC, Argo CD's server.
Emulated: AWS, and the Helm releases, whose objects are applied by kubectl.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import kubeconfig
from tests.lab.keycloak import Keycloak
from tests.lab.kubectl import Kubectl
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError, wait
from tests.lab.signin import NEW_PASSWORD, Client, NotLetIn, Person, claims
from tests.lab.signing_in import REAL_PROVIDER, people_in
from tests.people import People

pytestmark = [pytest.mark.terraform, REAL_PROVIDER]
NAMESPACE = "shop"
RELOADED = 90.0  # seconds until an API server has read its issuers anew


@pytest.fixture(scope="module")
def people(lab: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Both infrastructures of the example, deployed to a new Keycloak."""
    keycloak = Keycloak.start(lab.processes, lab.authority, lab.folder)
    with people_in(keycloak, lab.authority, tmp_path_factory.mktemp("people")) as made:
        made.stand_in()
        assert made.outcomes("deploy") == {"production": "changed", "staging": "changed"}
        yield made


@pytest.fixture(scope="module")
def known(people: People) -> Callable[[str], Person]:
    """Somebody by name: with the first password, then with what they chose themselves."""
    persons: dict[str, Person] = {}

    def find(username: str) -> Person:
        if username not in persons:
            entry = f"keycloak/first-passwords/{username}"
            persons[username] = Person(username, people.secret("production", entry))
        persons[username].pages.clear()
        return persons[username]

    return find


@pytest.fixture(scope="module")
def kubectl_client(people: People, lab: Laboratory) -> Client:
    """As a person's kubectl signs in to the cluster of staging."""
    issuer = f"{people.url}/realms/platform"
    return Client(issuer, "staging-kubernetes", "http://localhost:8000", lab.authority.certificate)


@pytest.fixture(scope="module")
def as_person(
    lab: Laboratory,
    people: People,
    known: Callable[[str], Person],
    kubectl_client: Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Kubectl]:
    """kubectl with somebody's token, on a cluster that trusts the realm and has our RBAC."""
    stack = json.loads((people.stack("staging").folder / "cdk.tf.json").read_text())
    lab.kubectl.apply(*stack["locals"]["groundplan-rbac"]["manifests"])
    lab.kubectl.namespace("other")
    lab.plane.trust(kubectl_client.issuer, [kubectl_client.id])
    folder = tmp_path_factory.mktemp("kubeconfigs")

    def find(username: str) -> Kubectl:
        token = kubectl_client.sign_in(known(username))["id_token"]
        file = kubeconfig.write(
            folder / f"{username}.yaml",
            lab.plane.endpoint,
            lab.plane.authority,
            kubeconfig.by_token(token),
        )
        return lab.kubectl.as_user(file)

    first = find("dan")
    wait(lambda: _is_known(first), "the API server trusts the realm", RELOADED)
    return find


def _is_known(kubectl: Kubectl) -> bool:
    try:
        return "oidc:dan" in kubectl("auth", "whoami")
    except ProgramError:
        return False


def may(kubectl: Kubectl, *what: str) -> bool:
    """Whether the API server would allow it."""
    try:
        return kubectl("auth", "can-i", *what).strip() == "yes"
    except ProgramError as error:
        assert error.returncode == 1, error
        return False


def test_a_first_sign_in_asks_for_a_new_password(
    known: Callable[[str], Person], kubectl_client: Client
) -> None:
    person = known("ada")
    said = claims(kubectl_client.sign_in(person)["id_token"])
    assert person.pages == ["password", "new password"]
    assert said["preferred_username"] == "ada"
    assert sorted(said["groups"]) == ["/developers", "/staging/developers"]
    assert said["aud"] == "staging-kubernetes"


def test_the_admin_must_set_up_codes_and_then_give_one(
    known: Callable[[str], Person], kubectl_client: Client
) -> None:
    person = known("admin")
    kubectl_client.sign_in(person)
    assert person.pages[0] == "password"
    assert sorted(person.pages[1:]) in (
        ["new password", "set up codes"],
        ["name", "new password", "set up codes"],
    )
    person = known("admin")
    said = claims(kubectl_client.sign_in(person)["id_token"])
    assert person.pages == ["password", "code"]
    assert said["groups"] == ["/platform-admins"]


def test_a_first_password_is_good_once(people: People, kubectl_client: Client) -> None:
    first = people.secret("production", "keycloak/first-passwords/ada")
    with pytest.raises(NotLetIn, match="Invalid"):
        kubectl_client.sign_in(Person("ada", first))


def test_a_stranger_is_not_let_in(kubectl_client: Client) -> None:
    with pytest.raises(NotLetIn, match="Invalid"):
        kubectl_client.sign_in(Person("eve", NEW_PASSWORD))


def test_the_admin_may_do_all(as_person: Callable[[str], Kubectl]) -> None:
    kubectl = as_person("admin")
    assert may(kubectl, "*", "*", "--all-namespaces")
    kubectl("get", "secrets", "--all-namespaces")
    kubectl("get", "nodes")


def test_a_developer_edits_in_the_namespace_and_nowhere_else(
    as_person: Callable[[str], Kubectl],
) -> None:
    kubectl = as_person("ada")
    kubectl("create", "configmap", "made-by-ada", "-n", NAMESPACE)
    kubectl("delete", "configmap", "made-by-ada", "-n", NAMESPACE)
    with pytest.raises(ProgramError, match="forbidden"):
        kubectl("create", "configmap", "made-by-ada", "-n", "other")
    with pytest.raises(ProgramError, match="forbidden"):
        kubectl("create", "rolebinding", "x", "--clusterrole=admin", "--user=x", "-n", NAMESPACE)
    assert not may(kubectl, "get", "nodes")


def test_who_is_in_no_group_of_the_cluster_may_nothing(
    as_person: Callable[[str], Kubectl],
) -> None:
    kubectl = as_person("dan")
    assert "oidc:dan" in kubectl("auth", "whoami")
    assert not may(kubectl, "get", "pods", "-n", NAMESPACE)
    with pytest.raises(ProgramError, match="forbidden"):
        kubectl("get", "configmaps", "-n", NAMESPACE)


def test_a_token_for_another_cluster_opens_nothing(
    lab: Laboratory,
    known: Callable[[str], Person],
    kubectl_client: Client,
    as_person: Callable[[str], Kubectl],
    tmp_path: Path,
) -> None:
    other = Client(
        kubectl_client.issuer, "production-kubernetes", kubectl_client.redirect,
        kubectl_client.authority,
    )  # fmt: skip
    token = other.sign_in(known("ada"))["id_token"]
    file = kubeconfig.write(
        tmp_path / "other.yaml", lab.plane.endpoint, lab.plane.authority, kubeconfig.by_token(token)
    )
    with pytest.raises(ProgramError, match=r"Unauthorized|provide credentials"):
        lab.kubectl.as_user(file)("get", "configmaps", "-n", NAMESPACE)


@pytest.fixture(scope="module")
def argocd(people: People, lab: Laboratory) -> Client:
    """Argo CD with the settings that our stages give it, and somebody's browser."""
    addons = json.loads((people.out / "stacks/staging-addons/cdk.tf.json").read_text())
    configs = addons["locals"]["argocd"]["configs"]
    oidc = yaml.safe_load(configs["cm"]["oidc.config"])
    assert oidc["issuer"] == "https://auth.production.acme.example/realms/platform"
    oidc["issuer"] = f"{people.url}/realms/platform"
    secret = people.secret("staging", "keycloak/clients/argocd")
    patch = {"oidc.config": yaml.safe_dump(oidc), "url": "https://argocd.staging.acme.example"}
    _patch(lab, "configmap", "argocd-cm", {"data": patch})
    _patch(lab, "configmap", "argocd-rbac-cm", {"data": configs["rbac"]})
    lab.kubectl.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": "argocd-oidc",
                "namespace": "argocd",
                "labels": {"app.kubernetes.io/part-of": "argocd"},
            },
            "stringData": {"clientSecret": secret},
        },
        *(_project(name) for name in ("staging", "foreign")),
        *(_application(name) for name in ("staging", "foreign")),
    )
    return Client(
        f"{people.url}/realms/platform",
        oidc["clientID"],
        "https://argocd.staging.acme.example/auth/callback",
        lab.authority.certificate,
        secret,
    )


def _patch(lab: Laboratory, kind: str, name: str, patch: dict[str, Any]) -> None:
    lab.kubectl("patch", kind, name, "-n", "argocd", "--type=merge", "-p", json.dumps(patch))


def _project(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "sourceRepos": ["*"],
            "destinations": [{"server": "https://kubernetes.default.svc", "namespace": "*"}],
        },
    }


def _application(project: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": f"of-{project}", "namespace": "argocd"},
        "spec": {
            "project": project,
            "source": {"repoURL": "http://127.0.0.1:9/none.git", "path": "."},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "default"},
        },
    }


def _ask(lab: Laboratory, token: str, method: str, path: str) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310
        f"{lab.argocd.url}/api/v1/{path}",
        data=b"{}" if method == "POST" else None,
        method=method,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _seen(lab: Laboratory, token: str) -> set[str] | None:
    """The applications that somebody sees; None: not let in."""
    status, found = _ask(lab, token, "GET", "applications?fields=items.metadata.name")
    if status != 200:
        return None
    return {one["metadata"]["name"] for one in found.get("items") or ()} & {
        "of-staging",
        "of-foreign",
    }


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("admin", {"of-staging", "of-foreign"}),
        ("ada", {"of-staging"}),
        ("dan", set()),
    ],
    ids=["admin", "developer", "of no group here"],
)
def test_argocd_lets_people_do_what_their_groups_may(
    username: str,
    allowed: set[str],
    lab: Laboratory,
    argocd: Client,
    known: Callable[[str], Person],
) -> None:
    token = argocd.sign_in(known(username))["id_token"]
    wait(lambda: _seen(lab, token) is not None, "Argo CD trusts the realm", RELOADED)
    assert _seen(lab, token) == allowed
    for name in ("of-staging", "of-foreign"):
        # Whatever else is wrong with it comes after that.
        status, _ = _ask(lab, token, "POST", f"applications/{name}/sync")
        assert (status != 403) is (name in allowed), (name, status)


# The last ones of these destroy.
from tests.people_cases import *  # noqa: E402, F403
