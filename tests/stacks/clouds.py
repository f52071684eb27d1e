"""What the stacks of each cloud say, read into the same words: so intent is written once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol

from tests.stacks.conftest import Stack


def resources(stack: Stack, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.get("resource", {}).get(kind, {})
    return found


def one(stack: Stack, kind: str) -> Any:
    (only,) = resources(stack, kind).values()
    return only


class Facts(Protocol):
    """One cloud. The names are those of infrastructures in the test repositories."""

    made: tuple[str, ...]
    """Everything is created."""
    limited: str
    """Its API is reached from 203.0.113.0/24."""
    private: str
    """Its API is reached from the network only."""
    protected: str
    """Never to be destroyed; old states are kept for 365 days."""
    reused: str
    """Everything is re-used."""
    logged: str
    """Its network has flow logs; that of `silent` has none."""
    silent: str
    unconnected: str
    """Its network has no way out."""
    unsigned: str
    tie: str
    """The resource type that gives a workload its rights or its identity."""
    cluster: str
    network: str

    def state(self, stack: Stack) -> tuple[str, str]: ...
    def is_locked(self, stack: Stack) -> bool: ...
    def guards(self, stack: Stack) -> set[str]: ...
    def marks(self, stack: Stack) -> tuple[str, str]: ...
    def versions(self, stack: Stack) -> str: ...
    def bucket_is_closed(self, stack: Stack) -> bool: ...
    def bucket_key(self, stack: Stack) -> str: ...
    def key_rotates(self, stack: Stack) -> bool: ...
    def kept_days(self, stack: Stack) -> int: ...
    def secret_values(self, stack: Stack) -> int: ...
    def public_addresses(self, stack: Stack) -> bool: ...
    def ways_out(self, stack: Stack) -> int: ...
    def flow_logs(self, stack: Stack) -> int: ...
    def is_signed(self, stack: Stack) -> bool: ...
    def secrets_key(self, stack: Stack) -> str: ...
    def reached_from(self, stack: Stack) -> tuple[bool, list[str]]: ...
    def nodes(self, stack: Stack) -> Iterator[Any]: ...
    def hides_the_nodes_identity(self, stack: Stack) -> bool: ...
    def node_marks(self, stack: Stack) -> set[str]: ...
    def size_is_free(self, node: Any) -> bool: ...
    def writable_zones(self, stack: Stack) -> set[str]: ...
    def kubeconfig(self, stack: Stack) -> str: ...
    def protected_things(self, stacks: dict[str, Stack]) -> list[Any]: ...


class Aws:
    made: tuple[str, ...] = ("staging", "production", "protected")
    limited, private, protected, reused = "production", "tags", "protected", "reuse"
    logged, silent, unconnected, unsigned = "production", "staging", "minimal", "staging"
    tie, cluster, network = "aws_eks_pod_identity_association", "aws_eks_cluster", "aws_vpc"

    def state(self, stack: Stack) -> tuple[str, str]:
        backend = stack["terraform"]["backend"]["s3"]
        return backend["bucket"], backend["key"]

    def is_locked(self, stack: Stack) -> bool:
        return bool(stack["terraform"]["backend"]["s3"]["use_lockfile"])

    def guards(self, stack: Stack) -> set[str]:
        return {one["allowed_account_ids"][0] for one in stack["provider"]["aws"]}

    def marks(self, stack: Stack) -> tuple[str, str]:
        ((infrastructure, stage),) = {
            (tags["groundplan.dev/infrastructure"], tags["groundplan.dev/stage"])
            for provider in stack["provider"]["aws"]
            for tags in [provider["default_tags"][0]["tags"]]
        }
        return infrastructure, stage

    def versions(self, stack: Stack) -> str:
        return str(stack["terraform"]["required_providers"]["aws"]["version"])

    def bucket_is_closed(self, stack: Stack) -> bool:
        block = one(stack, "aws_s3_bucket_public_access_block")
        switches = ("block_public_acls", "block_public_policy", "ignore_public_acls")
        policy = json.loads(one(stack, "aws_s3_bucket_policy")["policy"])["Statement"][0]
        return all(block[name] for name in (*switches, "restrict_public_buckets")) and (
            policy["Effect"],
            policy["Condition"],
        ) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    def bucket_key(self, stack: Stack) -> str:
        rule = one(stack, "aws_s3_bucket_server_side_encryption_configuration")["rule"][0]
        return str(rule["apply_server_side_encryption_by_default"]["kms_master_key_id"])

    def key_rotates(self, stack: Stack) -> bool:
        return bool(one(stack, "aws_kms_key")["enable_key_rotation"])

    def kept_days(self, stack: Stack) -> int:
        versioning = one(stack, "aws_s3_bucket_versioning")["versioning_configuration"]
        assert versioning["status"] == "Enabled"
        rule = one(stack, "aws_s3_bucket_lifecycle_configuration")["rule"][0]
        return int(rule["noncurrent_version_expiration"][0]["noncurrent_days"])

    def secret_values(self, stack: Stack) -> int:
        return len(resources(stack, "aws_secretsmanager_secret_version"))

    def public_addresses(self, stack: Stack) -> bool:
        subnets = resources(stack, "aws_subnet").values()
        return any(subnet["map_public_ip_on_launch"] for subnet in subnets)

    def ways_out(self, stack: Stack) -> int:
        return len(resources(stack, "aws_nat_gateway"))

    def flow_logs(self, stack: Stack) -> int:
        return len(resources(stack, "aws_flow_log"))

    def is_signed(self, stack: Stack) -> bool:
        return bool(resources(stack, "aws_route53_hosted_zone_dnssec"))

    def secrets_key(self, stack: Stack) -> str:
        encryption = one(stack, self.cluster)["encryption_config"]
        assert encryption["resources"] == ["secrets"]
        return str(encryption["provider"]["key_arn"])

    def reached_from(self, stack: Stack) -> tuple[bool, list[str]]:
        network = one(stack, self.cluster)["vpc_config"]
        assert network["endpoint_private_access"]
        return network["endpoint_public_access"], network.get("public_access_cidrs", [])

    def nodes(self, stack: Stack) -> Iterator[Any]:
        yield from resources(stack, "aws_eks_node_group").values()

    def hides_the_nodes_identity(self, stack: Stack) -> bool:
        templates = [one["metadata_options"] for one in self._templates(stack)]
        return bool(templates) and all(
            (one["http_tokens"], one["http_put_response_hop_limit"]) == ("required", 1)
            for one in templates
        )

    def node_marks(self, stack: Stack) -> set[str]:
        return {
            specification["tags"]["groundplan.dev/infrastructure"]
            for template in self._templates(stack)
            for specification in template["tag_specifications"]
        }

    def _templates(self, stack: Stack) -> list[Any]:
        return list(resources(stack, "aws_launch_template").values())

    def size_is_free(self, node: Any) -> bool:
        return bool(node["lifecycle"]["ignore_changes"] == ["scaling_config[0].desired_size"])

    def writable_zones(self, stack: Stack) -> set[str]:
        return {
            zone.partition("hostedzone/")[2]
            for policy in resources(stack, "aws_iam_role_policy").values()
            for statement in json.loads(policy["policy"])["Statement"]
            if "route53:ChangeResourceRecordSets" in statement["Action"]
            for zone in statement["Resource"]
        }

    def kubeconfig(self, stack: Stack) -> str:
        file = one(stack, "aws_s3_object")
        assert file["key"].endswith("kubeconfig")
        return str(file["content"])

    def protected_things(self, stacks: dict[str, Stack]) -> list[Any]:
        return [
            one(stacks[f"{self.protected}-backend"], "aws_s3_bucket"),
            one(stacks[f"{self.protected}-backend"], "aws_kms_key"),
            one(stacks[f"{self.protected}-vpc"], "aws_vpc"),
            one(stacks[f"{self.protected}-domain"], "aws_route53_zone"),
            one(stacks[f"{self.protected}-kubernetes"], "aws_eks_cluster"),
        ]


class Google:
    made: tuple[str, ...] = ("europe", "barest")
    limited, private, protected, reused = "europe", "barest", "barest", "borrowed"
    logged, silent, unconnected, unsigned = "europe", "barest", "child", "child"
    tie, cluster = "google_dns_managed_zone_iam_member", "google_container_cluster"
    network = "google_compute_network"

    def state(self, stack: Stack) -> tuple[str, str]:
        backend = stack["terraform"]["backend"]["gcs"]
        return backend["bucket"], backend["prefix"]

    def is_locked(self, stack: Stack) -> bool:
        """Always: the backend has no switch for it."""
        return set(stack["terraform"]["backend"]["gcs"]) == {"bucket", "prefix"}

    def guards(self, stack: Stack) -> set[str]:
        return {one["project"] for one in stack["provider"]["google"] if "alias" not in one}

    def marks(self, stack: Stack) -> tuple[str, str]:
        ((infrastructure, stage),) = {
            (labels["groundplan-infrastructure"], labels["groundplan-stage"])
            for provider in stack["provider"]["google"]
            for labels in [provider["default_labels"]]
        }
        return infrastructure, stage

    def versions(self, stack: Stack) -> str:
        return str(stack["terraform"]["required_providers"]["google"]["version"])

    def bucket_is_closed(self, stack: Stack) -> bool:
        bucket = one(stack, "google_storage_bucket")
        return bool(
            bucket["uniform_bucket_level_access"]
            and bucket["public_access_prevention"] == "enforced"
        )

    def bucket_key(self, stack: Stack) -> str:
        encryption = one(stack, "google_storage_bucket")["encryption"]
        return str(encryption["default_kms_key_name"])

    def key_rotates(self, stack: Stack) -> bool:
        return bool(one(stack, "google_kms_crypto_key")["rotation_period"] == "7776000s")

    def kept_days(self, stack: Stack) -> int:
        bucket = one(stack, "google_storage_bucket")
        assert bucket["versioning"]["enabled"]
        rule = bucket["lifecycle_rule"][0]
        assert rule["action"]["type"] == "Delete"
        assert rule["condition"]["with_state"] == "ARCHIVED", "the newest state would go, too"
        return int(rule["condition"]["days_since_noncurrent_time"])

    def secret_values(self, stack: Stack) -> int:
        return len(resources(stack, "google_secret_manager_secret_version"))

    def public_addresses(self, stack: Stack) -> bool:
        """Subnets give none; nodes are asked for none."""
        clusters = resources(stack, self.cluster).values()
        return not all(one["private_cluster_config"]["enable_private_nodes"] for one in clusters)

    def ways_out(self, stack: Stack) -> int:
        return len(resources(stack, "google_compute_router_nat"))

    def flow_logs(self, stack: Stack) -> int:
        return sum("log_config" in one for one in resources(stack, SUBNET).values())

    def is_signed(self, stack: Stack) -> bool:
        return "dnssec_config" in one(stack, "google_dns_managed_zone")

    def secrets_key(self, stack: Stack) -> str:
        encryption = one(stack, self.cluster)["database_encryption"]
        assert encryption["state"] == "ENCRYPTED"
        return str(encryption["key_name"])

    def reached_from(self, stack: Stack) -> tuple[bool, list[str]]:
        cluster = one(stack, self.cluster)
        allowed = cluster["master_authorized_networks_config"]
        assert allowed["gcp_public_cidrs_access_enabled"] is False
        blocks = [one["cidr_block"] for one in allowed.get("cidr_blocks", [])]
        return not cluster["private_cluster_config"]["enable_private_endpoint"], blocks

    def nodes(self, stack: Stack) -> Iterator[Any]:
        yield from resources(stack, "google_container_node_pool").values()

    def hides_the_nodes_identity(self, stack: Stack) -> bool:
        """Autopilot always does."""
        if one(stack, self.cluster).get("enable_autopilot"):
            return True
        pools = [one["node_config"] for one in self.nodes(stack)]
        return bool(pools) and all(
            one["workload_metadata_config"]["mode"] == "GKE_METADATA" for one in pools
        )

    def node_marks(self, stack: Stack) -> set[str]:
        return {
            one["node_config"]["resource_labels"]["groundplan-infrastructure"]
            for one in self.nodes(stack)
        }

    def size_is_free(self, node: Any) -> bool:
        return (
            "node_count" not in node
            and "initial_node_count" in (node["lifecycle"]["ignore_changes"])
        )

    def writable_zones(self, stack: Stack) -> set[str]:
        roles = resources(stack, "google_project_iam_custom_role")
        writing = {
            f"${{google_project_iam_custom_role.{id_}.name}}"
            for id_, role in roles.items()
            if "dns.resourceRecordSets.create" in role["permissions"]
        }
        members = resources(stack, "google_project_iam_member").values()
        assert not any(one["role"] in writing for one in members), "for the whole project"
        return {
            one["managed_zone"]
            for one in resources(stack, self.tie).values()
            if one["role"] in writing
        }

    def kubeconfig(self, stack: Stack) -> str:
        file = one(stack, "google_storage_bucket_object")
        assert file["name"].endswith("kubeconfig")
        return str(file["content"])

    def protected_things(self, stacks: dict[str, Stack]) -> list[Any]:
        cluster = one(stacks[f"{self.protected}-kubernetes"], self.cluster)
        assert cluster["deletion_protection"] is True
        return [
            one(stacks[f"{self.protected}-backend"], "google_storage_bucket"),
            one(stacks[f"{self.protected}-backend"], "google_kms_crypto_key"),
            one(stacks[f"{self.protected}-vpc"], "google_compute_network"),
            one(stacks[f"{self.protected}-domain"], "google_dns_managed_zone"),
            cluster,
        ]


SUBNET = "google_compute_subnetwork"
