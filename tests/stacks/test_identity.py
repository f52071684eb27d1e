"""What the stage `identity` is for, said of the synthesized stacks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from constructs.keycloak.sign_in import address_pattern, exactly
from constructs.keycloak.user import resource_name
from hypothesis import given
from hypothesis import strategies as st

from tests.stacks.conftest import Stack

OWNERS = ("production-identity", "people-identity")
GUESTS = ("staging-identity", "reuse-identity")
NAMES = st.from_regex(r"[a-z0-9][a-z0-9._@-]{2,30}", fullmatch=True)


def of(stack: Stack, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = stack["resource"].get(f"keycloak_{kind}", {})
    return found


def objects(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack["locals"]["groundplan-rbac"]["manifests"]
    return found


@pytest.mark.parametrize("name", OWNERS)
def test_no_deployment_deletes_a_realm(name: str, stacks: dict[str, Stack]) -> None:
    assert of(stacks[name], "realm")["realm"]["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize("name", GUESTS)
def test_who_shares_a_realm_makes_nothing_of_it(name: str, stacks: dict[str, Stack]) -> None:
    kinds = {kind.removeprefix("keycloak_") for kind in stacks[name]["resource"]}
    keycloak = {kind for kind in kinds if not kind.startswith(("aws_", "helm_"))}
    assert keycloak == {
        "group",
        "user_groups",
        "openid_client",
        "openid_client_default_scopes",
        "openid_client_optional_scopes",
        "openid_group_membership_protocol_mapper",
        "openid_audience_protocol_mapper",
    } - ({"user_groups"} if not of(stacks[name], "user_groups") else set())


@pytest.mark.parametrize("name", GUESTS)
def test_groups_of_who_shares_stand_below_one_of_its_name(
    name: str, stacks: dict[str, Stack]
) -> None:
    found = of(stacks[name], "group")
    assert found["own_group"]["name"] == name.removesuffix("-identity")
    for address, group in found.items():
        if address != "own_group":
            assert group["parent_id"] == "${keycloak_group.own_group.id}"


@pytest.mark.parametrize("name", OWNERS + GUESTS)
def test_memberships_given_elsewhere_stay(name: str, stacks: dict[str, Stack]) -> None:
    memberships = of(stacks[name], "user_groups")
    assert memberships
    assert all(one["exhaustive"] is False for one in memberships.values())


@pytest.mark.parametrize("name", OWNERS + GUESTS)
def test_clients_act_with_no_more_than_they_say(name: str, stacks: dict[str, Stack]) -> None:
    for client in of(stacks[name], "openid_client").values():
        assert client["implicit_flow_enabled"] is False
        assert client["direct_access_grants_enabled"] is False
        if client["standard_flow_enabled"]:
            assert client["full_scope_allowed"] is False
            assert client["pkce_code_challenge_method"] == "S256"
            assert not any("*" in uri for uri in client["valid_redirect_uris"])


@pytest.mark.parametrize("name", OWNERS + GUESTS)
def test_secrets_are_write_only_but_that_of_a_directory(
    name: str, stacks: dict[str, Stack]
) -> None:
    stack = stacks[name]
    kept = {key for key, one in stack["variable"].items() if key.startswith("secret_")
            and not key.endswith("_revision") and not one.get("ephemeral")}  # fmt: skip
    assert kept == ({"secret_ldap_kept"} if name == "people-identity" else set())
    assert 'client_secret":' not in json.dumps(stack["resource"])
    assert "initial_password" not in json.dumps(stack)


def test_providers_are_checked_and_keep_no_tokens(stacks: dict[str, Stack]) -> None:
    stack = stacks["people-identity"]
    providers = {**of(stack, "oidc_identity_provider"), **of(stack, "saml_identity_provider")}
    assert set(providers) == {
        *("workspace", "github", "gitlab", "entra", "okta", "corp", "saml"),
    }
    for name, one in providers.items():
        assert one["store_token"] is False
        assert one["sync_mode"] == "FORCE"
        assert one["trust_email"] is (name == "entra")
        # Google and GitHub are asked by Keycloak itself, over TLS; they send no signed tokens.
        assert one["validate_signature"] is (name not in {"workspace", "github"}), name


def test_who_comes_through_a_provider_is_asked_for_a_code_as_well(
    stacks: dict[str, Stack],
) -> None:
    """The browser's flow is over for them before it asks."""
    stack = stacks["people-identity"]
    providers = {**of(stack, "oidc_identity_provider"), **of(stack, "saml_identity_provider")}
    for name, one in providers.items():
        flow = one["post_broker_login_flow_alias"]
        assert flow == f"${{keycloak_authentication_flow.after-{name}.alias}}"
        steps = of(stack, "authentication_execution")
        assert steps[f"after-{name}-otp"]["requirement"] == "REQUIRED"
        role = of(stack, "authentication_execution_config")[f"after-{name}-role"]
        assert role["config"]["condUserRole"] == "${keycloak_role.mfa-required.name}"
        assert f"keycloak_authentication_execution.after-{name}-otp" in one["depends_on"]


def test_administrators_have_all_rights_and_must_give_a_code(stacks: dict[str, Stack]) -> None:
    for name in OWNERS:
        roles = of(stacks[name], "group_roles")["administrators"]
        assert roles["group_id"] == "${keycloak_group.platform-admins.id}"
        assert roles["role_ids"] == [
            "${data.keycloak_role.realm-admin.id}",
            "${keycloak_role.mfa-required.id}",
        ]


