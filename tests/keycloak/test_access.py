"""The program lets itself in, and the bootstrap client out; also after it was killed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from keycloak import Admin, Connection, KeycloakError, access, let_in
from keycloak.access import BOOTSTRAP_CLIENT, Credentials

OWN = Credentials("master", "groundplan", "own secret")
FIRST = "first secret"


@pytest.fixture(autouse=True)
def installed(install: Callable[[], None]) -> None:
    install()


def test_a_new_keycloak_is_entered_and_the_first_door_locked(connection: Connection) -> None:
    admin = let_in(connection, OWN, FIRST)
    assert admin.clients("master") == ["groundplan"]
    assert Admin.login(connection, "master", BOOTSTRAP_CLIENT, FIRST) is None


def test_it_is_entered_again_with_what_was_made(connection: Connection) -> None:
    let_in(connection, OWN, FIRST)
    assert let_in(connection, OWN, FIRST).clients("master") == ["groundplan"]
    assert let_in(connection, OWN, None).clients("master") == ["groundplan"]


@pytest.mark.parametrize("killed_at", ["give_role", "remove_client"])
def test_what_a_killed_run_left_is_done_by_the_next(
    killed_at: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Admin, killed_at, kill)
        with pytest.raises(SystemExit):
            let_in(connection, OWN, FIRST)
    admin = let_in(connection, OWN, FIRST)
    assert admin.clients("master") == ["groundplan"]
    assert admin.account("master", "nobody") is None, "it may ask"


def test_who_is_not_known_is_told_where_to_read(connection: Connection) -> None:
    let_in(connection, OWN, FIRST)
    with pytest.raises(KeycloakError, match=r"or its secret is another: see docs/identity\.md"):
        let_in(connection, Credentials("master", "groundplan", "another"), FIRST)


def test_no_secret_is_in_what_is_shown(connection: Connection) -> None:
    assert OWN.secret not in repr(OWN)
    with pytest.raises(KeycloakError) as caught:
        let_in(connection, Credentials("master", "nobody", "s3cret"), None)
    assert "s3cret" not in str(caught.value)


def test_plan_changes_nothing(connection: Connection) -> None:
    """Without the bootstrap secret nothing is made, and nothing removed."""
    with pytest.raises(KeycloakError):
        let_in(connection, OWN, None)
    first = Admin.login(connection, "master", BOOTSTRAP_CLIENT, FIRST)
    assert first and first.clients("master") == [BOOTSTRAP_CLIENT]


def test_the_client_names_what_it_is_for() -> None:
    described = access._description(OWN)
    assert described["serviceAccountsEnabled"] is True
    assert not described["standardFlowEnabled"] and not described["directAccessGrantsEnabled"]
