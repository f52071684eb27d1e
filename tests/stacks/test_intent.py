"""What the stacks are meant to be, said by name: the golden files alone say only what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from constructs.shared.stages import (
    AddonsOutputs,
    BackendOutputs,
    ClusterOutputs,
    NetworkOutputs,
    ZoneOutputs,
)

from tests.stacks.conftest import Stack

OUTPUTS: dict[str, Any] = {
    "backend": BackendOutputs,
    "vpc": NetworkOutputs,
    "domain": ZoneOutputs,
    "kubernetes": ClusterOutputs,
    "addons": AddonsOutputs,
}
MADE = ("staging", "production", "protected")
CLUSTERS = (*MADE, "tags")


def resources(stack: Stack, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.get("resource", {}).get(kind, {})
    return found


def one(stack: Stack, kind: str) -> Any:
    (only,) = resources(stack, kind).values()
    return only


def every(stacks: dict[str, Stack], kind: str) -> Iterator[tuple[str, Any]]:
    for name, stack in stacks.items():
        for resource in resources(stack, kind).values():
            yield name, resource


# Every stack


def test_every_provider_refuses_other_accounts(stacks: dict[str, Stack]) -> None:
    for name, stack in stacks.items():
        account = "444455556666" if name.split("-")[0] not in {"staging", "production"} else None
        for provider in stack["provider"]["aws"]:
            assert provider["allowed_account_ids"] == [account or "111122223333"], name


def test_user_text_is_no_expression(stacks: dict[str, Stack]) -> None:
    tags = stacks["tags-vpc"]["provider"]["aws"][0]["default_tags"][0]["tags"]
    assert tags["cost-center"] == "$${platform}"
    assert tags["%%{team}"] == "ops"


# backend


@pytest.mark.parametrize("name", MADE)
def test_state_travels_encrypted(name: str, stacks: dict[str, Stack]) -> None:
    policy = json.loads(one(stacks[f"{name}-backend"], "aws_s3_bucket_policy")["policy"])
    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_the_bucket_comes_first_and_depends_on_nothing(stacks: dict[str, Stack]) -> None:
    bucket = resources(stacks["staging-backend"], "aws_s3_bucket")["state"]
    assert "${" not in json.dumps(bucket) and "depends_on" not in bucket


# vpc


def test_no_subnet_gives_public_addresses(stacks: dict[str, Stack]) -> None:
    subnets = list(every(stacks, "aws_subnet"))
    assert len(subnets) == 2 * (2 + 3 + 3 + 1 + 3)
    assert not any(subnet["map_public_ip_on_launch"] for _, subnet in subnets)


def test_private_subnets_never_route_to_the_internet_gateway(stacks: dict[str, Stack]) -> None:
    for name in MADE:
        for id_, route in resources(stacks[f"{name}-vpc"], "aws_route").items():
            assert ("gateway_id" in route) == id_.startswith("public"), (name, id_)


@pytest.mark.parametrize(
    ("name", "gateways"), [("staging", 1), ("production", 3), ("minimal", 0)], ids=str
)
def test_nat_is_as_asked(name: str, gateways: int, stacks: dict[str, Stack]) -> None:
    stack = stacks[f"{name}-vpc"]
    assert len(resources(stack, "aws_nat_gateway")) == gateways
    assert len(resources(stack, "aws_eip")) == gateways


def test_each_zone_has_its_own_gateway_where_asked(stacks: dict[str, Stack]) -> None:
    routes = resources(stacks["production-vpc"], "aws_route")
    gateways = {id_: one["nat_gateway_id"] for id_, one in routes.items() if "private" in id_}
    assert len(set(gateways.values())) == len(gateways) == 3


def test_the_default_security_group_lets_nothing_pass(stacks: dict[str, Stack]) -> None:
    groups = list(every(stacks, "aws_default_security_group"))
    assert len(groups) == 5
    assert not any("ingress" in group or "egress" in group for _, group in groups)


def test_load_balancers_find_their_subnets(stacks: dict[str, Stack]) -> None:
    for id_, subnet in resources(stacks["staging-vpc"], "aws_subnet").items():
        role = "elb" if id_.startswith("public") else "internal-elb"
        assert subnet["tags"][f"kubernetes.io/role/{role}"] == "1"
        assert subnet["tags"]["kubernetes.io/cluster/acme-staging"] == "shared"


def test_s3_is_reached_without_the_internet(stacks: dict[str, Stack]) -> None:
    endpoint = one(stacks["production-vpc"], "aws_vpc_endpoint")
    assert endpoint["vpc_endpoint_type"] == "Gateway"
    assert len(endpoint["route_table_ids"]) == 1 + 3


def test_a_reused_network_must_be_of_the_account(stacks: dict[str, Stack]) -> None:
    network = stacks["reuse-vpc"]["data"]["aws_vpc"]["network"]
    (check,) = network["lifecycle"]["postcondition"]
    assert check["condition"] == '${self.owner_id == "444455556666"}'


def test_a_reused_network_must_span_two_zones(stacks: dict[str, Stack]) -> None:
    zones = stacks["reuse-vpc"]["data"]["aws_availability_zones"]["zones"]
    (check,) = zones["lifecycle"]["postcondition"]
    assert check["condition"] == "${length(self.names) >= 2}"


def test_every_named_subnet_must_be_found(stacks: dict[str, Stack]) -> None:
    private = stacks["reuse-vpc"]["data"]["aws_subnets"]["private"]
    (check,) = private["lifecycle"]["postcondition"]
    assert check["condition"] == "${length(self.ids) == 2}"


# domain


def test_signing_keys_live_where_route53_takes_them_from(stacks: dict[str, Stack]) -> None:
    stack = stacks["production-domain"]
    key = one(stack, "aws_kms_key")
    assert (key["key_usage"], key["provider"]) == ("SIGN_VERIFY", "aws.signing")
    regions = {one.get("alias"): one["region"] for one in stack["provider"]["aws"]}
    assert regions["signing"] == "us-east-1"


# kubernetes


@pytest.mark.parametrize("name", CLUSTERS)
def test_access_is_by_entries_alone(name: str, stacks: dict[str, Stack]) -> None:
    cluster = one(stacks[f"{name}-kubernetes"], "aws_eks_cluster")
    assert cluster["access_config"]["authentication_mode"] == "API"


def test_clusters_and_nodes_live_in_private_subnets(stacks: dict[str, Stack]) -> None:
    private = "${data.terraform_remote_state.vpc-state.outputs.private_subnet_ids}"
    for name in ("staging", "production", "tags"):
        stack = stacks[f"{name}-kubernetes"]
        assert one(stack, "aws_eks_cluster")["vpc_config"]["subnet_ids"] == private
        for group in resources(stack, "aws_eks_node_group").values():
            assert group["subnet_ids"] == private


def test_a_node_group_may_be_limited_to_zones(stacks: dict[str, Stack]) -> None:
    group = one(stacks["protected-kubernetes"], "aws_eks_node_group")
    outputs = "data.terraform_remote_state.vpc-state.outputs.private_subnet_ids"
    assert group["subnet_ids"] == [f"${{element({outputs}, 0)}}", f"${{element({outputs}, 2)}}"]


def test_disks_of_nodes_are_encrypted(stacks: dict[str, Stack]) -> None:
    for _, template in every(stacks, "aws_launch_template"):
        assert template["block_device_mappings"][0]["ebs"]["encrypted"] == "true"


def test_images_fit_the_processors(stacks: dict[str, Stack]) -> None:
    images = {
        group["instance_types"][0]: group["ami_type"]
        for _, group in every(stacks, "aws_eks_node_group")
    }
    assert images == {
        "m7g.large": "AL2023_ARM_64_STANDARD",
        "m7i.large": "AL2023_x86_64_STANDARD",
        "m7i.xlarge": "AL2023_x86_64_STANDARD",
        "g6.xlarge": "AL2023_x86_64_STANDARD",
    }


def test_replacing_a_node_group_makes_the_new_one_first(stacks: dict[str, Stack]) -> None:
    for _, group in every(stacks, "aws_eks_node_group"):
        assert group["lifecycle"]["create_before_destroy"]
        assert "node_group_name" not in group


def test_nodes_wait_for_the_network_add_on(stacks: dict[str, Stack]) -> None:
    for name in CLUSTERS:
        for group in resources(stacks[f"{name}-kubernetes"], "aws_eks_node_group").values():
            assert any("addons_vpc-cni" in one for one in group["depends_on"])


def test_add_on_versions_are_resolved_or_pinned(stacks: dict[str, Stack]) -> None:
    for name in CLUSTERS:
        stack = stacks[f"{name}-kubernetes"]
        for addon in resources(stack, "aws_eks_addon").values():
            pinned = (name, addon["addon_name"]) == ("tags", "coredns")
            assert addon["addon_version"].startswith("v1.11.4" if pinned else "${data.aws_eks")


def test_cert_manager_may_write_text_records_only(stacks: dict[str, Stack]) -> None:
    policies = resources(stacks["staging-kubernetes"], "aws_iam_role_policy")
    (policy,) = (one for id_, one in policies.items() if "cert-manager" in id_)
    (change,) = (
        statement
        for statement in json.loads(policy["policy"])["Statement"]
        if "route53:ChangeResourceRecordSets" in statement["Action"]
    )
    assert change["Condition"] == {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}
    }


def test_pod_identities_tie_roles_to_service_accounts(stacks: dict[str, Stack]) -> None:
    ties = resources(stacks["staging-kubernetes"], "aws_eks_pod_identity_association")
    assert {(one["namespace"], one["service_account"]) for one in ties.values()} == {
        ("kube-system", "aws-node"),
        ("kube-system", "ebs-csi-controller-sa"),
        ("cert-manager", "cert-manager"),
        ("external-dns", "external-dns"),
        ("kube-system", "aws-load-balancer-controller"),
    }


def test_irsa_trusts_one_service_account_of_one_cluster(stacks: dict[str, Stack]) -> None:
    stack = stacks["tags-kubernetes"]
    assert not resources(stack, "aws_eks_pod_identity_association")
    (role,) = (
        role for id_, role in resources(stack, "aws_iam_role").items() if "external-dns" in id_
    )
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    (condition,) = statement["Condition"].values()
    assert "system:serviceaccount:external-dns:external-dns" in condition.values()
    assert "sts.amazonaws.com" in condition.values()


# protection


def test_other_partitions_have_their_own_arns(stacks: dict[str, Stack]) -> None:
    text = json.dumps(stacks["tags-kubernetes"])
    assert "arn:aws-us-gov:iam::aws:policy/AmazonEKSClusterPolicy" in text
    assert "arn:aws:iam" not in text
