"""What the addons are meant to be: pins, order, values, secrets; and what no text becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from constructs.kubernetes import charts
from constructs.kubernetes.values import merged
from constructs.shared.charts import Chart
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest.references import Reference
from stacks.interpolation import interpolated
from tests.stacks.conftest import Stack
from tests.stacks.test_intent import resources

WITH_ADDONS = ("production", "staging", "reuse", "tags")
PINNED = {
    "traefik": "41.3.0",
    "cert-manager": "v1.20.3",
    "external-dns": "1.21.1",
    "argo-cd": "10.1.1",
    "cloudnative-pg": "0.29.0",
    "keycloakx": "7.1.11",
    "metrics-server": "3.13.1",
    "cluster-autoscaler": "9.59.0",
    "aws-load-balancer-controller": "3.5.0",
}


def releases(stack: Stack) -> dict[str, Any]:
    """Name of a release → the resource."""
    return {one["name"]: one for one in resources(stack, "helm_release").values()}


def values(stack: Stack, release: str) -> Any:
    assert releases(stack)[release]["values"] == [f"${{jsonencode(local.{release})}}"]
    return stack["locals"][release]


def before(stack: Stack, release: str) -> set[str]:
    """The releases that stand before one, and go after it."""
    found: set[str] = set()
    waiting = [releases(stack)[release]]
    while waiting:
        for address in waiting.pop().get("depends_on", []):
            one = resources(stack, "helm_release")[address.removeprefix("helm_release.")]
            if one["name"] not in found:
                found.add(one["name"])
                waiting.append(one)
    return found


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from scalars(item)
    else:
        yield value


# Charts


def test_every_chart_is_pinned(stacks: dict[str, Stack]) -> None:
    """Raising a version is a decision: this table is changed together with the charts'."""
    found: dict[str, str] = {}
    for name in ("production", "staging", "reuse"):
        for release in releases(stacks[f"{name}-addons"]).values():
            if not release["chart"].startswith("./"):
                assert release["repository"].startswith("https://")
                found[release["chart"]] = release["version"]
    assert found == PINNED


def test_one_table_names_each_chart_once() -> None:
    named = [one.name for one in vars(charts).values() if isinstance(one, Chart)]
    assert len(named) == len(set(named))
    assert set(named) < set(PINNED)


def test_the_user_s_version_wins(stacks: dict[str, Stack]) -> None:
    assert releases(stacks["tags-addons"])["cert-manager"]["version"] == "v1.21.1"


def test_a_release_waits_until_it_works_and_until_it_is_gone(stacks: dict[str, Stack]) -> None:
    for name in WITH_ADDONS:
        for release in releases(stacks[f"{name}-addons"]).values():
            assert release["wait"] and release["wait_for_jobs"] and release["timeout"] >= 600


# On and off


def test_what_is_not_asked_for_is_not_there(stacks: dict[str, Stack]) -> None:
    assert set(releases(stacks["reuse-addons"])) == {
        *("groundplan-platform", "load-balancers", "argocd")
    }


def test_what_is_switched_off_is_not_there(stacks: dict[str, Stack]) -> None:
    assert "ingress" not in releases(stacks["tags-addons"])
    assert "ingress" not in stacks["tags-addons"]["locals"]


def test_the_controller_of_load_balancers_outlives_the_ingress_controller(
    stacks: dict[str, Stack],
) -> None:
    """Without ingress, it and its identity are still there, to remove the load balancer."""
    assert "load-balancers" in releases(stacks["tags-addons"])
    identities = stacks["tags-kubernetes"]["output"]["workload_identities"]["value"]
    assert "load-balancers" in identities


