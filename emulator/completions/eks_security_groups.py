"""The security group that EKS makes for each cluster, in EC2, and deletes with it.

https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
"""

from __future__ import annotations

import secrets
from typing import Any

from moto.ec2.models import ec2_backends

from emulator.completions.eks_store import Shape, Store

DESCRIPTION = (
    "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes,"
    " as well as any managed workloads."
)


def create(store: Store, cluster: str, vpc_id: str) -> str:
    """Makes a cluster's group, open to itself; returns its id."""
    ec2: Any = ec2_backends[store.account_id][store.region_name]
    name = f"eks-cluster-sg-{cluster}-{secrets.randbelow(10**9)}"
    tags = {
        "Name": name,
        f"kubernetes.io/cluster/{cluster}": "owned",
        "aws:eks:cluster-name": cluster,
    }
    group = ec2.create_security_group(name, DESCRIPTION, vpc_id, tags=tags)
    ec2.authorize_security_group_ingress(
        group.id, "-1", None, None, ip_ranges=[], source_groups=[{"GroupId": group.id}]
    )
    return str(group.id)


def delete(store: Store, cluster: Shape) -> None:
    """Deletes a cluster's group, if it is still there."""
    ec2: Any = ec2_backends[store.account_id][store.region_name]
    id_ = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    if ec2.get_security_group_from_id(id_):
        ec2.delete_security_group(group_id=id_)
