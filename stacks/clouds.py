"""The clouds by name: the one place in `stacks/` that knows which there are."""

from __future__ import annotations

from constructs.shared.cloud import Cloud
from constructs.shared.text import literal

from manifest import Infrastructure
from manifest.cloud import AwsCloud, GoogleCloud


def cloud_of(infrastructure: Infrastructure, organization: str) -> Cloud:
    """The cloud an infrastructure lives on, set up for it."""
    return _cloud(infrastructure.cloud, infrastructure, organization)


def parents_cloud(infrastructure: Infrastructure, organization: str) -> Cloud | None:
    """The cloud of the zone above the infrastructure's, if it is another one, or a part of it."""
    create = infrastructure.domain.create if infrastructure.domain else None
    if create is None or create.parent_cloud is None:
        return None
    return _cloud(create.parent_cloud, infrastructure, organization)


def _cloud(
    section: AwsCloud | GoogleCloud, infrastructure: Infrastructure, organization: str
) -> Cloud:
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
        organization_id=section.organization_id,
    )
