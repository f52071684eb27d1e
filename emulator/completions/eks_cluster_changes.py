"""Changes of clusters in place: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html

As AWS does, a change is refused that changes nothing, that goes back, or that is two at once.
"""

from __future__ import annotations

from emulator.completions import eks_versions
from emulator.completions.eks_clusters import OPTIONAL, check_zones, logging
from emulator.completions.eks_store import ClusterParts, Shape, Store, in_use, invalid
from emulator.completions.eks_updates import note

MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
"""Ways of authentication, in the order in which a cluster may go through them."""
ENDPOINT = {"endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"}


def update_config(store: Store, name: str, body: Shape) -> Shape:
    """UpdateClusterConfig."""
    parts = store.parts(name)
    kinds = {
        "resourcesVpcConfig": _network,
        "logging": _logging,
        "accessConfig": _access,
        "upgradePolicy": _upgrade_policy,
        "deletionProtection": _deletion_protection,
        **dict.fromkeys(OPTIONAL, _rest),
    }
    given = [member for member in kinds if member in body]
    if not given:
        raise invalid("No changes needed for the provided input.", clusterName=name)
    if len(given) > 1 and not set(given) <= set(OPTIONAL):
        raise invalid("Only one type of update can be allowed.", clusterName=name)
    return kinds[given[0]](store, parts, body)


def update_version(store: Store, name: str, body: Shape) -> Shape:
    """UpdateClusterVersion: one minor version up at a time."""
    parts = store.parts(name)
    before, wanted = parts.cluster["version"], body["version"]
    if wanted == before:
        raise invalid(f"Cluster is already at version {wanted}", clusterName=name)
    eks_versions.check(wanted)
    if _minor(wanted) != _minor(before) + 1:
        raise invalid(
            f"Unsupported Kubernetes minor version update from {before} to {wanted}",
            clusterName=name,
        )
    for group in parts.groups.values():
        # https://kubernetes.io/releases/version-skew-policy/#kubelet
        if _minor(wanted) - _minor(group["version"]) > 3:  # noqa: PLR2004
            raise invalid(
                f"Nodegroups {group['nodegroupName']} must be updated to match the cluster version"
                f" {before} before updating cluster version",
                clusterName=name,
            )
    parts.cluster["version"] = wanted
    return note(parts, "VersionUpdate", version=wanted, platformVersion="eks.1")


def associate_encryption(store: Store, name: str, body: Shape) -> Shape:
    """AssociateEncryptionConfig."""
    parts = store.parts(name)
    if parts.cluster["encryptionConfig"]:
        raise in_use("Cluster already has an encryption configuration.", clusterName=name)
    parts.cluster["encryptionConfig"] = body["encryptionConfig"]
    return note(parts, "AssociateEncryptionConfig", encryptionConfig=body["encryptionConfig"])


def _network(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    given, before = body["resourcesVpcConfig"], parts.cluster["resourcesVpcConfig"]
    endpoint = ENDPOINT & set(given)
    if endpoint and endpoint != set(given):
        raise invalid("Only one type of update can be allowed.")
    if all(_same(before[member], value) for member, value in given.items()):
        raise invalid(f"Cluster is already at the desired configuration with {given}")
    after = {**before, **given}
    if not (after["endpointPublicAccess"] or after["endpointPrivateAccess"]):
        raise invalid("Private and public endpoint access cannot be disabled at the same time")
    if "subnetIds" in given and check_zones(store, given["subnetIds"]) != before["vpcId"]:
        raise invalid("Subnets must be in the VPC of the cluster")
    before.update(given)
    return note(parts, "EndpointAccessUpdate" if endpoint else "VpcConfigUpdate", **given)


def _logging(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    before = parts.cluster["logging"]
    after = logging(body["logging"], before)
    if after == before:
        raise invalid("No changes needed for the logging config provided")
    parts.cluster["logging"] = after
    return note(parts, "LoggingUpdate", clusterLogging=body["logging"]["clusterLogging"])


def _access(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    config, mode = parts.cluster["accessConfig"], body["accessConfig"]["authenticationMode"]
    before = config["authenticationMode"]
    if MODES.index(mode) <= MODES.index(before):
        raise invalid(f"Unsupported authentication mode update from {before} to {mode}")
    config["authenticationMode"] = mode
    return note(parts, "AccessConfigUpdate", authenticationMode=mode)


def _upgrade_policy(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    parts.cluster["upgradePolicy"].update(body["upgradePolicy"])
    return note(parts, "UpgradePolicyUpdate", **body["upgradePolicy"])


def _deletion_protection(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    parts.cluster["deletionProtection"] = body["deletionProtection"]
    return note(parts, "DeletionProtectionUpdate", deletionProtection=body["deletionProtection"])


def _rest(store: Store, parts: ClusterParts, body: Shape) -> Shape:
    for member in OPTIONAL:
        if member in body:
            parts.cluster.setdefault(member, {}).update(body[member])
    kind = {"zonalShiftConfig": "ZonalShiftConfigUpdate"}
    return note(parts, next((kind[one] for one in kind if one in body), "AutoModeUpdate"))


def _same(before: object, after: object) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return sorted(before) == sorted(after)
    return before == after


def _minor(version: str) -> int:
    return int(version.split(".")[1])
