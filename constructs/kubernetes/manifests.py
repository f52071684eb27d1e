"""Raw Kubernetes objects as a Helm release: planning them needs no CRD to exist yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.local_chart import local_chart
from constructs.kubernetes.release import Release, ReleaseConfig
from constructs.shared.block import Block


class Manifests(Block):
    """Applies `objects` through the local chart, which is copied beside the stack."""

    release: Release

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        namespace: str,
        objects: Sequence[Mapping[str, Any]],
        after: Sequence[ITerraformDependable] = (),
        take_ownership: bool = False,
    ) -> None:
        """`take_ownership`: objects that exist already become the release's."""
        super().__init__(scope, id_)
        self.release = Release(
            self,
            "Default",
            ReleaseConfig(
                name=name,
                namespace=namespace,
                chart=local_chart(scope, "manifests"),
                values={"manifests": list(objects)},
                take_ownership=take_ownership,
                after=after,
            ),
        )
