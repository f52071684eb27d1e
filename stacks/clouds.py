"""The clouds by name: the one place in `stacks/` that knows which there are."""

from __future__ import annotations

from constructs.shared.cloud import Cloud
from constructs.shared.text import literal

from manifest import Infrastructure
from manifest.cloud import AwsCloud


def cloud_of(infrastructure: Infrastructure, organization: str) -> Cloud:
    """The cloud an infrastructure lives on, set up for it."""
    section = infrastructure.cloud
    if isinstance(section, AwsCloud):
        from constructs.aws.cloud import Aws

        return Aws(
            organization=organization,
            infrastructure=infrastructure.name,
            region=section.region,
            account=section.account,
            tags=literal(section.tags),
            bucket=infrastructure.backend.bucket,
        )
    from constructs.google.cloud import Google

    return Google(
        organization=organization,
        infrastructure=infrastructure.name,
        region=section.region,
        project=section.project,
        labels=section.labels,
        bucket=infrastructure.backend.bucket,
    )
