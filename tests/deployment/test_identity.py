"""The stages `identity` through the real terraform, with the emulated Keycloak and its provider."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
import yaml

from emulator import Emulator
from emulator.providers.objects import Server
from tests.people import URL, People
from tests.people_cases import *  # noqa: F403

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("identity"),
]


@pytest.fixture(scope="module")
def people(cloud: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Both infrastructures, deployed."""
    # As if the stage `addons` had installed it.
    values = {"extraEnv": yaml.safe_dump([{"name": "KC_HOSTNAME", "value": URL}])}
    Server.of(cloud.objects, "helm", "stands-for-addons").create(
        "helm_release", "keycloak", {"chart": "keycloakx", "values": [json.dumps(values)]}
    )
    environment = cloud.environment()
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(environment):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        made = People(cloud, tmp_path_factory.mktemp("people"), environment)
        made.stand_in()
        assert made.outcomes("plan") == dict.fromkeys(
            ("production", "staging"), "waits: Keycloak is entered by the first deploy."
        )
        assert made.outcomes("deploy") == {"production": "changed", "staging": "changed"}
        yield made
