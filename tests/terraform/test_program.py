"""terraform as a program: what is called, what its answers mean, how it is stopped."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from errors import GroundplanError
from terraform import CommandError, Terraform
from terraform.diagnostics import Interrupted, TimedOut
from terraform.process import Limits, run
from tests.conftest import ROOT
from tests.terraform.conftest import FakeTerraform

SUMMARY = {"type": "change_summary", "changes": {"add": 2, "change": 1, "remove": 1, "import": 0}}
REPLACED = {
    "type": "planned_change",
    "change": {"action": "replace", "resource": {"addr": "aws_vpc.network"}},
}
ERROR = {
    "type": "diagnostic",
    "diagnostic": {
        "severity": "error",
        "summary": "No such bucket",
        "detail": "It is gone.",
        "address": "aws_s3_bucket.state",
    },
}


@pytest.fixture
def terraform(fake: FakeTerraform, tmp_path: Path) -> Terraform:
    folder = tmp_path / "stack"
    folder.mkdir()
    return Terraform(folder, fake.environment)


def test_the_fake_refuses_what_it_does_not_know(terraform: Terraform) -> None:
    with pytest.raises(CommandError, match="knows no"):
        terraform.init()


def test_a_plan_tells_its_changes(
    terraform: Terraform, fake: FakeTerraform, tmp_path: Path
) -> None:
    fake.knows("plan", stdout=[REPLACED, SUMMARY], code=2)
    changes = terraform.plan(tmp_path / "plan")
    assert (changes.add, changes.change, changes.remove) == (2, 1, 1)
    assert changes.destroyed == ("aws_vpc.network",)
    assert changes and str(changes) == "+2 ~1 -1"


def test_a_plan_without_changes_is_false(
    terraform: Terraform, fake: FakeTerraform, tmp_path: Path
) -> None:
    fake.knows("plan", stdout=[], code=0)
    assert not terraform.plan(tmp_path / "plan")


def test_changed_outputs_alone_are_changes(
    terraform: Terraform, fake: FakeTerraform, tmp_path: Path
) -> None:
    outputs = {"type": "outputs", "outputs": {"a": {"action": "noop"}, "b": {"action": "update"}}}
    fake.knows("plan", stdout=[outputs], code=2)
    assert str(terraform.plan(tmp_path / "plan")) == "outputs"


def test_nobody_else_reads_a_plan(
    terraform: Terraform, fake: FakeTerraform, tmp_path: Path
) -> None:
    fake.knows("plan", code=0)
    terraform.plan(tmp_path / "plan")
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o600


def test_exactly_the_saved_plan_is_applied(terraform: Terraform, fake: FakeTerraform) -> None:
    fake.knows("apply")
    terraform.apply(Path("/somewhere/plan"))
    assert fake.calls[0]["arguments"] == ["apply", "-json", "-input=false", "/somewhere/plan"]


def test_an_error_is_terraforms_own_words(terraform: Terraform, fake: FakeTerraform) -> None:
    fake.knows("init", stdout=[ERROR, ERROR], code=1)
    with pytest.raises(CommandError) as caught:
        terraform.init()
    assert str(caught.value) == "No such bucket (aws_s3_bucket.state)\nIt is gone."
    assert caught.value.says("No such bucket")


def test_an_error_without_diagnostics_is_what_stderr_said(
    terraform: Terraform, fake: FakeTerraform
) -> None:
    fake.knows("init", stderr=["boom"], code=7)
    with pytest.raises(CommandError, match="exit code 7") as caught:
        terraform.init()
    assert caught.value.says("boom")


def test_sensitive_outputs_stay_hidden(terraform: Terraform, fake: FakeTerraform) -> None:
    given = (
        '{"open": {"value": [1], "sensitive": false}, "hidden": {"value": "s", "sensitive": true}}'
    )
    fake.knows("output", stdout=[given])
    outputs = terraform.outputs()
    assert outputs["open"].value == [1]
    assert outputs["hidden"].value is None
    assert terraform.outputs(sensitive=True)["hidden"].value == "s"


def test_resources_are_what_the_state_manages(terraform: Terraform, fake: FakeTerraform) -> None:
    state = (
        '{"resources": [{"mode": "managed", "type": "a", "name": "b"},'
        ' {"mode": "data", "type": "c", "name": "d"},'
        ' {"mode": "managed", "module": "module.m", "type": "e", "name": "f"}]}'
    )
    fake.knows("state", stdout=[state])
    assert terraform.resources() == ["a.b", "module.m.e.f"]
    fake.knows("state", stdout=[""])
    assert terraform.resources() == []


@pytest.mark.parametrize(("version", "known"), [("1.11.4", True), ("1.10.9", False)], ids=str)
def test_old_versions_are_refused(
    terraform: Terraform, fake: FakeTerraform, version: str, known: bool
) -> None:
    fake.knows("version", stdout=[f'{{"terraform_version": "{version}"}}'])
    if known:
        assert terraform.version() == (1, 11, 4)
    else:
        with pytest.raises(GroundplanError, match=r"1\.10\.9 is too old: install 1\.11"):
            terraform.version()


def test_a_missing_program_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GroundplanError, match="terraform is missing: install"):
        Terraform(tmp_path, {"PATH": str(tmp_path)}).init()


def test_nothing_asks_and_nothing_phones_home(terraform: Terraform) -> None:
    settings = terraform._settings()
    assert (settings["TF_INPUT"], settings["CHECKPOINT_DISABLE"]) == ("0", "1")


def until(true: Callable[[], bool]) -> None:
    """Waits, half a minute at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_users_variables_do_not_change_what_is_done(
    fake: FakeTerraform, tmp_path: Path
) -> None:
    given = {"TF_WORKSPACE": "w", "TF_DATA_DIR": "d", "TF_CLI_ARGS_plan": "-destroy"}
    kept = {"TF_VAR_password": "p", "TF_CLI_CONFIG_FILE": "c"}
    settings = Terraform(tmp_path, {**fake.environment, **given, **kept})._settings()
    assert not given.keys() & settings.keys()
    assert kept.items() <= settings.items()


