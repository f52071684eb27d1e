"""Who is taken into a state, who is let go, and who is not taken for somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from errors import GroundplanError
from keycloak import Account, Admin
from rollout.identity import PEOPLE, _write_people
from rollout.synthesized import KeycloakUse, Person, Stack
from rollout.workspace import Workspace
from tests.rollout.conftest import FakeCloud

ADA = Person("keycloak_user.ada", "ada", "keycloak/first-passwords/ada")
EVE = Person("keycloak_user.eve", "eve", None)
USE = KeycloakUse("https://auth", "platform", "master", "groundplan", "entry", None, (ADA, EVE))


class FakeAdmin:
    """A realm with some accounts: username → the providers they come through."""

    def __init__(self, accounts: Mapping[str, list[str]]) -> None:
        self._accounts = accounts

    def account(self, realm: str, username: str) -> Account | None:
        assert realm == "platform"
        found = username in self._accounts
        return Account(f"id of {username}", username, enabled=True) if found else None

    def providers(self, realm: str, account: Account) -> list[str]:
        return self._accounts[account.username]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    stack = Stack("one-identity", "one", "identity", tmp_path, (), keycloak=USE)
    return Workspace(stack, home=tmp_path, stop=cast("Any", None), cloud=FakeCloud)


def written(workspace: Workspace) -> Any:
    file = workspace.stack.folder / PEOPLE
    return json.loads(file.read_text()) if file.exists() else {}


def knows(*usernames: str) -> dict[str, Any]:
    """A state."""
    return {
        "resources": [
            {
                "mode": "managed",
                "type": "keycloak_user",
                "name": name,
                "instances": [{"attributes": {"id": name, "username": name, "enabled": True}}],
            }
            for name in usernames
        ]
    }


def people(workspace: Workspace, accounts: Mapping[str, list[str]], state: Any) -> list[str]:
    admin = cast("Admin", FakeAdmin(accounts))
    return [one.username for one in _write_people(workspace, admin, USE, state)]


def test_who_is_new_is_terraforms_to_make(workspace: Workspace) -> None:
    assert people(workspace, {}, {}) == []
    assert written(workspace) == {}


def test_who_exists_and_is_in_no_state_is_taken_in(workspace: Workspace) -> None:
    people(workspace, {"ada": []}, {})
    assert written(workspace) == {"import": [{"to": "keycloak_user.ada", "id": "platform/ada"}]}


def test_who_has_left_is_let_go(workspace: Workspace) -> None:
    assert people(workspace, {"ada": [], "dan": []}, knows("ada", "dan", "eve")) == ["dan"]
    assert written(workspace) == {
        "removed": [{"from": "keycloak_user.dan", "lifecycle": [{"destroy": False}]}]
    }


def test_an_account_from_outside_does_not_become_somebody_of_the_manifest(
    workspace: Workspace,
) -> None:
    """Whoever came first under the name would get the rights of the person that is meant."""
    with pytest.raises(GroundplanError, match=r"An account ada .* came from github\."):
        people(workspace, {"ada": ["github"]}, {})
    assert written(workspace) == {}


def test_who_is_said_to_come_from_outside_may(workspace: Workspace) -> None:
    people(workspace, {"eve": ["github"]}, {})
    assert written(workspace) == {"import": [{"to": "keycloak_user.eve", "id": "platform/eve"}]}


def test_nothing_stays_in_the_folder(workspace: Workspace) -> None:
    people(workspace, {"ada": []}, {})
    workspace.close()
    assert written(workspace) == {}
