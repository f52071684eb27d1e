"""Secrets on their way from the store to terraform."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import GroundplanError
from rollout import secrets
from rollout.synthesized import SecretUse, Stack
from tests.rollout.conftest import FakeCloud

GIT = SecretUse("secret_git", "git")
KEYCLOAK = SecretUse("secret_keycloak", "keycloak", generated=True, revision="secret_revision")


def stack(*uses: SecretUse) -> Stack:
    return Stack("one-addons", "one", "addons", Path(), (), secrets=uses)


def test_a_value_reaches_terraform_as_a_variable() -> None:
    found = secrets.variables(stack(GIT), lambda name: FakeCloud(git="s3cret"), needed=True)
    assert found == {"TF_VAR_secret_git": "s3cret"}


def test_all_values_that_are_missing_are_named_with_what_sets_them() -> None:
    other = SecretUse("secret_b", "b")
    with pytest.raises(GroundplanError) as caught:
        secrets.variables(stack(GIT, other), lambda name: FakeCloud(git=None), needed=True)
    assert str(caught.value) == (
        "one-addons needs secrets that have no value. Set them: "
        "`main.py secret set one git`, `main.py secret set one b`."
    )


def test_a_value_is_made_once() -> None:
    cloud = FakeCloud(keycloak=None)
    first = secrets.variables(stack(KEYCLOAK), lambda name: cloud, needed=True)
    assert len(first["TF_VAR_secret_keycloak"]) >= 40
    assert secrets.variables(stack(KEYCLOAK), lambda name: cloud, needed=True) == first
    assert cloud.written == ["keycloak"]


@pytest.mark.parametrize("use", [GIT, KEYCLOAK], ids=["of people", "generated"])
def test_planning_and_destroying_need_no_value_and_make_none(use: SecretUse) -> None:
    cloud = FakeCloud(git=None, keycloak=None)
    found = secrets.variables(stack(use), lambda name: cloud, needed=False)
    assert found[f"TF_VAR_{use.variable}"] == ""
    assert cloud.written == []


def test_a_revision_follows_the_value_and_tells_nothing_of_it() -> None:
    use = SecretUse("secret_git", "git", revision="revision")
    of = [
        secrets.variables(stack(use), lambda name, cloud=cloud: cloud, needed=True)[  # type: ignore[misc]
            "TF_VAR_revision"
        ]
        for cloud in (FakeCloud(git="old"), FakeCloud(git="old"), FakeCloud(git="new"))
    ]
    assert of[0] == of[1] != of[2]
    assert all(0 <= int(revision) < secrets.NUMBERS for revision in of)


def test_a_secret_is_not_shown() -> None:
    cloud = FakeCloud(git="s3cret")
    assert "s3cret" not in repr(cloud.secret("git"))
