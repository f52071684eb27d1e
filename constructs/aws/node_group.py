"""A managed node group of EKS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import Fn, ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.eks_node_group import (
    EksNodeGroup,
    EksNodeGroupLaunchTemplate,
    EksNodeGroupScalingConfig,
    EksNodeGroupTaint,
    EksNodeGroupUpdateConfig,
)
from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateBlockDeviceMappings,
    LaunchTemplateBlockDeviceMappingsEbs,
    LaunchTemplateMetadataOptions,
    LaunchTemplateTagSpecifications,
)
from constructs import Construct
from constructs.aws.arn import managed_policy
from constructs.aws.role import Role, trust
from constructs.shared import names
from constructs.shared.references import attribute
from constructs.shared.stages import NodeGroupConfig, Taint

ROOT_DEVICE = "/dev/xvda"
NAME_PREFIX_LIMIT = 37
UNAVAILABLE_PERCENT = 33
"""How many nodes of a group may be missing while it is updated."""
DISK = "gp3"
IMAGES = {"amd64": "AL2023_x86_64_STANDARD", "arm64": "AL2023_ARM_64_STANDARD"}
EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""No network policy here: the network add-on has an identity of its own (`workloads.py`).

Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
"""


class NodeRole(Role):
    """The role of all nodes of a cluster."""

    def __init__(self, scope: Construct, id_: str, *, name: str, region: str) -> None:
        super().__init__(
            scope,
            id_,
            name=f"{name}-nodes",
            trusted=trust("ec2.amazonaws.com"),
            managed=[managed_policy(region, policy) for policy in POLICIES],
        )


class NodeGroup(Construct):
    """Nodes of one kind in the private subnets.

    A change that replaces the group makes the new one first; so its name ends in a suffix that
    AWS chooses. The number of nodes is an autoscaler's business after creation.
    """

    resource: EksNodeGroup

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        config: NodeGroupConfig,
        name: str,
        cluster: str,
        version: str,
        role: Role,
        subnet_ids: list[str],
        tags: Mapping[str, str],
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        template = self._template(config, tags)
        self.resource = EksNodeGroup(
            self,
            "nodes",
            cluster_name=cluster,
            node_group_name_prefix=f"{names.join(name, limit=NAME_PREFIX_LIMIT - 1)}-",
            node_role_arn=role.arn,
            version=version,
            ami_type=IMAGES[config.architecture],
            capacity_type=config.capacity.upper(),
            instance_types=list(config.machine_types),
            subnet_ids=_in_zones(subnet_ids, config.zones),
            labels=dict(config.labels) or None,
            taint=[_taint(taint) for taint in config.taints] or None,
            scaling_config=EksNodeGroupScalingConfig(
                min_size=config.minimum, max_size=config.maximum, desired_size=config.desired
            ),
            update_config=EksNodeGroupUpdateConfig(max_unavailable_percentage=UNAVAILABLE_PERCENT),
            launch_template=EksNodeGroupLaunchTemplate(
                id=attribute("aws_launch_template", template, "id"),
                version=attribute("aws_launch_template", template, "latest_version"),
            ),
            lifecycle=TerraformResourceLifecycle(
                create_before_destroy=True, ignore_changes=["scaling_config[0].desired_size"]
            ),
            depends_on=[*role.policies, *after],
        )

    def _template(self, config: NodeGroupConfig, tags: Mapping[str, str]) -> str:
        return LaunchTemplate(
            self,
            "template",
            update_default_version=True,
            block_device_mappings=[
                LaunchTemplateBlockDeviceMappings(
                    device_name=ROOT_DEVICE,
                    ebs=LaunchTemplateBlockDeviceMappingsEbs(
                        volume_size=config.disk_size,
                        volume_type=config.disk_type or DISK,
                        encrypted="true",
                        delete_on_termination="true",
                    ),
                )
            ],
            # One hop: a pod that is not on the host's network can't take the node's role.
            metadata_options=LaunchTemplateMetadataOptions(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            # The provider's default tags reach the template, not what is launched from it.
            tag_specifications=[
                LaunchTemplateTagSpecifications(resource_type=kind, tags=dict(tags))
                for kind in ("instance", "volume")
            ],
        ).friendly_unique_id


def _taint(taint: Taint) -> EksNodeGroupTaint:
    return EksNodeGroupTaint(key=taint.key, value=taint.value, effect=EFFECTS[taint.effect])


def _in_zones(subnet_ids: list[str], zones: tuple[int, ...] | None) -> list[str]:
    if zones is None:
        return subnet_ids
    return [Fn.element(subnet_ids, zone) for zone in zones]
