"""Rendered objects as a real API server takes them: fields, types, defaults, admission."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tests.lab.kubectl import Kubectl, Object

CRD = "CustomResourceDefinition"


class Validator:
    """Sends objects as a dry run. Definitions are applied, for the objects that are of them."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl
        self._applied: list[str] = []

    def define(self, objects: Iterable[Object]) -> None:
        """Applies those definitions that are not there yet. Raises ProgramError."""
        found = json.loads(self._kubectl("get", "crd", "-o", "json"))["items"]
        there = {one["metadata"]["name"] for one in found}
        new = {one["metadata"]["name"]: one for one in objects if one["kind"] == CRD}
        missing = sorted(set(new) - there)
        if missing:
            self._kubectl.apply(*(new[name] for name in missing))
            names = [f"crd/{name}" for name in missing]
            self._kubectl("wait", "--for=condition=Established", *names, "--timeout=60s")
        self._applied += missing

    def check(self, objects: Sequence[Object], namespace: str) -> list[Object]:
        """Has the API server check objects; returns those of kinds it does not know.

        Raises ProgramError with what it refuses.
        """
        known = self._kinds()
        unknown = [one for one in objects if (one["apiVersion"], one["kind"]) not in known]
        places: dict[str, list[Object]] = {}
        for one in objects:
            if one not in unknown:
                places.setdefault(one["metadata"].get("namespace", namespace), []).append(one)
        flags = ["--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts"]
        for place, own in places.items():
            into = self._kubectl.namespace(place)
            text = json.dumps({"apiVersion": "v1", "kind": "List", "items": own})
            self._kubectl("apply", *flags, "--namespace", into, "-f", "-", given=text)
        return unknown

    def end(self) -> None:
        """Takes the definitions away again."""
        if self._applied:
            self._kubectl("delete", "crd", *self._applied, "--wait=false")

    def _kinds(self) -> set[tuple[str, str]]:
        lines = self._kubectl("api-resources", "--no-headers").splitlines()
        # NAME [SHORTNAMES] APIVERSION NAMESPACED KIND
        return {(fields[-3], fields[-1]) for fields in (line.split() for line in lines)}
