"""The real helm."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.lab.binaries import Binaries
from tests.lab.kubectl import Object, documents
from tests.lab.program import run

KUSTOMIZE = "kustomize.config.k8s.io/"


class Helm:
    """helm as the administrator; its caches and settings are in the laboratory's folder."""

    def __init__(self, binaries: Binaries, kubeconfig: Path, folder: Path) -> None:
        self._program = binaries.program("helm")
        self._kubectl = binaries.program("kubectl")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HELM_")},
            "KUBECONFIG": str(kubeconfig),
            "HOME": str(folder),
            "HELM_CACHE_HOME": str(folder / "helm" / "cache"),
            "HELM_CONFIG_HOME": str(folder / "helm" / "config"),
            "HELM_DATA_HOME": str(folder / "helm" / "data"),
        }

    def __call__(self, *arguments: str, given: str | None = None) -> str:
        """Runs a command; returns its output. Raises ProgramError."""
        return run([self._program, *arguments], environment=self._environment, given=given)

    def install(
        self, release: str, chart: Path, values: Mapping[str, Any], namespace: str, *, wait: bool
    ) -> None:
        """Installs or upgrades a release; `wait` until all is ready. Raises ProgramError."""
        options = ["--wait", "--timeout", "120s"] if wait else []
        self(
            "upgrade",
            "--install",
            release,
            str(chart),
            "--namespace",
            namespace,
            "--create-namespace",
            "--values",
            "-",
            *options,
            given=json.dumps(values),
        )

    def uninstall(self, release: str, namespace: str) -> None:
        """Removes a release and waits until its objects are gone. Raises ProgramError."""
        self("uninstall", release, "--namespace", namespace, "--wait", "--timeout", "120s")

    def template(
        self, release: str, chart: Path, values: Mapping[str, Any], namespace: str = "default"
    ) -> Iterable[Object]:
        """The objects a chart makes of values, hooks and CRDs among them. Raises ProgramError."""
        text = self(
            "template",
            release,
            str(chart),
            "--namespace",
            namespace,
            "--include-crds",
            f"--api-versions={','.join(self._kinds())}",
            "--values",
            "-",
            given=json.dumps(values),
        )
        return _objects(text)

    def _kinds(self) -> Iterable[str]:
        """As an installation asks a cluster for them; `template` asks nobody."""
        text = run([self._kubectl, "api-resources", "--no-headers"], environment=self._environment)
        fields = (line.split() for line in text.splitlines())
        # NAME [SHORTNAMES] APIVERSION NAMESPACED KIND
        return sorted(f"{one[-3]}/{one[-1]}" for one in fields)


def _objects(text: str) -> Iterable[Object]:
    """The objects of rendered YAML, one by one, as helm sends them."""
    for one in documents(text):
        # A folder of definitions may hold a file of Kustomize's, which is no object of a cluster.
        if one["kind"] == "List":
            yield from one["items"]
        elif not one["apiVersion"].startswith(KUSTOMIZE):
            yield one
