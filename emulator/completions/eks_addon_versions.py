"""Versions of add-ons: https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonInfo.html"""

from __future__ import annotations

from emulator.completions import eks_versions
from emulator.completions.eks_store import Shape, Store, first, invalid, not_found, page

VERSIONS: dict[str, tuple[str, tuple[str, str] | None]] = {
    "vpc-cni": ("networking", ("v1.21.1-eksbuild.3", "v1.20.4-eksbuild.2")),
    "kube-proxy": ("networking", None),
    "coredns": ("networking", ("v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1")),
    "eks-pod-identity-agent": ("security", ("v1.3.10-eksbuild.2", "v1.3.9-eksbuild.3")),
    "aws-ebs-csi-driver": ("storage", ("v1.55.0-eksbuild.1", "v1.54.0-eksbuild.1")),
    "metrics-server": ("observability", ("v0.8.0-eksbuild.6", "v0.8.0-eksbuild.5")),
}
"""Add-on → type; believable versions, the newest first. kube-proxy follows Kubernetes."""
SERVICE_ACCOUNTS = {
    "vpc-cni": ("aws-node", "AmazonEKS_CNI_Policy"),
    "aws-ebs-csi-driver": ("ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
}


def list_(store: Store, body: Shape) -> Shape:
    """DescribeAddonVersions. The default is the newest but one: it differs from the newest."""
    kubernetes, only = first(body, "kubernetesVersion"), first(body, "addonName")
    wanted = [kubernetes] if kubernetes else list(eks_versions.VERSIONS)
    addons = [_addon(addon, wanted) for addon in VERSIONS if only in {None, addon}]
    return page(body, "addons", addons)


def describe_configuration(store: Store, body: Shape) -> Shape:
    """DescribeAddonConfiguration: a schema that takes everything."""
    addon, version = str(first(body, "addonName")), str(first(body, "addonVersion"))
    if not any(version in versions(addon, one) for one in eks_versions.VERSIONS):
        raise not_found(f"No schema found for {addon} {version}", addonName=addon)
    account, policy = SERVICE_ACCOUNTS.get(addon, (None, None))
    identity = {
        "serviceAccount": account,
        "recommendedManagedPolicies": [f"arn:{store.partition}:iam::aws:policy/{policy}"],
    }
    return {
        "addonName": addon,
        "addonVersion": version,
        "configurationSchema": '{"type": "object"}',
        "podIdentityConfiguration": [identity] if account else [],
    }


def default_version(addon: str, kubernetes: str) -> str:
    """The version that AWS installs if none is named. Raises Fault."""
    return versions(addon, kubernetes)[1]


def check(cluster: str, addon: str, version: str, kubernetes: str) -> None:
    """Raises Fault for an add-on, or a version of it, that is not offered."""
    if version not in versions(addon, kubernetes):
        raise invalid(
            f"Addon version {version} specified is not supported",
            clusterName=cluster,
            addonName=addon,
        )


def versions(addon: str, kubernetes: str) -> tuple[str, str]:
    """The newest version and the default one. Raises Fault."""
    if addon not in VERSIONS:
        raise invalid(f"Addon {addon} specified is not supported", addonName=addon)
    own = VERSIONS[addon][1]
    return own or (f"v{kubernetes}.3-eksbuild.2", f"v{kubernetes}.1-eksbuild.2")


def _addon(addon: str, wanted: list[str]) -> Shape:
    found: dict[str, list[Shape]] = {}
    for kubernetes in wanted:
        newest, default = versions(addon, kubernetes)
        for one in (newest, default):
            found.setdefault(one, []).append(
                {
                    "clusterVersion": kubernetes,
                    "platformVersions": ["*"],
                    "defaultVersion": one == default,
                }
            )
    return {
        "addonName": addon,
        "type": VERSIONS[addon][0],
        "owner": "aws",
        "publisher": "eks",
        "defaultNamespace": "kube-system",
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "compatibilities": compatible,
                "requiresConfiguration": False,
                "requiresIamPermissions": addon in SERVICE_ACCOUNTS,
            }
            for version, compatible in found.items()
        ],
    }
