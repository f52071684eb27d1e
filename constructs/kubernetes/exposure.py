"""How something on the cluster is reached by a name, with a certificate. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exposure:
    """A name that leads to the ingress controller, and who signs its certificate."""

    host: str
    ingress_class: str
    issuer: str
    """The ClusterIssuer."""

    @property
    def url(self) -> str:
        """Where people go."""
        return f"https://{self.host}"

    @property
    def annotations(self) -> dict[str, str]:
        """Of the Ingress: cert-manager makes the certificate that its `tls` names."""
        return {"cert-manager.io/cluster-issuer": self.issuer}
