"""A node pool of GKE."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from cdktf import Fn, ITerraformDependable, Op, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_google.container_node_pool import (
    ContainerNodePool,
    ContainerNodePoolAutoscaling,
    ContainerNodePoolManagement,
    ContainerNodePoolNodeConfig,
    ContainerNodePoolNodeConfigShieldedInstanceConfig,
    ContainerNodePoolNodeConfigTaint,
    ContainerNodePoolNodeConfigWorkloadMetadataConfig,
    ContainerNodePoolUpgradeSettings,
)
from constructs import Construct
from constructs.shared import names
from constructs.shared.stages import NodeGroupConfig, Taint

NAME_LIMIT = 40
HASH_LENGTH = 6
DISK, NEWER_DISK = "pd-balanced", "hyperdisk-balanced"
NEWER = re.compile(r"^(a4|c4|c4a|c4d|m4|n4|n4a|n4d|x4)-")
"""Machines that take no persistent disks.
https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support"""
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
"""Everything that IAM allows the nodes' account: it limits them, and nothing besides."""
EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}


class NodePool(Construct):
    """Nodes of one kind, without public addresses, in the zones of the network.

    A change that replaces the pool makes the new one first; so its name ends in a hash of what
    would replace it. Sizes are those of the whole pool, not of each zone. The number of nodes is
    the autoscaler's business after creation, their version the release channel's.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        config: NodeGroupConfig,
        name: str,
        cluster: str,
        region: str,
        zones: list[str],
        service_account: str,
        labels: Mapping[str, str],
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        locations = _in_zones(zones, config.zones)
        pool = ContainerNodePool(
            self,
            "Default",
            name=names.join(name, _fingerprint(config), limit=NAME_LIMIT),
            cluster=cluster,
            location=region,
            node_locations=locations,
            # Google counts by zone.
            initial_node_count=Token.as_number(
                Fn.ceil(Token.as_number(Op.div(config.desired, Fn.length_of(locations))))
            ),
            autoscaling=ContainerNodePoolAutoscaling(
                total_min_node_count=config.minimum,
                total_max_node_count=config.maximum,
                location_policy="ANY" if config.capacity == "spot" else "BALANCED",
            ),
            management=ContainerNodePoolManagement(auto_repair=True, auto_upgrade=True),
            upgrade_settings=ContainerNodePoolUpgradeSettings(
                strategy="SURGE", max_surge=1, max_unavailable=0
            ),
            node_config=_node(config, service_account),
            lifecycle=TerraformResourceLifecycle(
                create_before_destroy=True, ignore_changes=["initial_node_count"]
            ),
            depends_on=list(after),
        )
        # As overrides: CDKTF would write `example.org/name` and `cost-center` in another way.
        if config.labels:
            pool.add_override("node_config.labels", dict(config.labels))
        pool.add_override("node_config.resource_labels", dict(labels))


def _node(config: NodeGroupConfig, service_account: str) -> ContainerNodePoolNodeConfig:
    (machine_type,) = config.machine_types
    return ContainerNodePoolNodeConfig(
        machine_type=machine_type,
        spot=config.capacity == "spot",
        disk_size_gb=config.disk_size,
        disk_type=_disk(config),
        image_type="COS_CONTAINERD",
        taint=[_taint(taint) for taint in config.taints] or None,
        service_account=service_account,
        oauth_scopes=[SCOPE],
        shielded_instance_config=ContainerNodePoolNodeConfigShieldedInstanceConfig(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        # Pods get their own identity, and can't take the node's.
        workload_metadata_config=ContainerNodePoolNodeConfigWorkloadMetadataConfig(
            mode="GKE_METADATA"
        ),
    )


def _disk(config: NodeGroupConfig) -> str:
    usual = NEWER_DISK if NEWER.match(config.machine_types[0]) else DISK
    return config.disk_type or usual


def _fingerprint(config: NodeGroupConfig) -> str:
    """Changes when Google would make the pool anew."""
    replacing = (config.machine_types, config.capacity, config.disk_size, _disk(config))
    written = json.dumps(replacing).encode()
    return hashlib.sha256(written).hexdigest()[:HASH_LENGTH]


def _taint(taint: Taint) -> ContainerNodePoolNodeConfigTaint:
    return ContainerNodePoolNodeConfigTaint(
        key=taint.key, value=taint.value or "", effect=EFFECTS[taint.effect]
    )


def _in_zones(names_: list[str], zones: tuple[int, ...] | None) -> list[str]:
    if zones is None:
        return names_
    return [Fn.element(names_, zone) for zone in zones]