# Stopping


def stopped(terraform: Terraform, fake: FakeTerraform, **answer: Any) -> None:
    fake.knows("apply", seconds=30, **answer)
    threading.Thread(target=stop_when_started, args=(terraform, fake)).start()
    with pytest.raises(Interrupted):
        terraform.apply(Path("plan"))


def stop_when_started(terraform: Terraform, fake: FakeTerraform) -> None:
    while not fake.started("stack"):
        time.sleep(0.01)
    terraform.stop.set()


def test_stopping_sends_one_sigint_and_waits(terraform: Terraform, fake: FakeTerraform) -> None:
    stopped(terraform, fake)
    assert fake.signals == ["2"]


def test_terraform_runs_in_a_process_group_of_its_own(
    terraform: Terraform, fake: FakeTerraform
) -> None:
    """A Ctrl-C in the terminal reaches the whole group: it must not reach terraform."""
    fake.knows("apply")
    terraform.apply(Path("plan"))
    assert fake.calls[0]["pgid"] != os.getpgid(0)


def test_after_a_stop_nothing_starts(terraform: Terraform, fake: FakeTerraform) -> None:
    fake.knows("apply")
    terraform.stop.set()
    with pytest.raises(Interrupted):
        terraform.apply(Path("plan"))
    assert fake.calls == []


def test_a_listener_that_fails_is_heard_when_terraform_has_ended(
    terraform: Terraform, fake: FakeTerraform, tmp_path: Path
) -> None:
    """terraform dies of a pipe that nobody reads, in the middle of what it does."""
    fake.knows("apply", stdout=[SUMMARY] * 5000)

    def listen(message: object) -> None:
        raise ZeroDivisionError

    deaf = Terraform(terraform.folder, terraform.environment, listen=listen)
    with pytest.raises(ZeroDivisionError):
        deaf.apply(Path("plan"))
    assert fake.ended("stack")


def test_terraform_outlives_whoever_started_it(fake: FakeTerraform, tmp_path: Path) -> None:
    """With a pipe it would die at its next line, and nobody would know what it has made."""
    fake.knows("apply", stdout=["begun"], seconds=1, last=["ended"] * 5000)
    program = (
        "import sys; from pathlib import Path; from terraform import Terraform\n"
        f"Terraform(Path({str(tmp_path)!r})).apply(Path('plan'))"
    )
    environment = {**fake.environment, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", program], env=environment)
    name = tmp_path.name
    until(lambda: fake.started(name))
    parent.kill()
    parent.wait()
    assert not fake.ended(name)
    until(lambda: fake.ended(name))


def test_what_takes_too_long_is_stopped_the_same_way(fake: FakeTerraform, tmp_path: Path) -> None:
    fake.knows("plan", seconds=30)
    with pytest.raises(TimedOut, match=r"Stopped after 0 s"):
        run(
            str(fake.folder / "terraform"),
            ["plan"],
            folder=tmp_path,
            environment=fake.environment,
            limits=Limits(0.4, threading.Event()),
        )
    assert fake.signals == ["2"]


def test_who_does_not_listen_is_killed_after_the_grace(fake: FakeTerraform, tmp_path: Path) -> None:
    fake.knows("plan", seconds=60, stubborn=True)
    with pytest.raises(TimedOut):
        run(
            str(fake.folder / "terraform"),
            ["plan"],
            folder=tmp_path,
            environment=fake.environment,
            limits=Limits(0.4, threading.Event(), grace=0.3),
        )
    assert fake.signals == ["2"]
