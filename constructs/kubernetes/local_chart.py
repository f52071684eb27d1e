"""The charts of this repository, copied beside the stack that uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from cdktf import AssetType, TerraformAsset, TerraformStack
from constructs import Construct
from constructs.shared.charts import Chart

CHARTS = Path(__file__).resolve().parents[2] / "charts"


def local_chart(scope: Construct, name: Literal["manifests", "secrets"]) -> Chart:
    """A chart as Terraform finds it from the stack's folder; one copy for all its releases."""
    stack = TerraformStack.of(scope)
    id_ = f"{name}-chart"
    copy = stack.node.try_find_child(id_)
    if copy is None:
        copy = TerraformAsset(stack, id_, path=str(CHARTS / name), type=AssetType.DIRECTORY)
    return Chart(f"./{cast(TerraformAsset, copy).path}")
