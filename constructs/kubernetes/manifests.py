"""Raw Kubernetes objects as a Helm release: planning them needs no CRD to exist yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from cdktf import AssetType, ITerraformDependable, TerraformAsset, TerraformStack
from constructs import Construct
from constructs.kubernetes.release import Release, ReleaseConfig
from constructs.shared.charts import Chart

CHART = Path(__file__).resolve().parents[2] / "charts" / "manifests"


class Manifests(Construct):
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
    ) -> None:
        super().__init__(scope, id_)
        self.release = Release(
            self,
            "Default",
            ReleaseConfig(
                name=name,
                namespace=namespace,
                chart=Chart(f"./{_chart(TerraformStack.of(self)).path}"),
                values={"manifests": list(objects)},
                after=after,
            ),
        )


def _chart(stack: TerraformStack) -> TerraformAsset:
    """The chart's copy beside the stack, one for all its releases."""
    copy = stack.node.try_find_child("manifests-chart")
    if copy is None:
        return TerraformAsset(stack, "manifests-chart", path=str(CHART), type=AssetType.DIRECTORY)
    return cast(TerraformAsset, copy)
