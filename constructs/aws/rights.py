"""The least rights that the addons' workloads need, as statements of IAM policies. Pure.

Reading is granted on everything where AWS knows no finer resource. Writing is granted on one zone,
on what carries the cluster's own tag, or on new things that get it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs.aws.arn import partition
from constructs.aws.role import Statement

OWNER = "elbv2.k8s.aws/cluster"
"""The tag that the load-balancer controller puts on what it makes; its value is the cluster."""
SERVICE = "elasticloadbalancing.amazonaws.com"


def answer_challenges(region: str, zone_id: str) -> tuple[Statement, ...]:
    """cert-manager: TXT records of one zone.

    https://cert-manager.io/docs/configuration/acme/dns01/route53/
    """
    arn = f"arn:{partition(region)}:route53:::"
    zone = f"{arn}hostedzone/{zone_id}"
    only_txt = {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}
    return (
        _allow(["route53:GetChange"], f"{arn}change/*"),
        _allow(
            ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
            zone,
            # Calls that name no record are not limited.
            {"ForAllValues:StringEquals": only_txt},
        ),
        _allow(["route53:ListHostedZonesByName"], "*"),
    )


def write_records(region: str, zone_id: str) -> tuple[Statement, ...]:
    """external-dns: records of one zone.

    https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/
    """
    zone = f"arn:{partition(region)}:route53:::hostedzone/{zone_id}"
    return (
        _allow(["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"], zone),
        _allow(["route53:ListHostedZones", "route53:ListHostedZonesByName"], "*"),
        _allow(["route53:ListTagsForResources"], "*"),
    )


def scale_nodes(region: str, cluster: str) -> tuple[Statement, ...]:
    """cluster-autoscaler: the size of the cluster's own node groups.

    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
    """
    of_the_cluster = {
        "StringEquals": {
            "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
            f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}": "owned",
        }
    }
    look = (
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
    )
    move = ("autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup")
    groups = f"arn:{partition(region)}:autoscaling:{region}:*:autoScalingGroup:*"
    node_groups = f"arn:{partition(region)}:eks:{region}:*:nodegroup/{cluster}/*"
    return (
        _allow(look, "*"),
        _allow(["eks:DescribeNodegroup"], node_groups),
        _allow(move, groups, of_the_cluster),
    )


def make_load_balancers(region: str, cluster: str) -> tuple[Statement, ...]:
    """aws-load-balancer-controller: network load balancers of Services, and nothing else.

    The controller's own policy also serves ingresses (application load balancers, WAF, Shield,
    Cognito) and trusts the mere presence of its tag; here the tag must name the cluster.
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
    """
    balancing = f"arn:{partition(region)}:elasticloadbalancing:{region}:*"
    groups = f"arn:{partition(region)}:ec2:{region}:*:security-group/*"
    networks = f"arn:{partition(region)}:ec2:{region}:*:vpc/*"
    rules = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    made = [f"{balancing}:targetgroup/*/*", f"{balancing}:loadbalancer/net/*/*"]
    listeners = [f"{balancing}:listener/net/*/*/*"]
    tagged, asked = _tag("Resource", OWNER, cluster), _tag("Request", OWNER, cluster)
    nodes = _tag("Resource", f"kubernetes.io/cluster/{cluster}", "owned")
    creation = {"elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup"]}
    return (
        _allow(_LOOK, "*"),
        _allow(["ec2:CreateSecurityGroup"], networks),
        _allow(["ec2:CreateSecurityGroup"], groups, asked),
        _allow(
            ["ec2:CreateTags"], groups, _and(asked, {"ec2:CreateAction": "CreateSecurityGroup"})
        ),
        _allow(["ec2:CreateTags", "ec2:DeleteTags"], groups, tagged),
        _allow([*rules, "ec2:DeleteSecurityGroup"], groups, tagged),
        # The nodes' own group must let the load balancer in.
        _allow(rules, groups, nodes),
        _allow(_CREATE, made, asked),
        _allow(["elasticloadbalancing:AddTags"], made, _and(asked, creation)),
        _allow(_CHANGE, [*made, *listeners], tagged),
        _allow(_LISTEN, [*made, *listeners], tagged),
        _allow(["elasticloadbalancing:AddTags"], listeners, asked),
        # AWS's own role for load balancers, which an account has after its first one.
        _allow(
            ["iam:CreateServiceLinkedRole"],
            f"arn:{partition(region)}:iam::*:role/aws-service-role/{SERVICE}/*",
            {"StringEquals": {"iam:AWSServiceName": SERVICE}},
        ),
    )


_LOOK = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetSecurityGroupsForVpc",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
_CREATE = ("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup")
_CHANGE = (
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:RegisterTargets",
    "elasticloadbalancing:RemoveTags",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
)
_LISTEN = (
    "elasticloadbalancing:AddListenerCertificates",
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:RemoveListenerCertificates",
)


def _allow(
    actions: Sequence[str],
    resources: str | Sequence[str],
    condition: Statement | None = None,
) -> Statement:
    listed = [resources] if isinstance(resources, str) else list(resources)
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": listed}
    return {**statement, "Condition": condition} if condition else statement


def _tag(where: str, key: str, value: str) -> dict[str, Any]:
    """That the thing (`Resource`) or the call (`Request`) carries a tag."""
    return {"StringEquals": {f"aws:{where}Tag/{key}": value}}


def _and(condition: Statement, more: Statement) -> dict[str, Any]:
    return {"StringEquals": {**condition["StringEquals"], **more}}
