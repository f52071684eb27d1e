"""What a killed run has made and no state knows."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from rollout import adoption
from rollout.synthesized import Stack
from rollout.workspace import Workspace
from terraform import CommandError, Diagnostic
from tests.rollout.conftest import FakeCloud, FakeTerraform

ALIAS = Diagnostic("error", "creating KMS Alias: AlreadyExistsException", "", "aws_kms_alias.key")
QUOTA = Diagnostic("error", "Quota exceeded", "", "aws_kms_alias.key")
ROLE = Diagnostic("error", "EntityAlreadyExists: Role one", "", "aws_iam_role.one")
UNKNOWN = Diagnostic("error", "AlreadyExistsException", "", "aws_kms_alias.other")


@pytest.fixture
def workspace(fake: FakeTerraform, tmp_path: Path) -> Workspace:
    folder = tmp_path / "one-backend"
    folder.mkdir()
    resources = {"aws_kms_alias": {"key": {"name": "alias/one"}}, "aws_iam_role": {"one": {}}}
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    return Workspace(
        Stack("one-backend", "one", "backend", folder, ()),
        home=tmp_path / "home",
        stop=threading.Event(),
        cloud=FakeCloud,
        environment=fake.environment,
    )


def failed(*diagnostics: Diagnostic) -> CommandError:
    return CommandError(("apply",), 1, diagnostics)


def test_what_exists_under_its_name_is_imported(workspace: Workspace, fake: FakeTerraform) -> None:
    fake.knows("import")
    assert adoption.adopt(workspace, failed(ALIAS))
    (call,) = fake.calls
    assert call["arguments"][-2:] == ["aws_kms_alias.key", "id of alias/one"]


@pytest.mark.parametrize(
    "diagnostics",
    [(QUOTA,), (ROLE,), (UNKNOWN,), (ALIAS, QUOTA), ()],
    ids=["another error", "another kind", "another name", "not all of it", "no words at all"],
)
def test_any_other_error_stays_an_error(
    workspace: Workspace, fake: FakeTerraform, diagnostics: tuple[Diagnostic, ...]
) -> None:
    assert not adoption.adopt(workspace, failed(*diagnostics))
    assert fake.calls == []
