"""Continuous deployment: ArgoCD, reached through the ingress, ready for single sign-on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.addon import Addon, Overrides
from constructs.kubernetes.charts import ARGO_CD
from constructs.kubernetes.exposure import Exposure
from constructs.kubernetes.secrets import Content, SecretConfig, Secrets
from constructs.kubernetes.values import PLATFORM, TOLERATIONS, resources

NAME = "argocd"
SIGN_ON_SECRET = "argocd-oidc"  # noqa: S105
"""The Secret that the identity stage makes, label `app.kubernetes.io/part-of: argocd`."""
SCOPES = ["openid", "profile", "email"]
"""The groups are told unasked: see `constructs.keycloak.client`."""


@dataclass(frozen=True)
class GroupRights:
    """What a group may do in ArgoCD."""

    group: str
    """Its full path in the realm: `/developers`."""
    role: Literal["admin", "readonly"]
    projects: Sequence[str] = ()
    """Only in these; none: in all."""


@dataclass(frozen=True)
class SignOn:
    """Single sign-on by OpenID Connect. The built-in admin is off then."""

    issuer: str
    client_id: str
    rights: Sequence[GroupRights]


@dataclass(frozen=True)
class Repository:
    """A repository that ArgoCD may read: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories"""

    name: str
    url: str
    username: str | None = None
    password: Content | None = None
    ssh_key: Content | None = None


@dataclass(frozen=True)
class ArgoCdConfig:
    """One ArgoCD."""

    exposure: Exposure | None = None
    """None: it is reached by port-forwarding only."""
    sign_on: SignOn | None = None
    repositories: Sequence[Repository] = ()
    overrides: Overrides = field(default_factory=Overrides)


class ArgoCd(Addon):
    """ArgoCD, and the credentials of the repositories it reads."""

    namespace: str

    def __init__(
        self,
        scope: Construct,
        config: ArgoCdConfig,
        *,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, NAME)
        self.namespace = NAME
        self._install(NAME, NAME, ARGO_CD, _values(config), overrides=config.overrides, after=after)
        if config.repositories:
            Secrets(
                self,
                "repositories",
                name=f"{NAME}-repositories",
                namespace=NAME,
                secrets=[_repository(one) for one in config.repositories],
                after=[self.release.resource],
            )


def _values(config: ArgoCdConfig) -> dict[str, Any]:
    twice = {"replicas": 2, "pdb": {"enabled": True, "maxUnavailable": 1}}
    return {
        "global": {
            "priorityClassName": PLATFORM,
            "tolerations": TOLERATIONS,
            **({"domain": config.exposure.host} if config.exposure else {}),
        },
        # Kept when ArgoCD goes: with them would go every Application, and what it has deployed.
        "crds": {"install": True, "keep": True},
        "configs": {
            # TLS ends at the ingress.
            "params": {"server.insecure": True},
            "cm": _settings(config),
            "rbac": _rights(config.sign_on),
        },
        "controller": {"resources": resources("250m", "512Mi", limit="2Gi")},
        "server": {
            **twice,
            "resources": resources("50m", "128Mi", limit="512Mi"),
            "ingress": _ingress(config.exposure),
        },
        "repoServer": {**twice, "resources": resources("100m", "256Mi", limit="1Gi")},
        "applicationSet": {**twice, "resources": resources("50m", "128Mi", limit="512Mi")},
        # A cache: what it loses is computed again.
        "redis": {"resources": resources("50m", "64Mi", limit="256Mi")},
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
    }


def _settings(config: ArgoCdConfig) -> dict[str, Any]:
    # One way in, and it knows who somebody is. Whoever has the cluster can switch it on again.
    settings: dict[str, Any] = {"admin.enabled": "false" if config.sign_on else "true"}
    if config.exposure:
        settings["url"] = config.exposure.url
    if config.sign_on:
        settings["oidc.config"] = yaml.safe_dump(
            {
                "name": "Keycloak",
                "issuer": config.sign_on.issuer,
                "clientID": config.sign_on.client_id,
                "clientSecret": f"${SIGN_ON_SECRET}:clientSecret",
                "requestedScopes": SCOPES,
            },
            sort_keys=False,
            width=10_000,
        )
    return settings


def _rights(sign_on: SignOn | None) -> dict[str, Any]:
    rights: dict[str, Any] = {"policy.default": "", "scopes": "[groups]"}
    if sign_on:
        lines = [line for one in sign_on.rights for line in policy(one)]
        rights["policy.csv"] = "".join(f"{line}\n" for line in lines)
    return rights


IN_A_PROJECT = {
    "admin": (("applications", "*"), ("applicationsets", "*"), ("logs", "get")),
    "readonly": (("applications", "get"), ("applicationsets", "get"), ("logs", "get")),
}
"""Role → resources and actions, for those who have it in some projects only."""


def policy(rights: GroupRights) -> list[str]:
    """The lines of ArgoCD's policy: https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/

    Whoever may see something of a project must be able to see the project. Rights are a role's:
    ArgoCD looks only at those groups of a token that have one.
    """
    if not rights.projects:
        return [f"g, {rights.group}, role:{rights.role}"]
    role = f"role:groundplan{rights.group.replace('/', ':')}"
    lines = [
        line
        for project in rights.projects
        for line in (
            f"p, {role}, projects, get, {project}, allow",
            *(
                f"p, {role}, {resource}, {action}, {project}/*, allow"
                for resource, action in IN_A_PROJECT[rights.role]
            ),
        )
    ]
    return [*lines, f"g, {rights.group}, {role}"]


def _ingress(exposure: Exposure | None) -> dict[str, Any]:
    if exposure is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "ingressClassName": exposure.ingress_class,
        "hostname": exposure.host,
        "tls": True,
        "annotations": exposure.annotations,
    }


def _repository(one: Repository) -> SecretConfig:
    plain: Mapping[str, str | None] = {"type": "git", "url": one.url, "username": one.username}
    secret = {"password": one.password, "sshPrivateKey": one.ssh_key}
    return SecretConfig(
        name=f"repository-{one.name}",
        labels={"argocd.argoproj.io/secret-type": "repository"},
        plain={key: value for key, value in plain.items() if value is not None},
        secret={key: value for key, value in secret.items() if value is not None},
    )
