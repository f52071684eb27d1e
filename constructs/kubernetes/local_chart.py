"""The charts of this repository, copied beside the stack that uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

from cdktf import AssetType, TerraformAsset, TerraformStack
from constructs import Construct
from constructs.shared.block import stack_of
from constructs.shared.charts import Chart

CHARTS = Path(__file__).resolve().parents[2] / "charts"

_copies: WeakKeyDictionary[TerraformStack, dict[str, str]] = WeakKeyDictionary()
"""Stack → chart → where it lies. Node knows it, too, but answers slowly."""


def local_chart(scope: Construct, name: Literal["manifests", "secrets"]) -> Chart:
    """A chart as Terraform finds it from the stack's folder; one copy for all its releases."""
    stack = stack_of(scope)
    copies = _copies.setdefault(stack, {})
    if name not in copies:
        copy = TerraformAsset(
            stack, f"{name}-chart", path=str(CHARTS / name), type=AssetType.DIRECTORY
        )
        copies[name] = f"./{copy.path}"
    return Chart(copies[name])
