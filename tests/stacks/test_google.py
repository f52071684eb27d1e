"""What the stacks are meant to be on Google Cloud alone; what both clouds share: test_clouds.py."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stacks.clouds import one, resources
from tests.stacks.conftest import GOOGLE, ROOT, Stack, synthesize

LIMITS = {
    "google_storage_bucket": ("name", r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]"),
    "google_compute_network": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_compute_subnetwork": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_compute_router": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_compute_router_nat": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_compute_firewall": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_container_cluster": ("name", r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?"),
    "google_container_node_pool": ("name", r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?"),
    "google_dns_managed_zone": ("name", r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
    "google_project_iam_custom_role": ("role_id", r"[a-zA-Z0-9_.]{3,64}"),
    "google_secret_manager_secret": ("secret_id", r"[a-zA-Z0-9_-]{1,255}"),
    "google_service_account": ("account_id", r"[a-z]([-a-z0-9]{4,28}[a-z0-9])"),
}
"""Type → the attribute that names it, and what Google takes there."""


def apis(stack: Stack) -> dict[str, Any]:
    return resources(stack, "google_project_service")


def addresses(stack: Stack) -> list[str]:
    """Of all resources and all that is looked up."""
    return [
        *(f"{kind}.{id_}" for kind, many in stack["resource"].items() for id_ in many),
        *(f"data.{kind}.{id_}" for kind, many in stack.get("data", {}).items() for id_ in many),
    ]


def waits(stack: Stack, address: str) -> set[str]:
    """All that must stand before a resource, or be read before it, near and far."""
    kind, _, id_ = address.partition(".")
    found = stack.get("resource", {}).get(kind, {}).get(id_)
    if found is None:
        _, kind, id_ = address.split(".")
        found = stack["data"][kind][id_]
    text = json.dumps(found)
    near = {
        one
        for one in addresses(stack)
        if one != address and re.search(rf"{re.escape(one)}\b", text)
    }
    return near.union(*(waits(stack, one) for one in near))


def test_names_are_within_googles_limits(google: dict[str, Stack]) -> None:
    seen = set()
    for stack in google.values():
        for kind, (name, pattern) in LIMITS.items():
            for resource in resources(stack, kind).values():
                assert re.fullmatch(pattern, resource[name]), resource[name]
                seen.add(kind)
    assert seen == set(LIMITS)


def test_no_other_project_is_worked_in_but_the_one_of_a_parent_zone(
    google: dict[str, Stack],
) -> None:
    for name, stack in google.items():
        projects = {(one.get("alias"), one["project"]) for one in stack["provider"]["google"]}
        parent = {("parents", "acme-network")} if name == "child-domain" else set()
        assert projects == {(None, "acme-platform"), *parent}


def test_labels_keep_their_hyphens(google: dict[str, Stack]) -> None:
    (provider,) = google["barest-vpc"]["provider"]["google"]
    assert provider["default_labels"] == {
        "team": "platform",
        "groundplan-organization": "acme",
        "groundplan-infrastructure": "barest",
        "groundplan-stage": "vpc",
    }


def test_apis_are_never_switched_off(google: dict[str, Stack]) -> None:
    every = [api for stack in google.values() for api in apis(stack).values()]
    assert len(every) >= 9
    assert not any(api["disable_on_destroy"] for api in every)


@pytest.mark.parametrize("stage", ["backend", "vpc", "domain", "kubernetes"])
def test_apis_come_before_everything_that_needs_them(stage: str, google: dict[str, Stack]) -> None:
    """Also before what is looked up: a new project answers no question before."""
    for name in ("europe", "borrowed"):
        stack = google[f"{name}-{stage}"]
        needed = {f"google_project_service.{id_}" for id_ in apis(stack)}
        for address in addresses(stack):
            kind = address.removeprefix("data.").partition(".")[0]
            if kind not in ON_EARLIER_APIS and not kind.startswith("terraform"):
                assert needed <= waits(stack, address), f"{name}: {address}"


ON_EARLIER_APIS = {
    "google_project_service",
    "google_project",
    "google_project_iam_member",
    "google_project_iam_custom_role",
    "google_service_account",
    "google_dns_managed_zone_iam_member",
    "google_storage_bucket_object",
}
"""What stands on APIs of earlier stages."""


def test_apis_are_switched_on_one_after_the_other(google: dict[str, Stack]) -> None:
    services = apis(google["europe-backend"])
    assert list(services["api-serviceusage"]) == ["disable_on_destroy", "service"]
    assert len(waits(google["europe-backend"], "google_project_service.api-secretmanager")) == 5


# backend


def test_the_bucket_waits_for_the_right_to_its_key(google: dict[str, Stack]) -> None:
    (grant,) = resources(google["europe-backend"], "google_kms_crypto_key_iam_member")
    bucket = one(google["europe-backend"], "google_storage_bucket")
    assert bucket["depends_on"] == [f"google_kms_crypto_key_iam_member.{grant}"]


def test_a_key_ring_gets_another_name_each_time(google: dict[str, Stack]) -> None:
    """Google never gives one back: without that, what was destroyed could not be made again."""
    for stage in ("backend", "kubernetes"):
        ring = one(google[f"europe-{stage}"], "google_kms_key_ring")
        assert ring["name"].endswith("-${substr(uuid(), 0, 8)}")
        assert ring["lifecycle"]["ignore_changes"] == ["name"]


def test_secrets_stay_in_the_region(google: dict[str, Stack]) -> None:
    secrets = resources(google["europe-backend"], "google_secret_manager_secret").values()
    here = {"user_managed": {"replicas": [{"location": "europe-west3"}]}}
    assert all(secret["replication"] == here for secret in secrets)
    names = {secret["annotations"]["groundplan-entry"]: secret["secret_id"] for secret in secrets}
    assert names["keycloak/bootstrap"] == "acme_europe_keycloak_2fbootstrap"


# vpc


def test_nothing_comes_in_that_no_rule_lets_in(google: dict[str, Stack]) -> None:
    rule = one(google["europe-vpc"], "google_compute_firewall")
    assert (rule["direction"], rule["deny"], rule["source_ranges"], rule["priority"]) == (
        "INGRESS",
        [{"protocol": "all"}],
        ["0.0.0.0/0"],
        65534,
    )


def test_googles_apis_are_reached_without_the_internet(google: dict[str, Stack]) -> None:
    assert one(google["europe-vpc"], "google_compute_subnetwork")["private_ip_google_access"]


def test_what_a_reused_subnet_must_have_is_checked_at_plan(google: dict[str, Stack]) -> None:
    network = google["borrowed-vpc"]["data"]
    assert network["google_compute_network"]["network"]["project"] == "acme-network"
    conditions = [
        check["condition"]
        for check in network["google_compute_subnetwork"]["nodes"]["lifecycle"]["postcondition"]
    ]
    assert '${contains(self.secondary_ip_range[*].range_name, "platform-pods")}' in conditions
    assert "${self.private_ip_google_access}" in conditions
    assert len(conditions) == 4


# domain


def test_names_of_name_servers_end_in_a_dot(google: dict[str, Stack]) -> None:
    record = one(google["child-domain"], "google_dns_record_set")
    servers = 'join(",", google_dns_managed_zone.zone.name_servers)'
    assert record["rrdatas"] == f'${{split(",", replace({servers}, "/[.]?(,|$)/", ".$1"))}}'
    assert (record["type"], record["provider"]) == ("NS", "google.parents")


def test_a_signed_zone_does_not_list_its_names(google: dict[str, Stack]) -> None:
    zone = one(google["europe-domain"], "google_dns_managed_zone")
    assert zone["dnssec_config"] == {"state": "on", "non_existence": "nsec3"}


def test_a_zone_that_is_not_there_once_is_told_at_plan(google: dict[str, Stack]) -> None:
    for name, id_ in (("borrowed", "zones"), ("child", "parent")):
        zones = google[f"{name}-domain"]["data"]["google_dns_managed_zones"][id_]
        (check,) = zones["lifecycle"]["postcondition"]
        assert check["condition"].endswith("]) == 1}")


# kubernetes


def test_autopilot_is_told_nothing_that_google_chooses(google: dict[str, Stack]) -> None:
    stack = google["barest-kubernetes"]
    cluster = one(stack, "google_container_cluster")
    assert cluster["enable_autopilot"] is True
    chosen = {"node_config", "remove_default_node_pool", "datapath_provider", "node_locations"}
    assert not chosen & set(cluster)
    assert not resources(stack, "google_container_node_pool")
    made = cluster["cluster_autoscaling"]["auto_provisioning_defaults"]
    account = "${google_service_account.nodes_account_4720EA6A.email}"
    assert made["service_account"] == account, "Google's own may do almost everything"


def test_the_network_of_a_cluster_is_dataplane_v2(google: dict[str, Stack]) -> None:
    cluster = one(google["europe-kubernetes"], "google_container_cluster")
    assert cluster["datapath_provider"] == "ADVANCED_DATAPATH"


def test_nodes_are_shielded_and_of_an_account_with_few_rights(google: dict[str, Stack]) -> None:
    stack = google["europe-kubernetes"]
    email = "${google_service_account.nodes_account_4720EA6A.email}"
    cluster = one(stack, "google_container_cluster")
    assert cluster["enable_shielded_nodes"] is True
    assert cluster["node_config"]["service_account"] == email, "the pool that Google makes first"
    for pool in resources(stack, "google_container_node_pool").values():
        assert pool["node_config"]["service_account"] == email
        assert pool["node_config"]["shielded_instance_config"]["enable_secure_boot"] is True
    member = email.replace(".email", ".member")
    members = resources(stack, "google_project_iam_member").values()
    assert {one["role"] for one in members if one["member"] == member} == {
        "roles/container.defaultNodeServiceAccount",
        "roles/artifactregistry.reader",
    }


def test_sizes_are_those_of_the_whole_pool(google: dict[str, Stack]) -> None:
    pools = resources(google["europe-kubernetes"], "google_container_node_pool").values()
    scaling = {one["name"].partition("-")[0]: one["autoscaling"] for one in pools}
    assert scaling["general"] == {
        "total_min_node_count": 1,
        "total_max_node_count": 12,
        "location_policy": "ANY",
    }
    assert scaling["system"]["location_policy"] == "BALANCED"


def test_newer_machines_get_the_disks_that_they_take(google: dict[str, Stack]) -> None:
    pools = resources(google["europe-kubernetes"], "google_container_node_pool").values()
    disks = {one["node_config"]["machine_type"]: one["node_config"]["disk_type"] for one in pools}
    assert disks == {"n4-standard-4": "hyperdisk-balanced", "e2-standard-4": "pd-balanced"}


def test_extended_support_is_a_channel(google: dict[str, Stack]) -> None:
    for name, channel in (("europe", "REGULAR"), ("barest", "EXTENDED")):
        cluster = one(google[f"{name}-kubernetes"], "google_container_cluster")
        assert cluster["release_channel"] == {"channel": channel}


def test_administrators_find_the_cluster_and_its_own_rules_let_them_in(
    google: dict[str, Stack],
) -> None:
    """Rights by IAM would be for every cluster of the project."""
    members = resources(google["europe-kubernetes"], "google_project_iam_member").values()
    (role,) = {one["role"] for one in members if one["member"] == "group:platform@acme.example"}
    assert role == "roles/container.clusterViewer"
    (binding,) = (
        one
        for one in google["europe-addons"]["locals"]["groundplan-platform"]["manifests"]
        if one["kind"] == "ClusterRoleBinding"
    )
    assert binding["roleRef"]["name"] == "cluster-admin"
    assert [(one["kind"], one["name"]) for one in binding["subjects"]] == [
        ("Group", "platform@acme.example")
    ]


def test_identities_are_service_accounts_of_the_cluster(google: dict[str, Stack]) -> None:
    outputs = google["europe-kubernetes"]["output"]["workload_identities"]["value"]
    assert set(outputs) == {"cert-manager", "external-dns"}
    for name, member in outputs.items():
        assert member.endswith(f"acme-platform.svc.id.goog/subject/ns/{name}/sa/{name}")


def test_nobody_but_external_dns_sees_all_zones(google: dict[str, Stack]) -> None:
    stack = google["europe-kubernetes"]
    listing = [
        one
        for one in resources(stack, "google_project_iam_member").values()
        if one["role"].startswith("${google_project_iam_custom_role.identities_zones")
    ]
    assert [one["member"].rpartition("/")[2] for one in listing] == ["external-dns"]


# addons


def test_gke_needs_fewer_addons(google: dict[str, Stack]) -> None:
    releases = set(google["europe-addons"]["locals"])
    assert {"ingress", "cert-manager", "external-dns", "argocd", "keycloak"} <= releases
    assert not {"load-balancers", "metrics-server", "autoscaler"} & releases


def test_issuers_and_records_keep_to_the_zone(google: dict[str, Stack]) -> None:
    zone = "${data.terraform_remote_state.domain-state.outputs.zone_id}"
    local = google["europe-addons"]["locals"]
    for issuer in local["cert-manager-issuers"]["manifests"]:
        (solver,) = issuer["spec"]["acme"]["solvers"]
        assert solver["dns01"] == {"cloudDNS": {"project": "acme-platform", "hostedZoneName": zone}}
    assert local["external-dns"]["provider"] == {"name": "google"}
    assert local["external-dns"]["extraArgs"]["zone-id-filter"] == zone


def test_pods_see_who_is_calling(google: dict[str, Stack]) -> None:
    service = google["europe-addons"]["locals"]["ingress"]["service"]
    assert service["spec"] == {"externalTrafficPolicy": "Local"}
    assert service["annotations"] == {"cloud.google.com/l4-rbs": "enabled"}


# Both clouds


def test_one_repository_may_be_on_both_clouds(tmp_path: Path) -> None:
    shutil.copytree(GOOGLE, tmp_path / "both")
    (tmp_path / "both" / "groundplan.yaml").write_text("name: acme\n")
    for file in (tmp_path / "both" / "infrastructures").iterdir():
        file.unlink()
    clouds = {
        "west": 'provider: aws, region: eu-west-1, account: "111122223333"',
        "east": "provider: google, region: europe-west3, project: acme-platform",
    }
    for name, cloud in clouds.items():
        (tmp_path / "both" / "infrastructures" / f"{name}.yaml").write_text(
            f"apiVersion: groundplan.dev/v1\nname: {name}\ncloud: {{{cloud}}}\n"
            "vpc: {create: {}}\n"
        )
    made = synthesize(tmp_path / "both", tmp_path / "out")
    assert {name: set(stack["provider"]) for name, stack in made.items()} == {
        "east-backend": {"google"},
        "east-vpc": {"google"},
        "west-backend": {"aws"},
        "west-vpc": {"aws"},
    }
    networks = {**made["east-vpc"]["resource"], **made["west-vpc"]["resource"]}
    assert {"google_compute_network", "aws_vpc"} <= set(networks)


# identity


def test_google_trusts_the_realm_for_the_clusters_own_client(google: dict[str, Stack]) -> None:
    stack = google["europe-identity"]
    pool = one(stack, "google_iam_workforce_pool")
    assert pool["parent"] == "organizations/123456789012"
    provider = one(stack, "google_iam_workforce_pool_provider")
    assert provider["oidc"]["issuer_uri"] == stack["output"]["issuer"]["value"]
    assert provider["oidc"]["client_id"] == "europe-kubernetes"
    assert "client_secret" not in provider["oidc"]
    needed = {f"google_project_service.{id_}" for id_ in apis(stack)}
    assert len(needed) == 2
    assert needed <= waits(stack, "google_iam_workforce_pool.people")


def test_a_pool_gets_another_id_each_time(google: dict[str, Stack]) -> None:
    """A deleted one's is blocked for 30 days."""
    pool = one(google["europe-identity"], "google_iam_workforce_pool")
    beginning, _, drawn = pool["workforce_pool_id"].rpartition("-")
    assert (beginning, drawn) == ("groundplan-acme-europe", "${substr(uuid(), 0, 8)}")
    assert pool["lifecycle"]["ignore_changes"] == ["workforce_pool_id"]