# Order


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("load-balancers", "groundplan-platform"),
        ("cert-manager", "load-balancers"),
        ("cert-manager-issuers", "cert-manager"),
        ("ingress", "load-balancers"),
        ("ingress", "cert-manager-issuers"),
        ("external-dns", "ingress"),
        ("cloudnative-pg", "external-dns"),
        ("keycloak-database", "cloudnative-pg"),
        ("keycloak", "keycloak-database"),
        ("keycloak", "keycloak-bootstrap"),
        ("argocd", "ingress"),
        ("argocd", "external-dns"),
    ],
    ids=lambda name: name,
)
def test_the_order_works_on_an_empty_cluster(
    later: str, earlier: str, stacks: dict[str, Stack]
) -> None:
    """Terraform removes in reverse, so records and load balancers go while somebody can do it."""
    assert earlier in before(stacks["production-addons"], later)


@pytest.mark.parametrize("early", ["cluster-autoscaler", "metrics-server"])
def test_nodes_grow_before_the_rest_needs_them(early: str, stacks: dict[str, Stack]) -> None:
    assert before(stacks["production-addons"], early) == {"groundplan-platform", "load-balancers"}


def test_pods_use_priority_classes_that_exist_before_them(stacks: dict[str, Stack]) -> None:
    stack = stacks["production-addons"]
    for name, release in releases(stack).items():
        used = set(re.findall(r"groundplan-platform", json.dumps(stack["locals"][name])))
        if used and name != "groundplan-platform":
            assert "groundplan-platform" in before(stack, name), release["name"]


# Values


def test_every_release_of_pods_asks_for_resources(stacks: dict[str, Stack]) -> None:
    stack = stacks["production-addons"]
    for name, release in releases(stack).items():
        if release["chart"].startswith("./"):
            continue
        assert '"requests"' in json.dumps(values(stack, name)), name


@pytest.mark.parametrize(
    ("release", "path"),
    [
        ("ingress", ("deployment", "replicas")),
        ("cert-manager", ("replicaCount",)),
        ("cert-manager", ("webhook", "replicaCount")),
        ("argocd", ("server", "replicas")),
        ("argocd", ("repoServer", "replicas")),
        ("keycloak", ("replicas",)),
        ("load-balancers", ("replicaCount",)),
        ("metrics-server", ("replicas",)),
        ("cluster-autoscaler", ("replicaCount",)),
    ],
    ids=str,
)
def test_what_others_need_runs_twice(
    release: str, path: tuple[str, ...], stacks: dict[str, Stack]
) -> None:
    found = values(stacks["production-addons"], release)
    for key in path:
        found = found[key]
    assert found >= 2


def test_the_user_s_values_win(stacks: dict[str, Stack]) -> None:
    found = values(stacks["tags-addons"], "external-dns")
    assert found["sources"] == ["service"], "a list is replaced"
    assert found["extraArgs"]["min-event-sync-interval"] == "30s", "a map is merged"
    assert "zone-id-filter" in found["extraArgs"]
    assert found["logFormat"] is None, "null reaches Helm, which removes the chart's default"


def test_values_name_outputs_of_stages(stacks: dict[str, Stack]) -> None:
    stack = stacks["tags-addons"]
    subnets = values(stack, "argocd")["configs"]["params"]["subnets"]
    assert subnets == "${data.terraform_remote_state.vpc-state.outputs.private_subnet_ids}"
    assert "vpc-state" in stack["data"]["terraform_remote_state"]


def test_external_dns_keeps_to_its_zone_and_its_records(stacks: dict[str, Stack]) -> None:
    found = values(stacks["staging-addons"], "external-dns")
    zone = "${data.terraform_remote_state.domain-state.outputs.zone"
    assert found["domainFilters"] == [f"{zone}}}"]
    assert found["extraArgs"]["zone-id-filter"] == f"{zone}_id}}"
    assert (found["policy"], found["registry"]) == ("sync", "txt")
    owners = {
        name: values(stacks[f"{name}-addons"], "external-dns")["txtOwnerId"]
        for name in ("staging", "production", "tags")
    }
    assert owners == {
        "staging": "acme-staging",
        "production": "acme-production",
        "tags": "globex-tags",
    }


