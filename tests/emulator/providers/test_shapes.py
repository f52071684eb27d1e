"""Computed values look like the real ones: dependants parse them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509

from emulator.providers import shapes
from emulator.providers.computed import Maker
from emulator.providers.guesses import template
from emulator.providers.planning import plan
from emulator.providers.schema import ProviderSchema, Schema, read
from emulator.providers.values import has_unknown
from emulator.schemas import SchemaFile, files

PROVIDER = {"project": "acme", "region": "europe-west1"}
SCHEMAS = {file.address: read(file.document()) for file in files()}


def made(file: SchemaFile, type_: str, **configured: Any) -> Any:
    """An object of a type with a configuration; the provider's own names a project."""
    schema = SCHEMAS[file.address].resources[type_].object
    config: dict[str, Any] = dict.fromkeys(schema.attributes)
    config |= {n: None if b.nested.mode == "single" else [] for n, b in schema.blocks.items()}
    config |= configured
    tables = shapes.of(file.address)
    planned = plan(type_, schema, prior=None, config=config, proposed=config, shapes=tables)
    maker = Maker(
        type_, schema, tables, configuration={"project": "acme", "region": "europe-west1"}
    )
    return maker.filled(planned.value)


def resources() -> list[tuple[SchemaFile, str]]:
    return [(file, type_) for file in files() for type_ in SCHEMAS[file.address].resources]


@pytest.mark.parametrize(("file", "type_"), resources(), ids=lambda one: getattr(one, "type", one))
def test_every_type_gets_every_value_and_an_id(file: SchemaFile, type_: str) -> None:
    value = made(file, type_)
    assert not has_unknown(value)
    assert "id" in value
    schema = SCHEMAS[file.address].resources[type_].object
    for name, one in schema.attributes.items():
        if one.computed and not one.nested and value[name] is not None:
            kinds = {"string": str, "bool": bool, "number": int}
            assert isinstance(value[name], kinds.get(str(one.type), (list, dict))), name


def test_tables_name_only_what_the_schemas_have() -> None:
    """What does not exist would never be filled in, and nobody would know."""
    for file in files():
        schema, tables = SCHEMAS[file.address], shapes.of(file.address)
        for table in (tables.computed, tables.defaults):
            for pattern, paths in table.items():
                for path in paths:
                    assert any(has(schema, pattern, path)), f"{file.type}: {pattern} {path}"
        for pattern, blocks in tables.filled.items():
            assert set(blocks) <= set(schema.resources[pattern].object.blocks)
        for names in (tables.replaced_by, tables.changing, tables.identities):
            for pattern, attributes in names.items():
                for name in attributes:
                    assert any(has(schema, pattern, name)), f"{file.type}: {pattern} {name}"


def has(schema: ProviderSchema, pattern: str, path: str) -> list[bool]:
    """Whether each matching type has the attribute."""
    matching = re.compile(pattern.replace("*", ".*"))
    every: dict[str, Schema] = dict(schema.resources)
    every |= {f"data.{name}": one for name, one in schema.data_sources.items()}
    return [reached(one, path) for name, one in every.items() if matching.fullmatch(name)]


def reached(schema: Schema, path: str) -> bool:
    fields = schema.object
    *outer, last = path.split(".")
    for name in outer:
        found = fields.blocks.get(name) or fields.attributes.get(name)
        if found is None or found.nested is None:
            return False
        fields = found.nested.object
    return last in fields.attributes


def test_keycloak(schema_file: Callable[[str], SchemaFile]) -> None:
    file = schema_file("keycloak")
    assert made(file, "keycloak_realm", realm="people")["id"] == "people"
    assert made(file, "keycloak_group", realm_id="people", name="staff")["path"] == "/staff"
    client = made(file, "keycloak_openid_client", client_id="shop", service_accounts_enabled=True)
    for id_ in (client["id"], client["service_account_user_id"]):
        assert uuid.UUID(id_).version == 4
    assert len(client["client_secret"]) == 32


def test_google(schema_file: Callable[[str], SchemaFile]) -> None:
    file = schema_file("google")
    account = made(file, "google_service_account", account_id="reader")
    assert account["email"] == "reader@acme.iam.gserviceaccount.com"
    assert account["member"] == f"serviceAccount:{account['email']}"
    network = made(file, "google_compute_network", name="main")
    assert network["self_link"].endswith("/projects/acme/global/networks/main")
    cluster = made(file, "google_container_cluster", name="main", location="europe-west1")
    assert cluster["id"] == "projects/acme/locations/europe-west1/clusters/main"


def test_a_certificate_can_be_read() -> None:
    from emulator.providers.certificate import certificate

    first, second = certificate(b"1" * 32), certificate(b"2" * 32)
    assert first == certificate(b"1" * 32) != second
    read_ = x509.load_pem_x509_certificate(first.encode())
    assert read_.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_name_that_no_table_has_is_guessed() -> None:
    schema = read(
        {
            "resource_schemas": {
                "x": {
                    "block": {
                        "attributes": {
                            name: {"computed": True, "type": "string"}
                            for name in ("zone_id", "public_url", "ca_certificate", "colour")
                        }
                    }
                }
            }
        }
    ).resources["x"]
    guessed = {name: template(one) for name, one in schema.object.attributes.items()}
    assert guessed == {
        "zone_id": "{uuid}",
        "public_url": "https://{hex}.emulated.example",
        "ca_certificate": "{certificate}",
        "colour": "colour-{hex}",
    }
