"""What a Keycloak is waited for, and in which words."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from keycloak import Connection, KeycloakError, wait
from keycloak.readiness import missing

NEVER = threading.Event()


def test_pods_that_start_are_waited_for(
    connection: Connection, install: Callable[[], None]
) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        install()

    wait(connection, tell=tell, stop=NEVER, pause=0.01)
    assert told == ["Keycloak: it answers 503 (its pods start)"]


def test_what_was_waited_for_in_vain_is_told(connection: Connection) -> None:
    with pytest.raises(KeycloakError) as caught:
        wait(connection, tell=lambda text: None, stop=NEVER, longest=0)
    assert str(caught.value) == (
        "Keycloak at https://auth.acme.example can't be used: it answers 503 (its pods start). "
        "Repair that, and run the command again."
    )


def test_each_reason_is_told_once(connection: Connection) -> None:
    told: list[str] = []
    times = iter(range(100))
    with pytest.raises(KeycloakError):
        wait(
            connection,
            tell=told.append,
            stop=NEVER,
            longest=5,
            pause=0.01,
            clock=lambda: float(next(times)),
        )
    assert len(told) == 1


def test_an_interruption_ends_the_wait(connection: Connection) -> None:
    stop = threading.Event()
    with pytest.raises(KeycloakError, match="Interrupted while waiting for Keycloak"):
        wait(connection, tell=lambda text: stop.set(), stop=stop)


def test_a_certificate_that_is_not_trusted(connection: Connection) -> None:
    strange = Connection(connection.url, {**connection.environment, "GROUNDPLAN_CA_FILE": ""})
    assert "its certificate is not trusted (cert-manager gets it)" in str(missing(strange))


def test_a_certificate_for_another_name(
    connection: Connection, install: Callable[[], None]
) -> None:
    install()
    assert missing(connection) is None
    target = connection.environment["GROUNDPLAN_CONNECT_TO"].partition("=")[2]
    other = Connection(
        "https://other.acme.example",
        {**connection.environment, "GROUNDPLAN_CONNECT_TO": f"other.acme.example={target}"},
    )
    assert missing(other) == "it answers 503 (its pods start)", "no Keycloak of that name"


def test_nobody_listens() -> None:
    lonely = Connection("https://auth.acme.example", {"GROUNDPLAN_CONNECT_TO": "*=127.0.0.1:1"})
    assert "nobody listens at its name (the load balancer starts)" in str(missing(lonely))


def test_a_name_that_does_not_resolve() -> None:
    found = str(missing(Connection("https://auth.acme.invalid", {})))
    assert found == "its name does not resolve (external-dns makes the record)"
