"""What terraform never asks in the other tests, asked directly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tf.gen import tfplugin_pb2 as protocol

from emulator.providers import messages
from emulator.providers.objects import VARIABLE
from emulator.providers.servicer import METHODS, Servicer
from emulator.providers.values import unpack
from emulator.schemas import SchemaFile


@pytest.fixture
def servicer(schema_file: Callable[[str], SchemaFile], tmp_path: Path) -> Servicer:
    """Keycloak, configured, with a folder for its objects."""
    made = Servicer.of(schema_file("keycloak"), {VARIABLE: str(tmp_path)})
    config = messages.message({"url": "https://sso.example.org"})
    answer = made.answer("ConfigureProvider", protocol.ConfigureProvider.Request(config=config))
    assert not answer.diagnostics
    return made


def refused(answer: Any) -> str:
    (told,) = answer.diagnostics
    return f"{told.summary}: {told.detail}"


@pytest.mark.parametrize(
    "call",
    [
        "ValidateResourceConfig",
        "ValidateDataResourceConfig",
        "UpgradeResourceState",
        "PlanResourceChange",
        "ApplyResourceChange",
        "ReadResource",
        "ImportResourceState",
        "ReadDataSource",
    ],
)
def test_a_type_that_the_schema_does_not_have_is_refused(servicer: Servicer, call: str) -> None:
    request = getattr(protocol, call).Request(type_name="keycloak_spaceship")
    assert "'keycloak_spaceship'" in refused(servicer.answer(call, request))


def test_every_call_of_the_protocol_is_answered_or_left_out_on_purpose() -> None:
    service = protocol.DESCRIPTOR.services_by_name["Provider"]
    assert {one.name for one in service.methods} - set(METHODS) == {"MoveResourceState"}


def test_functions_are_none(servicer: Servicer) -> None:
    assert not servicer.answer("GetFunctions", protocol.GetFunctions.Request()).functions
    request = protocol.CallFunction.Request(name="total")
    assert "no 'total'" in servicer.answer("CallFunction", request).error.text


def upgraded(servicer: Servicer, version: int, **state: Any) -> Any:
    raw = protocol.RawState(json=json.dumps(state).encode())
    request = protocol.UpgradeResourceState.Request(
        type_name="keycloak_group", version=version, raw_state=raw
    )
    return servicer.answer("UpgradeResourceState", request)


def test_a_state_of_this_version_is_taken(servicer: Servicer) -> None:
    answer = upgraded(servicer, 0, id="1", name="staff", forgotten=True)
    value = unpack(answer.upgraded_state.msgpack)
    assert (value["name"], value["path"], "forgotten" in value) == ("staff", None, False)


def test_a_state_of_another_version_is_refused(servicer: Servicer) -> None:
    assert "only the real provider knows" in refused(upgraded(servicer, 7, id="1"))


def test_a_state_of_an_old_terraform_is_refused(servicer: Servicer) -> None:
    request = protocol.UpgradeResourceState.Request(
        type_name="keycloak_group", raw_state=protocol.RawState(flatmap={"id": "1"})
    )
    assert "0.11" in refused(servicer.answer("UpgradeResourceState", request))


def test_an_object_that_is_gone_is_not_changed(servicer: Servicer) -> None:
    """Nor made anew: terraform has not planned that. State stays what it was."""
    schema = servicer._provider.resource("keycloak_group").object
    state = dict.fromkeys(schema.attributes) | {"id": "1", "name": "staff"}
    prior, planned = messages.message(state), messages.message(state | {"name": "people"})
    request = protocol.ApplyResourceChange.Request(
        type_name="keycloak_group", prior_state=prior, planned_state=planned
    )
    answer = servicer.answer("ApplyResourceChange", request)
    assert "does not exist on https://sso.example.org" in refused(answer)
    assert answer.new_state == prior


def test_a_rule_of_faults_that_is_wrong_stops_everything(
    schema_file: Callable[[str], SchemaFile],
) -> None:
    made = Servicer.of(schema_file("keycloak"), {"GROUNDPLAN_EMULATED_FAULTS": "often"})
    request = protocol.ConfigureProvider.Request(config=messages.message({}))
    assert "can't be read" in refused(made.answer("ConfigureProvider", request))


def test_all_mistakes_are_told_at_once_with_their_places(servicer: Servicer) -> None:
    schema = servicer._provider.resource("keycloak_user").object
    config: dict[str, Any] = dict.fromkeys(schema.attributes) | {"realm_id": "people"}
    identity = {"identity_provider": None, "user_id": "1", "user_name": "ada"}
    config |= {"initial_password": [{"value": None, "temporary": None}]}
    config |= {"federated_identity": [identity]}
    request = protocol.ValidateResourceConfig.Request(
        type_name="keycloak_user", config=messages.message(config)
    )
    answer = servicer.answer("ValidateResourceConfig", request)
    places = [
        [step.attribute_name or step.element_key_int for step in one.attribute.steps]
        for one in answer.diagnostics
    ]
    # There are no names for the elements of a set.
    assert places == [["username"], ["federated_identity"], ["initial_password", 0, "value"]]
