"""DNS records of ingresses and services: external-dns, limited to one zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import EXTERNAL_DNS
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, merged, resources

NAME = "external-dns"


@dataclass(frozen=True)
class ExternalDnsConfig:
    """Records of one zone."""

    zone: str
    owner: str
    """Marks the records that are ours: others are never touched."""
    provider: Mapping[str, Any]
    """The cloud's values: the provider, and which zone."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of the service account: they tie it to its identity."""
    overrides: Overrides = field(default_factory=Overrides)


class ExternalDns(Addon):
    """Keeps the records of a zone equal to what the cluster asks for, also when that goes."""

    def __init__(
        self,
        scope: Construct,
        config: ExternalDnsConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, NAME)
        self._install(
            NAME,
            NAME,
            EXTERNAL_DNS,
            merged(_values(config), config.provider),
            overrides=config.overrides,
            after=after,
        )


def _values(config: ExternalDnsConfig) -> dict[str, Any]:
    return {
        "serviceAccount": {"name": NAME, "annotations": dict(config.annotations)},
        "sources": ["ingress", "service"],
        "domainFilters": [config.zone],
        # Records of what is gone are removed, if the TXT record beside them says they are ours.
        "policy": "sync",
        "registry": "txt",
        "txtOwnerId": config.owner,
        # An ingress that goes together with external-dns must lose its record before that goes:
        # a change is acted on at once, and not only at the next full look.
        "interval": "1m",
        "triggerLoopOnEvent": True,
        "extraArgs": {"min-event-sync-interval": "5s"},
        "logFormat": "json",
        "priorityClassName": PLATFORM,
        "tolerations": TOLERATIONS,
        "resources": resources("20m", "64Mi", limit="256Mi"),
    }