def test_google_knows_people_with_rights_only(google: dict[str, Stack]) -> None:
    """The expressions were run with cel-go, too."""
    provider = one(google["europe-identity"], "google_iam_workforce_pool_provider")
    assert provider["attribute_mapping"] == {
        "google.subject": "assertion.preferred_username",
        "google.groups": (
            '("/platform-admins" in assertion.groups ? ["platform-admins"] : []) + '
            '("/developers" in assertion.groups ? ["developers"] : [])'
        ),
    }
    assert provider["attribute_condition"] == (
        '"platform-admins" in google.groups || "developers" in google.groups'
    )


def test_the_rights_of_people_are_the_clusters_to_give(google: dict[str, Stack]) -> None:
    """Google's own only let them find it, and ask on the project's account."""
    stack = google["europe-identity"]
    pool = "${google_iam_workforce_pool.people.workforce_pool_id}"
    people = f"principalSet://iam.googleapis.com/locations/global/workforcePools/{pool}"
    members = resources(stack, "google_project_iam_member").values()
    assert {(one["member"], one["role"]) for one in members} == {
        (f"{people}/*", "roles/container.clusterViewer"),
        (f"{people}/*", "roles/serviceusage.serviceUsageConsumer"),
    }
    bindings = {
        one["roleRef"]["name"]: [subject["name"] for subject in one["subjects"]]
        for one in stack["locals"]["groundplan-rbac"]["manifests"]
        if "roleRef" in one
    }
    assert bindings == {
        "cluster-admin": [f"{people}/group/platform-admins"],
        "edit": [f"{people}/group/developers"],
    }


def test_people_get_their_tokens_from_this_program(google: dict[str, Stack]) -> None:
    """Other programs know Keycloak's tokens only, which GKE does not take."""
    (file,) = resources(google["europe-identity"], "google_storage_bucket_object").values()
    (user,) = yaml.safe_load(file["content"])["users"]
    command = user["user"]["exec"]
    assert command["command"] == "groundplan"
    assert command["args"][:2] == ["token", "workforce"]


def test_without_an_organization_nothing_is_made_for_people(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(ROOT / "examples" / "acme-google", repository)
    settings = repository / "groundplan.yaml"
    settings.write_text(settings.read_text().replace(', organization_id: "123456789012"', ""))
    manifest = repository / "infrastructures" / "europe.yaml"
    manifest.write_text(manifest.read_text().replace("kubernetes: edit, namespaces: [shop], ", ""))
    stack = synthesize(repository, tmp_path / "out")["europe-identity"]
    made = stack["resource"]
    assert not [kind for kind in made if kind.startswith("google_")]
    assert stack["output"]["kubernetes_client"]["value"] == ""
    assert "helm_release" in made, "Argo CD is told its client all the same"
    assert "groundplan-rbac" not in stack["locals"]
