"""HTTPS to a Keycloak.

GROUNDPLAN_CONNECT_TO   `auth.example.org=127.0.0.1:8443`, or `*` for any name, several separated
                        by commas: where to connect to instead; the name stays what the certificate
                        must be for
GROUNDPLAN_CA_FILE      a PEM file with authorities to trust besides the usual ones
"""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from errors import GroundplanError

CONNECT_TO, CA_FILE = "GROUNDPLAN_CONNECT_TO", "GROUNDPLAN_CA_FILE"
TIMEOUT = urllib3.Timeout(connect=5, read=60)
"""Seconds. A Keycloak that has just started is slow."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class KeycloakError(GroundplanError):
    """A Keycloak said no, or nothing."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP; None where there was no answer."""


@dataclass(frozen=True)
class Connection:
    """One Keycloak."""

    url: str
    """Its public address; no slash at the end."""
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def get(self, path: str, token: str | None = None) -> Any:
        """Raises KeycloakError, or HTTPError where nobody answers."""
        return self._request("GET", path, None, None, token)[0]

    def submit(self, path: str, fields: Mapping[str, str]) -> Any:
        """Sends a form. Raises as `get` does."""
        return self._request("POST", path, urlencode(fields), FORM, None)[0]

    def send(self, method: str, path: str, body: object, token: str) -> str:
        """Sends JSON; returns the id of what was made, if anything was. Raises as `get` does."""
        text = None if body is None else json.dumps(body)
        _, headers = self._request(method, path, text, JSON, token)
        return headers.get("Location", "").rpartition("/")[2]

    def _request(
        self, method: str, path: str, body: str | None, kind: str | None, token: str | None
    ) -> tuple[Any, Mapping[str, str]]:
        headers = {"Host": self._parts.netloc, "Accept": JSON}
        if kind and body is not None:
            headers["Content-Type"] = kind
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self._pool.request(
            method,
            f"{self._base}{path}",
            body=body,
            headers=headers,
            timeout=TIMEOUT,
            retries=False,
            redirect=False,
        )
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise KeycloakError(
                f"Keycloak at {self.url} answers {answer.status} to {method} {path}"
                f"{_said(answer.data)}.",
                answer.status,
            )
        return (json.loads(answer.data) if answer.data else None), answer.headers

    @cached_property
    def _parts(self) -> Any:
        return urlsplit(self.url)

    @property
    def _base(self) -> str:
        """What requests begin with: a proxy wants the whole address, a server the path."""
        return self.url if isinstance(self._pool, urllib3.ProxyManager) else self._parts.path

    @cached_property
    def _pool(self) -> urllib3.HTTPSConnectionPool | urllib3.ProxyManager:
        host, port = str(self._parts.hostname), self._parts.port or 443
        context = ssl.create_default_context()
        if self.environment.get(CA_FILE):
            context.load_verify_locations(self.environment[CA_FILE])
        proxy = urllib.request.getproxies_environment().get("https")
        instead = self._instead(host)
        if proxy and not instead and not urllib.request.proxy_bypass(host):
            return urllib3.ProxyManager(proxy, ssl_context=context)
        address, number = instead or (host, port)
        return urllib3.HTTPSConnectionPool(
            address, number, ssl_context=context, server_hostname=host, assert_hostname=host
        )

    def _instead(self, host: str) -> tuple[str, int] | None:
        for pair in self.environment.get(CONNECT_TO, "").split(","):
            name, _, target = pair.partition("=")
            if name.strip() in {host, "*"}:
                address, _, port = target.strip().rpartition(":")
                return address, int(port)
        return None


def unreachable(url: str, error: HTTPError) -> KeycloakError:
    """The error for a Keycloak that does not answer at all."""
    return KeycloakError(f"Keycloak at {url} does not answer: {error}.")


def _said(body: bytes) -> str:
    """What Keycloak gives as the reason: a short sentence, never a token."""
    try:
        content = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(content, dict):
        return ""
    words = content.get("errorMessage") or content.get("error_description") or content.get("error")
    return f" ({words})" if isinstance(words, str) else ""
