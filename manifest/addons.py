"""Section `addons`: what runs on every cluster. Pure."""

from __future__ import annotations

from typing import Annotated

from manifest.section import Section, about, form
from manifest.values import SecretReference, Value

Address = Annotated[str, form(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an address, as ops@example.org")]


class Addon(Section):
    """A Helm release of the platform's own."""

    enabled: bool = about("`false` removes it.", True)
    version: str | None = about("The chart's version. Default: the tested one.", None)
    values: dict[str, Value] = about("Values that are merged over ours.", dict)


class CertManager(Addon):
    """Certificates from Let's Encrypt by DNS-01, on the infrastructure's zone."""

    email: Address = about("Where the certificate authority writes before something expires.")


class RepositoryCredentials(Section):
    """A repository that ArgoCD may read."""

    url: str = about("The repository's URL, without credentials.")
    username: str | None = about("The user, for HTTPS.", None)
    password: SecretReference | None = about("The password or token, for HTTPS.", None)
    ssh_key: SecretReference | None = about("The private key, for SSH.", None)


class ArgoCd(Addon):
    """Continuous deployment."""

    repositories: dict[str, RepositoryCredentials] = about(
        "Repositories that need credentials, by name.", dict
    )


class Addons(Section):
    """What runs on every cluster. An addon that is not named is not installed, but for one."""

    load_balancers: Addon = about(
        "What makes load balancers, where the cloud's clusters come without it. Always there; "
        "switch it off on an existing cluster that has its own.",
        Addon,
    )

    ingress: Addon | None = about("The ingress controller, Traefik.", None)
    cert_manager: CertManager | None = about("Certificates.", None)
    external_dns: Addon | None = about("DNS records of services and ingresses.", None)
    argocd: ArgoCd | None = about("Continuous deployment.", None)
    autoscaler: Addon | None = about("Nodes as the pods need them.", None)
    metrics_server: Addon | None = about("Resource metrics, where the cloud has none.", None)

    def shows_argocd(self) -> bool:
        """Whether people reach ArgoCD by a name: there they can sign in."""
        needed = (self.argocd, self.ingress, self.cert_manager)
        return all(one is not None and one.enabled for one in needed)
