"""Waits for a Keycloak to answer under its public name, and says what it waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from keycloak.connection import Connection, KeycloakError

LONGEST = 900.0
"""Seconds. A new load balancer, its DNS record and a certificate take a few minutes together."""
PAUSE = 5.0
"""Seconds between two tries."""
DISCOVERY = "/realms/master/.well-known/openid-configuration"


def wait(
    connection: Connection,
    *,
    tell: Callable[[str], None],
    stop: threading.Event,
    longest: float = LONGEST,
    pause: float = PAUSE,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Returns once the Keycloak answers; `tell` hears each new reason why it does not yet.

    Raises KeycloakError after `longest` seconds, or when `stop` is set.
    """
    deadline = clock() + longest
    told = ""
    while True:
        obstacle = missing(connection)
        if obstacle is None:
            return
        if clock() >= deadline:
            waited = f" ({longest / 60:.0f} minutes waited)" if longest else ""
            raise KeycloakError(
                f"Keycloak at {connection.url} can't be used{waited}: {obstacle}. Repair that, and "
                "run the command again."
            )
        if obstacle != told:
            tell(f"Keycloak: {obstacle}")
            told = obstacle
        if stop.wait(pause):
            raise KeycloakError(f"Interrupted while waiting for Keycloak: {obstacle}.")


def missing(connection: Connection) -> str | None:
    """What a Keycloak lacks to be used; None if nothing."""
    try:
        found = connection.get(DISCOVERY)
    except KeycloakError as error:
        return f"it answers {error.status} (its pods start)"
    except ValueError:
        return "something answers in its place (the ingress has no route to it yet)"
    except HTTPError as error:
        return _reason(error)
    issuer = found.get("issuer") if isinstance(found, dict) else None
    if issuer != f"{connection.url}/realms/master":
        return f"it calls itself {issuer}, and not {connection.url} (its setting `hostname`)"
    return None


def _reason(error: HTTPError) -> str:
    cause = error.original_error if isinstance(error, ProxyError) else error
    if isinstance(cause, NameResolutionError):
        return "its name does not resolve (external-dns makes the record)"
    if isinstance(cause, SSLError):
        return f"its certificate is not trusted (cert-manager gets it): {cause}"
    if isinstance(cause, ConnectTimeoutError | NewConnectionError):
        return f"nobody listens at its name (the load balancer starts): {cause}"
    return f"the connection breaks: {cause}"