def test_issuers_answer_by_dns_on_the_stage_s_zone(stacks: dict[str, Stack]) -> None:
    issuers = values(stacks["staging-addons"], "cert-manager-issuers")["manifests"]
    assert {one["metadata"]["name"] for one in issuers} == {"letsencrypt", "letsencrypt-staging"}
    for issuer in issuers:
        (solver,) = issuer["spec"]["acme"]["solvers"]
        assert set(solver) == {"selector", "dns01"}
        assert solver["selector"]["dnsZones"] == [
            "${data.terraform_remote_state.domain-state.outputs.zone}"
        ]


def test_service_accounts_are_those_that_have_an_identity(stacks: dict[str, Stack]) -> None:
    """With pod identities the name alone ties them; with IRSA an annotation does, too."""
    ties = resources(stacks["production-kubernetes"], "aws_eks_pod_identity_association")
    tied = {(one["namespace"], one["service_account"]) for one in ties.values()}
    accounts = {
        "cert-manager": ("serviceAccount",),
        "external-dns": ("serviceAccount",),
        "load-balancers": ("serviceAccount",),
        "cluster-autoscaler": ("rbac", "serviceAccount"),
    }
    for name, irsa in (("production", False), ("tags", True)):
        stack = stacks[f"{name}-addons"]
        for release, path in accounts.items():
            account = values(stack, release)
            for key in path:
                account = account[key]
            assert (releases(stack)[release]["namespace"], account["name"]) in tied
            assert set(account["annotations"]) == (
                {"eks.amazonaws.com/role-arn"} if irsa else set()
            )


def test_nobody_pretends_to_be_the_load_balancer(stacks: dict[str, Stack]) -> None:
    """The PROXY header is believed from private addresses only, and is asked for."""
    found = values(stacks["staging-addons"], "ingress")
    assert any(key.endswith("proxy-protocol") for key in found["service"]["annotations"])
    for port in ("web", "websecure"):
        trusted = found["ports"][port]["proxyProtocol"]["trustedIPs"]
        assert trusted and not {"0.0.0.0/0", "::/0"} & set(trusted)


# ArgoCD and Keycloak


def test_argocd_is_ready_for_single_sign_on(stacks: dict[str, Stack]) -> None:
    configs = values(stacks["production-addons"], "argocd")["configs"]
    oidc = yaml.safe_load(configs["cm"]["oidc.config"])
    assert oidc["issuer"] == "https://auth.production.acme.example/realms/platform"
    assert oidc["clientID"] == "production-argocd"
    assert oidc["clientSecret"] == "$argocd-oidc:clientSecret"
    assert configs["cm"]["admin.enabled"] == "false"
    assert configs["rbac"]["policy.csv"].splitlines() == [
        "g, /platform-admins, role:admin",
        "g, /developers, role:readonly",
    ]
    assert configs["rbac"]["policy.default"] == "", "whoever is in no group sees nothing"


def test_argocd_without_users_has_its_own_admin(stacks: dict[str, Stack]) -> None:
    settings_ = values(stacks["tags-addons"], "argocd")["configs"]["cm"]
    assert settings_["admin.enabled"] == "true"
    assert "oidc.config" not in settings_


def test_without_certificates_argocd_is_not_shown_to_anybody(stacks: dict[str, Stack]) -> None:
    stack = stacks["reuse-addons"]
    assert values(stack, "argocd")["server"]["ingress"] == {"enabled": False}
    assert stack["output"]["argocd_url"]["value"] == ""


def test_keycloak_keeps_its_data_on_two_encrypted_volumes(stacks: dict[str, Stack]) -> None:
    stack = stacks["production-addons"]
    (database,) = values(stack, "keycloak-database")["manifests"]
    assert database["spec"]["instances"] == 2
    classes = {
        one["metadata"]["name"]: one
        for one in values(stack, "groundplan-platform")["manifests"]
        if one["kind"] == "StorageClass"
    }
    used = classes[database["spec"]["storage"]["storageClass"]]
    assert used["parameters"]["encrypted"] == "true"


