"""Tokens of AWS open the API server behind an emulated EKS cluster, by its access entries.

Real: kube-apiserver, its webhook authentication, RBAC, kubectl; the tokens' form and signatures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator import Emulator
from emulator.access_policies import bindings
from tests.emulator.tokens import REGION, assume, stranger, token
from tests.lab import kubeconfig
from tests.lab.kubectl import Kubectl
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError, wait

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
CLUSTER = "quick"
TEAM = "team-web"

NOT_KNOWN = "Unauthorized|asked for the client to provide credentials"
"""What kubectl says of a token that nobody knows: status 401."""
REMEMBERED = 30.0
"""Seconds that an API server may still know a token for: 10 are built into it."""

As = Callable[[str], Kubectl]


@pytest.fixture(scope="module")
def aws(lab: Laboratory) -> Iterator[Emulator]:
    """An emulated cloud with a cluster that the laboratory's API server is behind."""
    for name in (TEAM, "team-other"):
        lab.kubectl.namespace(name)
    lab.kubectl.apply(*bindings([TEAM]))
    with Emulator.start(api_servers={CLUSTER: lab.plane.api_server}) as cloud:
        eks, ec2 = _client(cloud, "eks"), _client(cloud, "ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate("ab")
        ]
        eks.create_cluster(
            name=CLUSTER,
            roleArn=f"{ROLE}cluster",
            resourcesVpcConfig={"subnetIds": subnets},
            accessConfig={"authenticationMode": "API"},
        )
        yield cloud


@pytest.fixture
def admit(aws: Emulator) -> Callable[..., None]:
    """Makes an access entry for a role, with a policy for the cluster or for a namespace."""

    def make(role: str, policy: str | None = None, namespace: str | None = None) -> None:
        eks = _client(aws, "eks")
        groups = [] if policy else ["no-such-group"]
        eks.create_access_entry(
            clusterName=CLUSTER, principalArn=ROLE + role, kubernetesGroups=groups
        )
        scope = (
            {"type": "namespace", "namespaces": [namespace]} if namespace else {"type": "cluster"}
        )
        if policy:
            eks.associate_access_policy(
                clusterName=CLUSTER,
                principalArn=ROLE + role,
                policyArn=f"arn:aws:eks::aws:cluster-access-policy/{policy}",
                accessScope=scope,
            )

    return make


@pytest.fixture
def as_role(lab: Laboratory, aws: Emulator, tmp_path: Path) -> As:
    """kubectl with a kubeconfig of what DescribeCluster says, and a role's token."""

    def make(role: str) -> Kubectl:
        given = token(CLUSTER, aws.endpoint, assume(aws.endpoint, ROLE + role))
        return with_token(lab, aws, tmp_path / f"{role}.yaml", given)

    return make


def with_token(lab: Laboratory, aws: Emulator, file: Path, given: str) -> Kubectl:
    described = _client(aws, "eks").describe_cluster(name=CLUSTER)["cluster"]
    assert described["endpoint"] == lab.plane.endpoint
    kubeconfig.write(file, described["endpoint"], lab.plane.authority, kubeconfig.by_token(given))
    return lab.kubectl.as_user(file)


def _is_out(kubectl: Kubectl) -> bool:
    try:
        kubectl("get", "configmaps")
    except ProgramError as error:
        return re.search(NOT_KNOWN, error.stderr) is not None
    return False


def _client(cloud: Emulator, service: str) -> Any:
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name=REGION, **stranger())


def refused(kubectl: Kubectl, *arguments: str, why: str) -> None:
    with pytest.raises(ProgramError, match=why):
        kubectl(*arguments)


def test_the_creator_is_a_master(lab: Laboratory, aws: Emulator, tmp_path: Path) -> None:
    kubectl = with_token(lab, aws, tmp_path / "creator.yaml", token(CLUSTER, aws.endpoint))
    assert "system:masters" in kubectl("auth", "whoami")
    kubectl("get", "secrets", "--all-namespaces")


def test_an_administrator_may_do_all(as_role: As, admit: Callable[..., None]) -> None:
    admit("administrator", "AmazonEKSClusterAdminPolicy")
    kubectl = as_role("administrator")
    kubectl.namespace("made-by-administrator")
    kubectl("delete", "namespace", "made-by-administrator", "--wait=false")
    assert f"arn:aws:sts::{ACCOUNT}:assumed-role/administrator/ada" in kubectl("auth", "whoami")


def test_a_viewer_may_look_and_not_touch(as_role: As, admit: Callable[..., None]) -> None:
    admit("viewer", "AmazonEKSViewPolicy")
    kubectl = as_role("viewer")
    kubectl("get", "configmaps", "--all-namespaces")
    refused(kubectl, "create", "configmap", "made", "-n", TEAM, why="Forbidden|forbidden")
    refused(kubectl, "get", "secrets", "-n", TEAM, why="forbidden")


def test_an_editor_of_a_namespace_stays_in_it(as_role: As, admit: Callable[..., None]) -> None:
    admit("editor", "AmazonEKSEditPolicy", TEAM)
    kubectl = as_role("editor")
    kubectl("create", "configmap", "made", "-n", TEAM)
    kubectl("delete", "configmap", "made", "-n", TEAM)
    refused(kubectl, "create", "configmap", "made", "-n", "team-other", why="forbidden")
    refused(
        kubectl,
        "create",
        "rolebinding",
        "x",
        "--clusterrole=admin",
        "--user=x",
        "-n",
        TEAM,
        why="forbidden",
    )


def test_who_has_an_entry_and_no_rights_is_known(as_role: As, admit: Callable[..., None]) -> None:
    admit("nobody")
    kubectl = as_role("nobody")
    assert "no-such-group" in kubectl("auth", "whoami")
    refused(kubectl, "get", "configmaps", why="forbidden")


def test_an_unknown_principal_is_not_let_in(as_role: As) -> None:
    refused(as_role("unknown"), "get", "configmaps", why=NOT_KNOWN)


def test_who_is_dismissed_is_out_soon(
    as_role: As, admit: Callable[..., None], aws: Emulator
) -> None:
    admit("leaver", "AmazonEKSViewPolicy")
    kubectl = as_role("leaver")
    kubectl("get", "configmaps")
    _client(aws, "eks").delete_access_entry(clusterName=CLUSTER, principalArn=f"{ROLE}leaver")
    wait(lambda: _is_out(kubectl), "who was dismissed is out", REMEMBERED)


def test_a_token_for_another_cluster_opens_nothing(
    lab: Laboratory, aws: Emulator, tmp_path: Path
) -> None:
    given = token("other", aws.endpoint)
    kubectl = with_token(lab, aws, tmp_path / "other.yaml", given)
    refused(kubectl, "get", "configmaps", why=NOT_KNOWN)
