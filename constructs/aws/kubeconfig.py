"""The kubeconfig of a cluster, kept in the infrastructure's config storage."""

from __future__ import annotations

import yaml
from cdktf_cdktf_provider_aws.s3_object import S3Object
from constructs import Construct
from constructs.shared.stages import KubeconfigLocation

HINT = "groundplan gives the token. Put the folder bin of a checkout of Groundplan on your PATH."
"""What kubectl says where the command is missing."""


class Kubeconfig(Construct):
    """Holds no secret: its user gets a short-lived token with credentials of their own."""

    location: str
    """`s3://bucket/key`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        location: KubeconfigLocation,
        cluster: str,
        endpoint: str,
        certificate_authority: str,
        region: str,
    ) -> None:
        super().__init__(scope, id_)
        key = f"{location.prefix}kubeconfig"
        S3Object(
            self,
            "file",
            bucket=location.bucket,
            key=key,
            content=_document(location.context, cluster, endpoint, certificate_authority, region),
            content_type="application/yaml",
        )
        self.location = f"s3://{location.bucket}/{key}"


def _document(context: str, cluster: str, endpoint: str, authority: str, region: str) -> str:
    exec_ = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "groundplan",
        "args": ["token", "aws", "--cluster", cluster, "--region", region],
        "interactiveMode": "Never",
        "installHint": HINT,
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [
            {
                "name": context,
                "cluster": {"server": endpoint, "certificate-authority-data": authority},
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        "users": [{"name": context, "user": {"exec": exec_}}],
    }
    return yaml.safe_dump(document, sort_keys=False, width=10_000)
