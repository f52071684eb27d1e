"""Google Cloud: Secret Manager and Cloud Storage, with the credentials that terraform uses, too.

By their REST APIs: the client libraries would bring gRPC and their generated classes for four
calls. Endpoints can be moved as Terraform's provider has it: GOOGLE_STORAGE_CUSTOM_ENDPOINT and
GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from clouds import Entry, Place, Secret
from clouds.google_secrets import ENTRY, secret_id
from errors import GroundplanError

STORAGE = ("GOOGLE_STORAGE_CUSTOM_ENDPOINT", "https://storage.googleapis.com/storage/v1/")
SECRETS = ("GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT", "https://secretmanager.googleapis.com/v1/")
"""The variable that moves an endpoint, and where it is by itself."""
ENDING = "/default.tfstate"
MISSING = 404
NO_VALUE = 400
"""FAILED_PRECONDITION: the newest version is disabled or destroyed."""
TIMEOUTS = (5, 30)
"""Seconds to connect and to read. A reconciler must not hang on a network that drops packets."""
ATTEMPTS = 4
BUSY = (429, 500, 502, 503, 504)
SLOW_DOWN = 0.5


class Google:
    """Implements `clouds.Cloud`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def secret(self, entry: str) -> Secret | None:
        what = f"read the secret {entry}"
        answer = self._ask(what, "GET", SECRETS, f"{self._name(entry)}/versions/latest:access")
        if answer is None:
            return None
        value = base64.b64decode(answer["payload"].get("data", ""))
        try:
            return Secret(value.decode(), answer["name"].rpartition("/")[2])
        except UnicodeDecodeError:
            raise GroundplanError(f"The secret {entry} is binary; set it anew, as text.") from None

    def set_secret(self, entry: str, value: str) -> None:
        payload = {"payload": {"data": base64.b64encode(value.encode()).decode()}}
        path = f"{self._name(entry)}:addVersion"
        if self._ask(f"set the secret {entry}", "POST", SECRETS, path, json=payload) is None:
            raise GroundplanError(
                f"There is no entry {entry} yet. Name it in the manifest as "
                f"{{secret: {entry}}} and deploy the stage `backend`: it makes the entries."
            )

    def secrets(self) -> list[Entry]:
        path, prefix = f"projects/{self._place.account}/secrets", self._place.secret_prefix
        what = "list the secrets"
        found = list(self._pages(what, SECRETS, path, "secrets", filter=f"name:{prefix}"))
        ours = [one for one in found if one["name"].rpartition("/")[2].startswith(prefix)]
        return sorted((self._entry(one) for one in ours), key=lambda entry: entry.name)

    def import_id(self, kind: str, arguments: Mapping[str, Any]) -> str | None:
        if kind != "google_secret_manager_secret":
            return None
        path = f"projects/{self._place.account}/secrets/{arguments.get('secret_id', '')}"
        return path if self._ask(f"look for {kind} {path}", "GET", SECRETS, path) else None

    def outputs(self, stage: str) -> dict[str, Any]:
        state = quote(f"{self._place.state_prefix}{stage}{ENDING}", safe="")
        path = f"b/{quote(self._place.bucket, safe='')}/o/{state}"
        what = f"read the state of {stage}"
        found = self._ask(what, "GET", STORAGE, path, params={"alt": "media"}) or {}
        given = found.get("outputs", {})
        return {name: one["value"] for name, one in given.items() if not one.get("sensitive")}

    def stages(self) -> frozenset[str]:
        bucket, prefix = self._place.bucket, self._place.state_prefix
        path = f"b/{quote(bucket, safe='')}/o"
        what = f"list the states in {bucket}"
        keys = [one["name"] for one in self._pages(what, STORAGE, path, "items", prefix=prefix)]
        return frozenset(
            key.removeprefix(prefix).removesuffix(ENDING) for key in keys if key.endswith(ENDING)
        )

    def _entry(self, found: Mapping[str, Any]) -> Entry:
        """An entry that Terraform has just made has no version, and so no value."""
        name = found.get("annotations", {}).get(ENTRY) or found["name"].rpartition("/")[2]
        path = f"{found['name']}/versions"
        versions = self._pages(f"look at the secret {name}", SECRETS, path, "versions")
        newest = next(versions, None)
        has_value = newest is not None and newest.get("state") == "ENABLED"
        changed = datetime.fromisoformat(newest["createTime"]) if newest and has_value else None
        return Entry(name, has_value, changed)

    def _name(self, entry: str) -> str:
        id_ = secret_id(self._place.secret_prefix, entry)
        return f"projects/{self._place.account}/secrets/{id_}"

    def _pages(
        self, what: str, endpoint: tuple[str, str], path: str, items: str, **parameters: str
    ) -> Iterator[dict[str, Any]]:
        """All items of a listing; none of what does not exist."""
        while True:
            answer = self._ask(what, "GET", endpoint, path, params=parameters) or {}
            yield from answer.get(items, ())
            if not answer.get("nextPageToken"):
                return
            parameters = {**parameters, "pageToken": answer["nextPageToken"]}

    def _ask(
        self, what: str, method: str, endpoint: tuple[str, str], path: str, **arguments: Any
    ) -> dict[str, Any] | None:
        """What Google answers; None if there is no such thing, or it has no value."""
        from google.auth.exceptions import GoogleAuthError
        from requests import RequestException

        from credentials.google import refused

        variable, usual = endpoint
        url = f"{(os.environ.get(variable) or usual).rstrip('/')}/{path}"
        try:
            answer = self._session.request(method, url, timeout=TIMEOUTS, **arguments)
        except GoogleAuthError as error:
            raise refused(error) from None
        except RequestException as error:
            raise self._fault(what, str(error)) from None
        if answer.status_code == MISSING or (
            answer.status_code == NO_VALUE and path.endswith(":access")
        ):
            return None
        if not answer.ok:
            raise self._fault(what, _said(answer))
        found: dict[str, Any] = answer.json()
        return found

    def _fault(self, what: str, why: str) -> GroundplanError:
        place = f"project {self._place.account}, {self._place.region}"
        return GroundplanError(f"Google does not let us {what} ({place}): {why.rstrip('.')}.")

    @cached_property
    def _session(self) -> Any:
        from google.auth.transport.requests import AuthorizedSession
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        from credentials.google import credentials

        session = AuthorizedSession(credentials(os.environ))
        # POST is not retried: a second answer would be a second version.
        again = Retry(
            ATTEMPTS, status_forcelist=BUSY, backoff_factor=SLOW_DOWN, raise_on_status=False
        )
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        return session


def _said(answer: Any) -> str:
    """Google's own words. Never the request's: a secret may be in it."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
