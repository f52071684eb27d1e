"""A highly available PostgreSQL: the CloudNativePG operator, and clusters that it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import CLOUDNATIVE_PG
from constructs.kubernetes.manifests import Manifests
from constructs.kubernetes.release import Release
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, resources
from constructs.shared.block import Block

OPERATOR = "cloudnative-pg"
INSTANCES = 2
"""One is written to, the other follows and takes over."""


class DatabaseOperator(Addon):
    """Runs PostgreSQL clusters. One instance: databases go on without it."""

    def __init__(self, scope: Construct, *, after: Sequence[ITerraformDependable]) -> None:
        super().__init__(scope, "databases")
        values = {
            "priorityClassName": PLATFORM,
            "tolerations": TOLERATIONS,
            "resources": resources("50m", "128Mi", limit="512Mi"),
        }
        self._install(
            OPERATOR, "cnpg-system", CLOUDNATIVE_PG, values, overrides=Overrides(), after=after
        )


@dataclass(frozen=True)
class DatabaseConfig:
    """One database in a PostgreSQL cluster of its own."""

    name: str
    namespace: str
    database: str
    """Its owner has the same name."""
    storage_gib: int
    storage_class: str | None


class Database(Block):
    """Two instances in different zones where there are any; each has a volume of its own."""

    release: Release
    host: str
    """Of the instance that is written to."""
    credentials: str
    """The Secret with `username` and `password`, made by the operator."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: DatabaseConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        self.host = f"{config.name}-rw"
        self.credentials = f"{config.name}-app"
        self.release = Manifests(
            self,
            "cluster",
            name=config.name,
            namespace=config.namespace,
            objects=[_cluster(config)],
            after=after,
        ).release


def _cluster(config: DatabaseConfig) -> dict[str, Any]:
    """https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#clusterspec"""
    storage: dict[str, Any] = {"size": f"{config.storage_gib}Gi"}
    if config.storage_class:
        storage["storageClass"] = config.storage_class
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": config.name, "namespace": config.namespace},
        "spec": {
            "instances": INSTANCES,
            "storage": storage,
            "bootstrap": {"initdb": {"database": config.database, "owner": config.database}},
            "affinity": {
                "topologyKey": "topology.kubernetes.io/zone",
                "podAntiAffinityType": "preferred",
                "tolerations": TOLERATIONS,
            },
            "priorityClassName": PLATFORM,
            "resources": resources("250m", "512Mi", limit="1Gi"),
        },
    }
