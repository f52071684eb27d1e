"""The helm provider: the one place where it is declared, pinned and given access to the cluster."""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_helm.provider import (
    HelmProvider,
    HelmProviderKubernetes,
    HelmProviderKubernetesExec,
)
from constructs.shared.stages import ClusterConnection

VERSIONS = ">= 3.1, < 4.0"
"""What the blocks work with: 3.1 brought `set_wo_revision` as they use it."""
CREDENTIALS_API = "client.authentication.k8s.io/v1"
PROGRAM = "groundplan"
"""Found on the PATH of terraform: the JSON is the same on every machine."""


def declare(stack: TerraformStack, connection: ClusterConnection) -> HelmProvider:
    """The provider of `stack`. A token is asked for when it is used; none is in state or plan."""
    provider = HelmProvider(
        stack,
        "helm",
        kubernetes=HelmProviderKubernetes(
            host=connection.endpoint,
            cluster_ca_certificate=connection.certificate_authority_pem,
            exec=HelmProviderKubernetesExec(
                api_version=CREDENTIALS_API,
                command=PROGRAM,
                args=["token", *connection.token_arguments],
            ),
        ),
    )
    stack.add_override("terraform.required_providers.helm.version", VERSIONS)
    return provider
