"""Secret Manager: values of secrets that terraform has made.

https://cloud.google.com/secret-manager/docs/reference/rest
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from emulator.google.answers import answer, error
from emulator.google.records import Records

PAGE = 25


@dataclass(frozen=True)
class Version:
    """One value."""

    data: str
    """Base64."""
    created: str


class Secrets:
    """Versions of secrets, in memory; the secrets themselves are recorded."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._versions: dict[str, list[Version]] = {}

    def routes(self) -> Iterator[Rule]:
        """What is answered."""
        named = "/v1/projects/<project>/secrets/<id_>"
        yield Rule("/v1/projects/<project>/secrets", endpoint=self._list, methods=["GET"])
        yield Rule(named, endpoint=self._get, methods=["GET"])
        yield Rule(f"{named}:addVersion", endpoint=self._add, methods=["POST"])
        yield Rule(f"{named}/versions", endpoint=self._list_versions, methods=["GET"])
        yield Rule(f"{named}/versions/latest:access", endpoint=self._access, methods=["GET"])

    def _list(self, request: Request, project: str) -> Response:
        wanted = request.args.get("filter", "").removeprefix("name:")
        prefix = f"projects/{project}/secrets/"
        names = [one for one in self._records.secrets() if one.startswith(prefix) and wanted in one]
        first = int(request.args.get("pageToken", "0"))
        page = [self._shown(name) for name in names[first : first + PAGE]]
        more = {"nextPageToken": str(first + PAGE)} if len(names) > first + PAGE else {}
        return answer({"secrets": page, **more})

    def _get(self, request: Request, project: str, id_: str) -> Response:
        name = f"projects/{project}/secrets/{id_}"
        return answer(self._shown(name)) if self._known(name) else _missing(name)

    def _add(self, request: Request, project: str, id_: str) -> Response:
        name = f"projects/{project}/secrets/{id_}"
        if not self._known(name):
            return _missing(name)
        versions = self._versions.setdefault(name, [])
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        versions.append(Version(request.get_json()["payload"]["data"], now))
        return answer(_described(name, len(versions), versions[-1]))

    def _list_versions(self, request: Request, project: str, id_: str) -> Response:
        name = f"projects/{project}/secrets/{id_}"
        if not self._known(name):
            return _missing(name)
        numbered = list(enumerate(self._versions.get(name, []), 1))
        # The newest first, as Google lists them.
        return answer({"versions": [_described(name, *one) for one in reversed(numbered)]})

    def _access(self, request: Request, project: str, id_: str) -> Response:
        name = f"projects/{project}/secrets/{id_}"
        versions = self._versions.get(name) if self._known(name) else None
        if not versions:
            return _missing(f"{name}/versions/latest")
        newest = f"{name}/versions/{len(versions)}"
        return answer({"name": newest, "payload": {"data": versions[-1].data}})

    def _known(self, name: str) -> bool:
        """Whether a secret exists; values of those that are gone are forgotten."""
        known = self._records.secrets()
        for gone in self._versions.keys() - known.keys():
            del self._versions[gone]
        return name in known

    def _shown(self, name: str) -> dict[str, Any]:
        return {"name": name, "annotations": self._records.secrets()[name].get("annotations") or {}}


def _described(name: str, number: int, version: Version) -> dict[str, str]:
    return {
        "name": f"{name}/versions/{number}",
        "state": "ENABLED",
        "createTime": version.created,
    }


def _missing(name: str) -> Response:
    return error(404, f"Secret [{name}] not found or has no versions.")
