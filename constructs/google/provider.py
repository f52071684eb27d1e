"""The Google provider: the one place where it is declared, pinned and given its project and labels.

Every resource takes its project from here, whatever the credentials' own project is and whatever
variables of the environment say. So credentials of another project make nothing: Google refuses
them in this one.
"""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_google.provider import GoogleProvider

VERSIONS = ">= 6.50, < 7.0"
"""What the blocks work with. The bindings alone would pin the version they were made of."""


def declare(
    stack: TerraformStack,
    *,
    region: str,
    project: str,
    labels: Mapping[str, str],
    alias: str | None = None,
) -> GoogleProvider:
    """The provider of `stack` for one project and one region."""
    provider = GoogleProvider(
        stack,
        alias or "google",
        alias=alias,
        project=project,
        region=region,
        # Another label of its own would say nothing that ours do not.
        add_terraform_attribution_label=False,
    )
    # As an override: CDKTF would write `cost-center` as `cost_center`.
    provider.add_override("default_labels", dict(labels))
    stack.add_override("terraform.required_providers.google.version", VERSIONS)
    return provider
