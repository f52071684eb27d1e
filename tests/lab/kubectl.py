"""kubectl, with the few things that the laboratory and its tests do with it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.lab.program import ProgramError, run, wait

Object = dict[str, Any]


class Kubectl:
    """kubectl as one user: whom `kubeconfig` names."""

    def __init__(
        self, program: str, kubeconfig: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """`environment` is that of the program and its plugins; ours if left out."""
        self.program = program
        self.kubeconfig = kubeconfig
        self._environment = environment

    def __call__(self, *arguments: str, given: str | None = None) -> str:
        """Runs a command; returns its output. Raises ProgramError."""
        home = str(self.kubeconfig.parent)
        base = os.environ if self._environment is None else self._environment
        environment = {**base, "KUBECONFIG": str(self.kubeconfig), "HOME": home}
        return run([self.program, *arguments], environment=environment, given=given)

    def as_user(self, kubeconfig: Path, environment: Mapping[str, str] | None = None) -> Kubectl:
        """The same program as somebody else."""
        return Kubectl(self.program, kubeconfig, environment)

    def apply(self, *objects: Object, namespace: str | None = None) -> None:
        """Server-side apply of objects. Raises ProgramError."""
        into = ["--namespace", namespace] if namespace else []
        # JSON: PyYAML leaves text like 1e3 bare, which Go reads as a number.
        bundle = {"apiVersion": "v1", "kind": "List", "items": objects}
        options = ["--server-side", "--force-conflicts", *into]
        self("apply", *options, "-f", "-", given=json.dumps(bundle))

    def find(self, kind: str, name: str, namespace: str = "default") -> Object | None:
        """An object, or None if there is none. Raises ProgramError if it cannot be asked for."""
        try:
            text = self("get", kind, name, "--namespace", namespace, "-o", "json")
        except ProgramError as error:
            if "(NotFound)" in error.stderr:
                return None
            raise
        found: Object = json.loads(text)
        return found

    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """An object that exists. Raises ProgramError."""
        found: Object = json.loads(self("get", kind, name, "--namespace", namespace, "-o", "json"))
        return found

    def gone(self, kind: str, name: str, namespace: str = "default", within: float = 60.0) -> None:
        """Waits until an object is no more. Raises GroundplanError."""
        wait(
            lambda: self.find(kind, name, namespace) is None,
            f"{kind} {namespace}/{name} is gone",
            within,
        )

    def namespace(self, name: str) -> str:
        """Makes a namespace unless it is there; returns its name."""
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name


def documents(text: str) -> Iterable[Object]:
    """The objects of a YAML stream."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return (one for one in yaml.load_all(text, Loader=loader) if one)
