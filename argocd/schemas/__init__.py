"""ArgoCD's schemas of its objects: JSON files, made of the CRDs that ArgoCD publishes.

`python -m argocd.schemas` makes them anew: see `__main__.py`. NOTICE says where they come from.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = ("Application", "ApplicationSet", "AppProject")


@cache
def of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one of `KINDS`."""
    schema: dict[str, Any] = json.loads((HERE / f"{kind.lower()}.json").read_text("utf-8"))
    return schema
