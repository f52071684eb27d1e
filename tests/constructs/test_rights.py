"""What the addons' identities may do in AWS: read widely, write to what is the cluster's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from constructs.aws import rights
from constructs.aws.workload import ACCOUNTS, addon_workloads
from constructs.shared.stages import Workload

REGION, CLUSTER, ZONE = "eu-central-1", "acme-staging", "Z0123456789"
READS = ("Describe", "List", "Get")
INLINE_POLICY_LIMIT = 10_240
"""Characters of a role's own policies together.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

Statement = Mapping[str, Any]
POLICIES: dict[str, tuple[Statement, ...]] = {
    "cert-manager": rights.answer_challenges(REGION, ZONE),
    "external-dns": rights.write_records(REGION, ZONE),
    "autoscaler": rights.scale_nodes(REGION, CLUSTER),
    "load-balancers": rights.make_load_balancers(REGION, CLUSTER),
}
UNCONDITIONAL = {
    # One zone, by its id.
    ("external-dns", "route53:ChangeResourceRecordSets"),
    # The network that a new group is in; the group itself must carry the tag.
    ("load-balancers", "ec2:CreateSecurityGroup"),
}
"""Writes that need no condition, because their resource says enough."""


def writes(policy: tuple[Statement, ...]) -> Iterator[tuple[str, Statement]]:
    """Each action that changes something, with its statement."""
    for statement in policy:
        for action in statement["Action"]:
            if not action.partition(":")[2].startswith(READS):
                yield action, statement


@pytest.mark.parametrize("workload", POLICIES)
def test_nothing_is_written_everywhere(workload: str) -> None:
    for action, statement in writes(POLICIES[workload]):
        assert "*" not in statement["Resource"], action


@pytest.mark.parametrize("workload", POLICIES)
def test_no_action_is_a_wildcard(workload: str) -> None:
    for statement in POLICIES[workload]:
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"])


@pytest.mark.parametrize("workload", ["autoscaler", "load-balancers"])
def test_what_is_written_carries_the_cluster_s_tag(workload: str) -> None:
    """The tag's key or value names the cluster: that a tag is there at all is not enough."""
    for action, statement in writes(POLICIES[workload]):
        if (workload, action) in UNCONDITIONAL and "Condition" not in statement:
            continue
        if action == "iam:CreateServiceLinkedRole":
            continue
        conditions = statement["Condition"]["StringEquals"]
        tags = {key: value for key, value in conditions.items() if "Tag/" in key}
        assert any(CLUSTER in key or value == CLUSTER for key, value in tags.items()), action


def test_dns_is_written_in_one_zone() -> None:
    for workload in ("cert-manager", "external-dns"):
        for action, statement in writes(POLICIES[workload]):
            assert action == "route53:ChangeResourceRecordSets"
            assert statement["Resource"] == [f"arn:aws:route53:::hostedzone/{ZONE}"]


def test_certificates_need_text_records_only() -> None:
    ((_, change),) = writes(POLICIES["cert-manager"])
    assert change["Condition"] == {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}
    }


def test_the_autoscaler_moves_sizes_and_nothing_else() -> None:
    assert {action for action, _ in writes(POLICIES["autoscaler"])} == {
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
    }


def test_load_balancers_bring_no_other_service() -> None:
    """No firewall, no certificates, no user pools: the controller could, but is not asked to."""
    services = {
        action.partition(":")[0]
        for statement in POLICIES["load-balancers"]
        for action in statement["Action"]
    }
    assert services == {"ec2", "elasticloadbalancing", "iam"}
    text = json.dumps(POLICIES["load-balancers"])
    assert "loadbalancer/app" not in text, "network load balancers only"


def test_of_iam_only_the_role_of_load_balancers_is_made() -> None:
    ((action, statement),) = (
        (action, statement)
        for action, statement in writes(POLICIES["load-balancers"])
        if action.startswith("iam:")
    )
    service = "elasticloadbalancing.amazonaws.com"
    assert action == "iam:CreateServiceLinkedRole"
    assert statement["Resource"] == [f"arn:aws:iam::*:role/aws-service-role/{service}/*"]
    assert statement["Condition"] == {"StringEquals": {"iam:AWSServiceName": service}}


def test_new_tags_are_put_on_new_things_only() -> None:
    """Whoever could tag anything could make anything the cluster's own."""
    for action, statement in writes(POLICIES["load-balancers"]):
        if action not in {"ec2:CreateTags", "elasticloadbalancing:AddTags"}:
            continue
        conditions = statement["Condition"]["StringEquals"]
        owned = f"aws:ResourceTag/{rights.OWNER}" in conditions
        made = any(key.endswith("CreateAction") for key in conditions)
        listener = all(":listener/" in arn for arn in statement["Resource"])
        assert owned or made or listener, statement


@pytest.mark.parametrize("workload", POLICIES)
def test_other_partitions_have_their_own_arns(workload: str) -> None:
    others = addon_workloads(tuple(ACCOUNTS), region="us-gov-west-1", cluster=CLUSTER, zone_id=ZONE)
    (other,) = (one for one in others if one.name == workload)
    assert "arn:aws:" not in json.dumps(other.allowed)


@pytest.mark.parametrize("workload", POLICIES)
def test_policies_fit_into_a_role(workload: str) -> None:
    size = len(json.dumps(POLICIES[workload], separators=(",", ":")))
    # A cluster's name has up to 100 characters, and stands in some statements.
    assert size + 20 * (100 - len(CLUSTER)) < INLINE_POLICY_LIMIT


def test_without_a_zone_nobody_may_write_records() -> None:
    made = addon_workloads(tuple(ACCOUNTS), region=REGION, cluster=CLUSTER, zone_id=None)
    assert {one.name for one in made} == {"autoscaler", "load-balancers"}


def test_only_what_is_wanted_gets_an_identity() -> None:
    wanted: tuple[Workload, ...] = ("cert-manager",)
    made = addon_workloads(wanted, region=REGION, cluster=CLUSTER, zone_id=ZONE)
    assert [one.name for one in made] == ["cert-manager"]
