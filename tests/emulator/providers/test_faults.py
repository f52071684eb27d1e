"""Faults and delays: rules strike exactly what they name, as often as they say."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from emulator.providers.faults import Faults
from emulator.providers.refusal import Refusal

ADA = {"id": "1", "username": "ada"}


def strikes(faults: Faults, type_: str, action: str, value: dict[str, str] = ADA) -> bool:
    try:
        faults.before(type_, action, value)
    except Refusal:
        return True
    return False


@pytest.mark.parametrize(
    ("rule", "type_", "action", "struck"),
    [
        ("keycloak_user:create:always", "keycloak_user", "create", True),
        ("keycloak_user:create:always", "keycloak_user", "update", False),
        ("keycloak_user:create:always", "keycloak_group", "create", False),
        ("keycloak_*:*:always", "keycloak_group", "delete", True),
        ("keycloak_user/ada:create:always", "keycloak_user", "create", True),
        ("keycloak_user/bob:create:always", "keycloak_user", "create", False),
        ("x:read:always, keycloak_user:read:always", "keycloak_user", "read", True),
    ],
)
def test_a_rule_strikes_what_it_names(rule: str, type_: str, action: str, struck: bool) -> None:
    assert strikes(Faults(rule, "", None), type_, action) == struck


def test_strikes_are_counted_over_all_runs(tmp_path: Path) -> None:
    def struck() -> bool:
        return strikes(Faults("helm_release:create:2", "", tmp_path), "helm_release", "create")

    assert [struck() for _ in range(4)] == [True, True, False, False]


def test_two_at_once_never_take_the_same_strike(tmp_path: Path) -> None:
    faults = Faults("helm_release:create:5", "", tmp_path)
    struck: list[bool] = []
    threads = [
        threading.Thread(target=lambda: struck.append(strikes(faults, "helm_release", "create")))
        for _ in range(16)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert struck.count(True) == 5


def test_a_fault_afterwards_lets_the_deed_be_done() -> None:
    faults = Faults("helm_release:create:always:after", "", None)
    assert not strikes(faults, "helm_release", "create")
    with pytest.raises(Refusal, match="after it was done"):
        faults.after("helm_release", "create", {})


def test_a_stop_ends_a_delay() -> None:
    faults = Faults("", "helm_release:create:60", None)
    threading.Timer(0.1, faults.stop).start()
    began = time.monotonic()
    assert strikes(faults, "helm_release", "create")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("faults", "delays"),
    [
        ("helm_release", ""),
        ("helm_release:build:1", ""),
        ("helm_release:create:often", ""),
        ("helm_release:create:1:before", ""),
        ("", "helm_release:create:long"),
        ("", "helm_release:create:1:after"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(faults: str, delays: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="can't be read"):
        Faults(faults, delays, tmp_path)


def test_a_limit_without_a_place_to_count_is_refused() -> None:
    with pytest.raises(Refusal, match="GROUNDPLAN_EMULATED_OBJECTS"):
        Faults("helm_release:create:1", "", None)
