"""User management: Keycloak on a PostgreSQL of its own. The realm is the identity stage's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import KEYCLOAK
from constructs.kubernetes.database import Database, DatabaseConfig
from constructs.kubernetes.exposure import Exposure
from constructs.kubernetes.secrets import Content, SecretConfig, Secrets
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, resources, spread

NAME = "keycloak"
DATABASE_GIB = 10
BOOTSTRAP_CLIENT = "groundplan-bootstrap"
"""The client that the identity stage begins as; it removes it once it has one of its own.
https://www.keycloak.org/server/bootstrap-admin-recovery"""
START_SECONDS = 900
"""The database is set up, then the pods start one after the other, a minute or two each."""


@dataclass(frozen=True)
class KeycloakConfig:
    """One Keycloak."""

    exposure: Exposure
    replicas: int
    bootstrap: Content
    """The secret of the bootstrap client."""
    storage_class: str | None
    """Of the database's volumes; None: the cluster's default."""
    overrides: Overrides = field(default_factory=Overrides)


class Keycloak(Addon):
    """The database, the bootstrap client's Secret, then Keycloak itself."""

    url: str

    def __init__(
        self,
        scope: Construct,
        config: KeycloakConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, NAME)
        self.url = config.exposure.url
        database = Database(
            self,
            "database",
            DatabaseConfig(
                name=f"{NAME}-database",
                namespace=NAME,
                database=NAME,
                storage_gib=DATABASE_GIB,
                storage_class=config.storage_class,
            ),
            after=after,
        )
        bootstrap = Secrets(
            self,
            "bootstrap",
            name=f"{NAME}-bootstrap",
            namespace=NAME,
            secrets=[_bootstrap(config.bootstrap)],
            # One after the other: both would make the namespace.
            after=[database.release.resource],
        )
        self._install(
            NAME,
            NAME,
            KEYCLOAK,
            _values(config, database),
            overrides=config.overrides,
            after=[database.release.resource, bootstrap.release.resource],
            timeout=START_SECONDS,
        )


def _bootstrap(secret: Content) -> SecretConfig:
    return SecretConfig(
        name=f"{NAME}-bootstrap",
        plain={"KC_BOOTSTRAP_ADMIN_CLIENT_ID": BOOTSTRAP_CLIENT},
        secret={"KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": secret},
    )


def _values(config: KeycloakConfig, database: Database) -> dict[str, Any]:
    return {
        "fullnameOverride": NAME,
        "command": ["/opt/keycloak/bin/kc.sh", "start"],
        "replicas": config.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1},
        # The chart's own rule would leave pods without a node where there are fewer nodes than
        # replicas.
        "affinity": "",
        "topologySpreadConstraints": _text(spread("keycloakx")),
        "priorityClassName": PLATFORM,
        "tolerations": TOLERATIONS,
        "resources": resources("250m", "1Gi", limit="2Gi"),
        "http": {"relativePath": "/"},
        # The ingress ends TLS and says who is calling.
        "proxy": {"enabled": True, "mode": "xforwarded", "http": {"enabled": True}},
        "database": {
            "vendor": "postgres",
            "hostname": database.host,
            "port": 5432,
            "database": NAME,
            "existingSecret": database.credentials,
            "existingSecretKey": "password",
        },
        "extraEnv": _text(
            [
                {"name": "KC_HOSTNAME", "value": config.exposure.url},
                {
                    "name": "KC_DB_USERNAME",
                    "valueFrom": {
                        "secretKeyRef": {"name": database.credentials, "key": "username"}
                    },
                },
            ]
        ),
        "extraEnvFrom": _text([{"secretRef": {"name": f"{NAME}-bootstrap"}}]),
        "ingress": _ingress(config.exposure),
    }


def _ingress(exposure: Exposure) -> dict[str, Any]:
    return {
        "enabled": True,
        "ingressClassName": exposure.ingress_class,
        "annotations": exposure.annotations,
        "rules": [{"host": exposure.host, "paths": [{"path": "/", "pathType": "Prefix"}]}],
        "tls": [{"hosts": [exposure.host], "secretName": f"{NAME}-tls"}],
    }


def _text(value: Any) -> str:
    """The chart takes some values as YAML in text."""
    return yaml.safe_dump(value, sort_keys=False, width=10_000)
