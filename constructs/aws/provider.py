"""The AWS provider: the one place where it is declared, pinned, guarded and given its tags."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

VERSIONS = ">= 5.100, < 7.0"
"""What the blocks work with. The bindings alone would pin the version they were made of."""


def declare(
    stack: TerraformStack,
    *,
    region: str,
    account: str,
    tags: Mapping[str, str],
    alias: str | None = None,
) -> AwsProvider:
    """The provider of `stack` for one region; any account but `account` is refused at plan."""
    provider = AwsProvider(
        stack,
        alias or "aws",
        alias=alias,
        region=region,
        allowed_account_ids=[account],
        default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
    )
    stack.add_override("terraform.required_providers.aws.version", VERSIONS)
    return provider
