"""A resource or a data source of the keycloak provider, under the name we give it.

The blocks around this one are typed; what they hand over is checked by the tests against the
provider's schema, and by the provider.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import (
    ITerraformDependable,
    TerraformDataSource,
    TerraformResource,
    TerraformResourceLifecycle,
)
from constructs import Construct
from constructs.keycloak.provider import GENERATOR
from constructs.shared.block import stack_of


class Resource(TerraformResource):
    """`keycloak_<kind>.<name>`."""

    address: str

    def __init__(
        self,
        scope: Construct,
        kind: str,
        name: str,
        attributes: Mapping[str, Any],
        *,
        after: Sequence[ITerraformDependable] = (),
        lifecycle: TerraformResourceLifecycle | None = None,
    ) -> None:
        """`attributes` are as the provider names them; None leaves one out."""
        super().__init__(
            scope,
            f"{kind}-{name}",
            terraform_resource_type=f"keycloak_{kind}",
            terraform_generator_metadata=GENERATOR,
            depends_on=list(after) or None,
            lifecycle=lifecycle,
        )
        self.override_logical_id(name)
        self.address = f"keycloak_{kind}.{name}"
        _write(scope, f"resource.{self.address}", attributes)

    def reference(self, attribute: str = "id") -> str:
        """`${keycloak_group.developers.id}`."""
        return f"${{{self.address}.{attribute}}}"


class Data(TerraformDataSource):
    """`data.keycloak_<kind>.<name>`: what exists already."""

    address: str

    def __init__(
        self, scope: Construct, kind: str, name: str, attributes: Mapping[str, Any]
    ) -> None:
        super().__init__(
            scope,
            f"data-{kind}-{name}",
            terraform_resource_type=f"keycloak_{kind}",
            terraform_generator_metadata=GENERATOR,
        )
        self.override_logical_id(name)
        self.address = f"data.keycloak_{kind}.{name}"
        _write(scope, self.address, attributes)

    def reference(self, attribute: str = "id") -> str:
        """`${data.keycloak_user.ada.id}`."""
        return f"${{{self.address}.{attribute}}}"


def _write(scope: Construct, path: str, attributes: Mapping[str, Any]) -> None:
    """All attributes at once, in the stack: an override of the element would be a call for each."""
    given = {name: value for name, value in attributes.items() if value is not None}
    stack_of(scope).add_override(path, given)
