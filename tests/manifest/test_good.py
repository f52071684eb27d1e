"""Every section in every way there is: read, and what it means."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest

from errors import GroundplanError
from manifest import Infrastructure, Repository, infrastructure_names, load_repository
from manifest.domain import DomainCreate
from manifest.references import Reference, Text
from manifest.section import Section
from manifest.values import SecretReference

HERE = Path(__file__).parent
GOOD = HERE / "good"
ROOT = HERE.parent.parent


@cache
def repository() -> Repository:
    return load_repository(GOOD)


def sections(value: Any) -> Iterator[Section]:
    """All sections in a value."""
    if isinstance(value, Section):
        yield value
        value = vars(value)
    items = value.values() if isinstance(value, dict) else value
    if isinstance(items, tuple | list) or isinstance(value, dict):
        for item in items:
            yield from sections(item)


def fields_of_sections(model: type[Section]) -> Iterator[type[Section]]:
    """All models below one."""
    yield model
    for field in model.model_fields.values():
        waiting = [field.annotation]
        while waiting:
            part = waiting.pop()
            if isinstance(part, type) and issubclass(part, Section):
                yield from fields_of_sections(part)
            elif get_origin(part) in {Union, UnionType, tuple, dict} or hasattr(
                part, "__metadata__"
            ):
                waiting.extend(get_args(part))


def home(model: type[Section], name: str) -> str:
    """The field with the class that declares it: what providers have in common is one field."""
    owner = next(one for one in model.__mro__ if name in vars(one).get("__annotations__", {}))
    return f"{owner.__name__}.{name}"


def test_the_fixtures_use_every_field_of_every_section() -> None:
    """So that nothing is modelled that no manifest was ever read with."""
    used = {
        home(type(section), name)
        for infrastructure in repository().infrastructures.values()
        for section in sections(infrastructure)
        for name in section.model_fields_set
    }
    every = {
        home(model, name)
        for model in fields_of_sections(Infrastructure)
        for name in model.model_fields
    }
    # Acted on before the models: a module is made of each value, and none if it is switched off.
    assert every - used == {"Module.for_each", "Definition.enabled"}


def test_a_domain_is_kept_as_dns_writes_it() -> None:
    domain = repository().infrastructures["domain-create"].domain
    assert domain
    assert domain.create == DomainCreate(
        zone="shop.acme.example", parent="acme.example", dnssec=True
    )


def test_secret_names_come_from_all_sections_sorted_and_once() -> None:
    names = {name: one.secret_names() for name, one in repository().infrastructures.items()}
    assert names["addons"] == ["argocd/blog", "argocd/shop"]
    assert names["modules"] == ["media/password"]
    assert names["identity-install"] == sorted(
        [
            *("google", "github", "gitlab", "entra", "okta", "oidc", "ldap"),
            *("keycloak/bootstrap", "keycloak/program"),
            *("keycloak/clients/argocd", "keycloak/clients/grafana"),
            # Ada comes through a provider.
            "keycloak/first-passwords/root.admin",
        ]
    )
    assert names["identity-shared"] == ["keycloak/clients/argocd"]
    assert names["minimal"] == []


def test_references_and_secrets_of_a_modules_variables_are_typed() -> None:
    assert repository().infrastructures["modules"].modules["inline"].variables == {
        "name": "media-modules",
        "zones": 2,
        "subnets": Reference("stages.vpc", "private_subnet_ids"),
        "url": Text(("s3://", Reference("modules.media-a", "bucket"), "/x")),
        "password": SecretReference(secret="media/password"),
        "settings": {"secret": {"secret": "kept"}, "tls": {"secret": "a", "b": "c"}},
    }


def test_models_are_frozen() -> None:
    infrastructure = repository().infrastructures["minimal"]
    with pytest.raises(ValueError, match="frozen"):
        infrastructure.name = "other"  # type: ignore[misc]


def test_names_are_listed_without_reading_the_manifests() -> None:
    bad = infrastructure_names(HERE / "bad")
    assert "bracket-open" in bad
    assert bad == sorted(bad)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(GroundplanError) as caught:
        load_repository(ROOT / "examples" / "acme", ["stagin"])
    assert "has no infrastructure stagin; it has production, staging." in str(caught.value)
    assert "Did you mean staging?" in str(caught.value)


def test_names_can_not_lead_out_of_the_repository() -> None:
    with pytest.raises(GroundplanError, match="has no infrastructure"):
        load_repository(GOOD, ["../infrastructures/minimal"])


def test_a_folder_without_settings_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(GroundplanError, match=r"is no Groundplan repository"):
        load_repository(tmp_path)


def test_plain_repositories_do_not_pay_for_templates() -> None:
    """Start-up is part of the product: see docs/performance.md."""
    program = (
        "import sys; from pathlib import Path; from manifest import load_repository; "
        "load_repository(Path(sys.argv[1])); "
        "heavy = {'jinja2', 'email_validator', 'cdktf', 'jsii', 'asyncio', 'http'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))))"
    )
    example = ROOT / "examples" / "acme"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(example)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.strip() == ""