def test_another_s_cluster_keeps_its_default_storage_class(stacks: dict[str, Stack]) -> None:
    def default(name: str) -> str:
        (one,) = (
            one
            for one in values(stacks[f"{name}-addons"], "groundplan-platform")["manifests"]
            if one["kind"] == "StorageClass"
        )
        marked: str = one["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"]
        return marked

    assert (default("production"), default("reuse")) == ("true", "false")


# Secrets


def test_secrets_are_ephemeral_and_written_only(stacks: dict[str, Stack]) -> None:
    """Their variables stand in write-only arguments, and nowhere else in the stack."""
    for name in WITH_ADDONS:
        stack = stacks[f"{name}-addons"]
        secret = {
            one: made for one, made in stack.get("variable", {}).items() if "default" not in made
        }
        assert all(made["ephemeral"] and made["sensitive"] for made in secret.values())
        rest = json.loads(json.dumps(stack))
        written = []
        for release in rest["resource"]["helm_release"].values():
            written += [one["value"] for one in release.pop("set_wo", [])]
            release.pop("set_wo_revision", None)
        assert sorted(written) == sorted(f"${{base64encode(var.{one})}}" for one in secret)
        del rest["resource"]["helm_release"]
        assert not re.search(r"var\.secret_", json.dumps({**rest, "variable": None}))


def test_secrets_come_from_the_store(stacks: dict[str, Stack]) -> None:
    assert set(stacks["production-addons"]["variable"]) == {
        "secret_keycloak_bootstrap",
        "secret_keycloak_bootstrap_revision",
    }
    assert {one for one in stacks["tags-addons"]["variable"] if not one.endswith("revision")} == {
        "secret_argocd_shop",
        "secret_argocd_blog",
    }


def test_changed_secrets_reach_the_cluster(stacks: dict[str, Stack]) -> None:
    """A write-only value is looked at again only when the number beside it changes."""
    release = releases(stacks["tags-addons"])["argocd-repositories"]
    assert release["set_wo_revision"] == (
        "${var.secret_argocd_shop_revision + var.secret_argocd_blog_revision}"
    )


def test_the_provider_holds_no_token(stacks: dict[str, Stack]) -> None:
    for name in WITH_ADDONS:
        (provider,) = stacks[f"{name}-addons"]["provider"]["helm"]
        assert set(provider["kubernetes"]) == {"host", "cluster_ca_certificate", "exec"}
        plugin = provider["kubernetes"]["exec"]
        assert (plugin["command"], plugin["args"][:2]) == ("groundplan", ["token", "aws"])
        assert "env" not in plugin


# Text of users

TEXT = st.text(alphabet="$%{}\\\"'`\n~# a.b-", max_size=12)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(TEXT, TREES, max_size=4)


def unescaped(text: str) -> str:
    """What Terraform makes of text in JSON without expressions in it; fails where there is one."""
    found, index = "", 0
    while index < len(text):
        if text.startswith(("$${", "%%{"), index):
            found, index = found + text[index] + "{", index + 3
        else:
            assert not text.startswith(("${", "%{"), index), f"an expression: {text!r}"
            found, index = found + text[index], index + 1
    return found


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, dict):
        return {unescaped(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def never(reference: Reference) -> str:
    raise AssertionError(f"text became a reference: {reference.name}")


@settings(max_examples=1500, deadline=None)
@given(values_=MAPS)
def test_no_text_in_values_becomes_an_expression(values_: dict[str, Any]) -> None:
    assert plain(interpolated(values_, never)) == values_


@settings(max_examples=1000, deadline=None)
@given(ours=MAPS, theirs=MAPS)
def test_merging_follows_helm(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Every key of the user's is there as it was said; every other of ours as it was."""
    found = merged(ours, theirs)
    assert set(found) == set(ours) | set(theirs)
    for key, value in found.items():
        if key not in theirs:
            assert value == ours[key]
        elif isinstance(theirs[key], dict) and isinstance(ours.get(key), dict):
            assert value == merged(ours[key], theirs[key])
        else:
            assert value == theirs[key]
