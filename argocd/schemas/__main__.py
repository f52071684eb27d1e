"""Makes the schemas anew of ArgoCD's CustomResourceDefinitions. Caller: whoever moves to a newer
ArgoCD.

    go mod download github.com/argoproj/argo-cd/v3@v3.2.11
    crds=$(go env GOMODCACHE)/github.com/argoproj/argo-cd/v3@v3.2.11/manifests/crds
    python -m argocd.schemas $crds/*-crd.yaml
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

from argocd.schemas import HERE
from argocd.schemas.conversion import json_schema


def main(files: list[str]) -> int:
    """Writes one JSON file for each file of a CRD; returns the exit code."""
    for file in files:
        definition = yaml.safe_load(Path(file).read_text("utf-8"))
        kind = definition["spec"]["names"]["kind"]
        schema = json.dumps(json_schema(definition), sort_keys=True, separators=(",", ":"))
        (HERE / f"{kind.lower()}.json").write_text(schema + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
