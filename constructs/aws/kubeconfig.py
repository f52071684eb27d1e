"""The kubeconfig of a cluster, kept in the infrastructure's config storage."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.s3_object import S3Object
from constructs import Construct
from constructs.shared.kubeconfig import KIND, NAME, document
from constructs.shared.stages import KubeconfigLocation


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
        key = f"{location.prefix}{NAME}"
        S3Object(
            self,
            "file",
            bucket=location.bucket,
            key=key,
            content=document(
                location.context,
                endpoint=endpoint,
                certificate_authority=certificate_authority,
                token_arguments=("aws", "--cluster", cluster, "--region", region),
            ),
            content_type=KIND,
        )
        self.location = f"s3://{location.bucket}/{key}"