def test_the_one_admin_is_in_the_group_of_administrators(stacks: dict[str, Stack]) -> None:
    groups = of(stacks["production-identity"], "user_groups")["admin"]["group_ids"]
    assert groups == ["${keycloak_group.platform-admins.id}"]


@pytest.mark.parametrize(
    ("name", "administrators"),
    [
        ("production-identity", "/platform-admins"),
        ("staging-identity", "/platform-admins"),
        ("reuse-identity", "/reuse/platform-admins"),
    ],
)
def test_administrators_may_do_all_on_every_cluster_that_shares(
    name: str, administrators: str, stacks: dict[str, Stack]
) -> None:
    bindings = [one for one in objects(stacks[name]) if one["kind"] == "ClusterRoleBinding"]
    masters = [one for one in bindings if one["roleRef"]["name"] == "cluster-admin"]
    assert [one["subjects"][0]["name"] for one in masters] == [f"oidc:{administrators}"]


def test_rights_in_a_namespace_stay_in_it(stacks: dict[str, Stack]) -> None:
    bindings = [one for one in objects(stacks["staging-identity"]) if one["kind"] == "RoleBinding"]
    (binding,) = bindings
    assert binding["metadata"]["namespace"] == "shop"
    assert binding["roleRef"]["name"] == "edit"
    assert binding["subjects"][0]["name"] == "oidc:/staging/developers"


def test_a_namespace_that_people_work_in_is_never_deleted(stacks: dict[str, Stack]) -> None:
    namespaces = [one for one in objects(stacks["people-identity"]) if one["kind"] == "Namespace"]
    assert [one["metadata"]["name"] for one in namespaces] == ["blog", "shop"]
    for one in namespaces:
        assert one["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


@pytest.mark.parametrize("name", ["production", "staging", "people"])
def test_the_cluster_trusts_the_realm_for_its_own_client(
    name: str, stacks: dict[str, Stack]
) -> None:
    stack = stacks[f"{name}-identity"]
    (trust,) = stack["resource"]["aws_eks_identity_provider_config"].values()
    oidc = trust["oidc"]
    assert oidc["client_id"] == f"{name}-kubernetes"
    assert oidc["issuer_url"] == stack["output"]["issuer"]["value"]
    assert (oidc["groups_prefix"], oidc["username_prefix"]) == ("oidc:", "oidc:")


def test_the_kubeconfig_of_people_holds_no_secret(stacks: dict[str, Stack]) -> None:
    (file,) = stacks["staging-identity"]["resource"]["aws_s3_object"].values()
    config = yaml.safe_load(file["content"])
    assert [one["name"] for one in config["users"]] == ["staging", "staging-kubelogin"]
    for user in config["users"]:
        assert set(user["user"]) == {"exec"}
        assert "secret" not in json.dumps(user)


def test_guests_may_not_touch_the_realm_itself(stacks: dict[str, Stack]) -> None:
    roles = of(stacks["production-identity"], "openid_client_service_account_role").values()
    assert {one["role"] for one in roles} == {"view-realm", "manage-clients", "manage-users"}


def test_an_application_is_told_its_client_in_a_secret(stacks: dict[str, Stack]) -> None:
    stack = stacks["people-identity"]
    (secret,) = stack["locals"]["grafana-oidc"]["secrets"]
    assert secret["plain"] == {
        "clientId": "people-grafana",
        "issuer": "https://login.people.globex.example/realms/globex",
    }
    assert list(secret["secret"]) == ["clientSecret"]


def test_only_the_owner_of_a_realm_names_its_people(stacks: dict[str, Stack]) -> None:
    assert of(stacks["production-identity"], "user").keys() == {"admin", "ada", "dan"}
    for name in GUESTS:
        assert not of(stacks[name], "user")
        assert stacks[name]["data"]["keycloak_user"]


def test_a_group_may_be_called_as_its_infrastructure(stacks: dict[str, Stack]) -> None:
    found = of(stacks["reuse-identity"], "group")
    below = "${keycloak_group.own_group.id}"
    assert {one["name"] for one in found.values() if one.get("parent_id") == below} == {
        "operators",
        "platform-admins",
        "reuse",
    }
    assert "parent_id" not in found["own_group"]


@given(st.text(max_size=30))
def test_a_pattern_of_a_text_matches_it_alone(text: str) -> None:
    """In Python's language numbers are written otherwise; the rest is the same."""
    pattern = re.sub(r"\\x\{([0-9a-f]+)\}", lambda one: f"\\U{int(one[1], 16):08x}", exactly(text))
    assert re.fullmatch(pattern, text)
    assert not re.fullmatch(pattern, f"{text}x")


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("ada@acme.example", True),
        ("Ada@ACME.example", True),
        ("ada@acmeXexample", False),
        ("ada@evil.org@acme.example", False),
        ("ada@acme.example.evil.org", False),
        ("ada@sub.acme.example", False),
        ("@acme.example", False),
    ],
)
def test_only_addresses_of_a_domain_are_let_in(address: str, inside: bool) -> None:
    pattern = re.sub(
        r"\\x\{([0-9a-f]+)\}",
        lambda one: re.escape(chr(int(one[1], 16))),
        address_pattern(["acme.io", "acme.example"]),
    )
    assert bool(re.fullmatch(pattern, address)) is inside


@given(NAMES, NAMES)
def test_people_of_different_names_have_different_addresses(one: str, other: str) -> None:
    assert (resource_name(one) == resource_name(other)) is (one == other)
    assert re.fullmatch(r"[a-z_][a-z0-9_-]*", resource_name(one))
