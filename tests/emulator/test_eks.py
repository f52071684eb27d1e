"""EKS as completed: answers in the shape of the AWS API model, refusals as AWS refuses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509

from tests.emulator.conftest import Call

ROLE = "arn:aws:iam::123456789012:role/path/admin"
CREATOR = "arn:aws:iam::123456789012:user/moto"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=code)


# Clusters


def test_a_cluster_is_described_as_it_was_made(eks: Call, cluster: str) -> None:
    shown = eks("describe_cluster", name=cluster)["cluster"]
    assert (shown["name"], shown["version"], shown["status"]) == (cluster, "1.33", "ACTIVE")
    assert shown["accessConfig"]["authenticationMode"] == "API"
    assert shown["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.eu-central-1.")
    assert eks("list_clusters")["clusters"] == [cluster]


def test_the_authority_of_a_cluster_is_a_certificate(eks: Call, cluster: str) -> None:
    shown = eks("describe_cluster", name=cluster)["cluster"]
    pem = base64.b64decode(shown["certificateAuthority"]["data"])
    certificate = x509.load_pem_x509_certificate(pem)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_cluster_needs_two_zones(eks: Call, subnets: list[str]) -> None:
    with refused("two different AZs"):
        eks(
            "create_cluster",
            name="one",
            roleArn="arn:aws:iam::123456789012:role/cluster",
            resourcesVpcConfig={"subnetIds": subnets[:1]},
        )


def test_a_name_is_taken_once(eks: Call, cluster: str, subnets: list[str]) -> None:
    with refused("ResourceInUseException"):
        eks(
            "create_cluster",
            name=cluster,
            roleArn="arn:aws:iam::123456789012:role/cluster",
            resourcesVpcConfig={"subnetIds": subnets},
        )


def test_endpoint_logging_and_support_change_in_place(eks: Call, cluster: str) -> None:
    update = eks(
        "update_cluster_config",
        name=cluster,
        resourcesVpcConfig={"endpointPublicAccess": False, "endpointPrivateAccess": True},
    )["update"]
    assert eks("describe_update", name=cluster, updateId=update["id"])["update"]["status"] == (
        "Successful"
    )
    eks(
        "update_cluster_config",
        name=cluster,
        logging={"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
    )
    eks("update_cluster_config", name=cluster, upgradePolicy={"supportType": "STANDARD"})
    shown = eks("describe_cluster", name=cluster)["cluster"]
    assert shown["resourcesVpcConfig"]["endpointPublicAccess"] is False
    on, off = shown["logging"]["clusterLogging"]
    assert (on["types"], on["enabled"]) == (["api", "audit"], True)
    assert (len(off["types"]), off["enabled"]) == (3, False)
    assert shown["upgradePolicy"]["supportType"] == "STANDARD"


def test_versions_go_up_by_one(eks: Call, cluster: str) -> None:
    for version in ("1.35", "1.32"):
        with refused("Unsupported Kubernetes minor version"):
            eks("update_cluster_version", name=cluster, version=version)
    eks("update_cluster_version", name=cluster, version="1.34")
    assert eks("describe_cluster", name=cluster)["cluster"]["version"] == "1.34"


def test_tags_are_added_and_removed(eks: Call, cluster: str) -> None:
    arn = eks("describe_cluster", name=cluster)["cluster"]["arn"]
    eks("tag_resource", resourceArn=arn, tags={"stage": "test"})
    eks("untag_resource", resourceArn=arn, tagKeys=["team"])
    assert eks("list_tags_for_resource", resourceArn=arn)["tags"] == {"stage": "test"}


def test_what_does_not_exist_is_not_found(eks: Call) -> None:
    with refused("ResourceNotFoundException"):
        eks("describe_cluster", name="none")


def test_a_deleted_cluster_is_gone(eks: Call, cluster: str) -> None:
    eks("delete_cluster", name=cluster)
    assert eks("list_clusters")["clusters"] == []


# Node groups


@pytest.fixture
def group(eks: Call, cluster: str, subnets: list[str], client: Callable[[str], Any]) -> str:
    template = client("ec2").create_launch_template(
        LaunchTemplateName="nodes", LaunchTemplateData={"EbsOptimized": True}
    )["LaunchTemplate"]["LaunchTemplateId"]
    eks(
        "create_nodegroup",
        clusterName=cluster,
        nodegroupName="general",
        subnets=subnets,
        nodeRole=ROLE,
        capacityType="SPOT",
        instanceTypes=["m7g.large", "m6g.large"],
        amiType="AL2023_ARM_64_STANDARD",
        scalingConfig={"minSize": 1, "maxSize": 3, "desiredSize": 2},
        labels={"a": "1", "b": "2"},
        taints=[{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
        updateConfig={"maxUnavailablePercentage": 33},
        launchTemplate={"id": template, "version": "1"},
    )
    return "general"


def test_a_node_group_is_described_as_it_was_made(eks: Call, cluster: str, group: str) -> None:
    shown = eks("describe_nodegroup", clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert (shown["version"], shown["capacityType"]) == ("1.33", "SPOT")
    assert shown["launchTemplate"]["name"] == "nodes"
    assert eks("list_nodegroups", clusterName=cluster)["nodegroups"] == [group]


def test_a_node_group_changes_in_place(eks: Call, cluster: str, group: str) -> None:
    eks(
        "update_nodegroup_config",
        clusterName=cluster,
        nodegroupName=group,
        labels={"addOrUpdateLabels": {"a": "3"}, "removeLabels": ["b"]},
        taints={"removeTaints": [{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}]},
        scalingConfig={"maxSize": 9},
    )
    shown = eks("describe_nodegroup", clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert (shown["labels"], shown["taints"]) == ({"a": "3"}, [])
    assert shown["scalingConfig"] == {"minSize": 1, "maxSize": 9, "desiredSize": 2}


def test_nodes_follow_their_control_plane(eks: Call, cluster: str, group: str) -> None:
    with refused("newer than the cluster"):
        eks("update_nodegroup_version", clusterName=cluster, nodegroupName=group, version="1.34")
    eks("update_cluster_version", name=cluster, version="1.34")
    eks("update_nodegroup_version", clusterName=cluster, nodegroupName=group)
    shown = eks("describe_nodegroup", clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert shown["version"] == "1.34"


def test_a_cluster_with_nodes_stays(eks: Call, cluster: str, group: str) -> None:
    with refused("nodegroups attached"):
        eks("delete_cluster", name=cluster)
    eks("delete_nodegroup", clusterName=cluster, nodegroupName=group)
    eks("delete_cluster", name=cluster)


# Add-ons


def test_every_version_has_one_default(eks: Call) -> None:
    for addon in eks("describe_addon_versions", kubernetesVersion="1.34")["addons"]:
        defaults = [
            version["addonVersion"]
            for version in addon["addonVersions"]
            if version["compatibilities"][0]["defaultVersion"]
        ]
        assert len(defaults) == 1, addon["addonName"]


def test_an_addon_lives_and_goes(eks: Call, cluster: str) -> None:
    eks("create_addon", clusterName=cluster, addonName="coredns", tags={"a": "b"})
    before = eks("describe_addon", clusterName=cluster, addonName="coredns")["addon"]
    newest = eks("describe_addon_versions", addonName="coredns")["addons"][0]["addonVersions"][0]
    eks(
        "update_addon",
        clusterName=cluster,
        addonName="coredns",
        addonVersion=newest["addonVersion"],
        configurationValues="{}",
    )
    after = eks("describe_addon", clusterName=cluster, addonName="coredns")["addon"]
    assert before["addonVersion"] != after["addonVersion"] == newest["addonVersion"]
    assert eks("list_addons", clusterName=cluster)["addons"] == ["coredns"]
    eks("delete_addon", clusterName=cluster, addonName="coredns")
    with refused("ResourceNotFoundException"):
        eks("describe_addon", clusterName=cluster, addonName="coredns")


@pytest.mark.parametrize(
    ("addon", "version"), [("coredns", "v0.0.1"), ("none-such", "v1.0.0")], ids=str
)
def test_unknown_addons_are_refused(eks: Call, cluster: str, addon: str, version: str) -> None:
    with refused("not supported"):
        eks("create_addon", clusterName=cluster, addonName=addon, addonVersion=version)


# Access


def test_an_access_entry_with_a_policy(eks: Call, cluster: str) -> None:
    names = {"clusterName": cluster, "principalArn": ROLE}
    entry = eks("create_access_entry", **names)["accessEntry"]
    assert entry["username"] == ("arn:aws:sts::123456789012:assumed-role/admin/{{SessionName}}")
    eks("associate_access_policy", **names, policyArn=ADMIN, accessScope={"type": "cluster"})
    (policy,) = eks("list_associated_access_policies", **names)["associatedAccessPolicies"]
    assert policy["policyArn"] == ADMIN
    eks("update_access_entry", **names, kubernetesGroups=["viewers"])
    shown = eks("describe_access_entry", **names)["accessEntry"]
    assert shown["kubernetesGroups"] == ["viewers"]
    eks("disassociate_access_policy", **names, policyArn=ADMIN)
    eks("delete_access_entry", **names)
    assert eks("list_access_entries", clusterName=cluster)["accessEntries"] == [CREATOR]


def test_entries_need_the_api_mode(eks: Call, subnets: list[str]) -> None:
    eks(
        "create_cluster",
        name="map",
        roleArn="arn:aws:iam::123456789012:role/cluster",
        resourcesVpcConfig={"subnetIds": subnets},
    )
    with refused("authentication mode"):
        eks("create_access_entry", clusterName="map", principalArn=ROLE)


def test_a_service_account_has_one_pod_identity(eks: Call, cluster: str) -> None:
    account = {"clusterName": cluster, "namespace": "dns", "serviceAccount": "external-dns"}
    made = eks("create_pod_identity_association", **account, roleArn=ROLE)["association"]
    with refused("ResourceInUseException"):
        eks("create_pod_identity_association", **account, roleArn=ROLE)
    names = {"clusterName": cluster, "associationId": made["associationId"]}
    eks("update_pod_identity_association", **names, roleArn=f"{ROLE}2")
    shown = eks("describe_pod_identity_association", **names)["association"]
    assert shown["roleArn"] == f"{ROLE}2"
    assert len(eks("list_pod_identity_associations", clusterName=cluster)["associations"]) == 1
    eks("delete_pod_identity_association", **names)
    assert not eks("list_pod_identity_associations", clusterName=cluster)["associations"]


def test_a_cluster_trusts_one_identity_provider(eks: Call, cluster: str) -> None:
    provider = {
        "identityProviderConfigName": "keycloak",
        "issuerUrl": "https://auth.example.org/realms/platform",
        "clientId": "kubernetes",
        "groupsClaim": "groups",
    }
    eks("associate_identity_provider_config", clusterName=cluster, oidc=provider)
    config = {"type": "oidc", "name": "keycloak"}
    shown = eks(
        "describe_identity_provider_config", clusterName=cluster, identityProviderConfig=config
    )["identityProviderConfig"]["oidc"]
    assert (shown["issuerUrl"], shown["status"]) == (provider["issuerUrl"], "ACTIVE")
    with refused("ResourceInUseException"):
        eks("associate_identity_provider_config", clusterName=cluster, oidc=provider)
    configs = eks("list_identity_provider_configs", clusterName=cluster)
    assert configs["identityProviderConfigs"] == [config]
    eks("disassociate_identity_provider_config", clusterName=cluster, identityProviderConfig=config)


def test_what_is_not_emulated_says_so(eks: Call, cluster: str) -> None:
    with refused("NotImplementedInEmulator"):
        eks("list_insights", clusterName=cluster)
