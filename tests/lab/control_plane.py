"""etcd, kube-apiserver, kube-controller-manager, kube-scheduler: a Kubernetes without kubelets."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.api_server import ApiServer
from tests.lab import kubeconfig
from tests.lab.binaries import Binaries
from tests.lab.certificates import Authority, Pair, signing_key
from tests.lab.ports import free
from tests.lab.processes import Processes

SERVICES = "10.96.0.0/16"
OIDC_PREFIX = "oidc:"


@dataclass(frozen=True)
class ControlPlane:
    """A running Kubernetes API."""

    endpoint: str
    authority: Path
    """The certificate authority of its certificate, a PEM file."""
    kubeconfig: Path
    """Of its administrator."""
    api_server: ApiServer
    """With which the emulated cloud stands before it."""
    issuers: Path
    """Names the OpenID Connect issuers that it trusts; it looks at the file every few seconds."""

    def trust(self, issuer: str, audiences: Sequence[str]) -> None:
        """Takes the tokens of an issuer whose certificate is of the same authority.

        People and groups are prefixed as an EKS cluster is told to. It is the only one afterwards.
        """
        whole = {
            "issuer": {
                "url": issuer,
                "audiences": list(audiences),
                "audienceMatchPolicy": "MatchAny",
                "certificateAuthority": self.authority.read_text(),
            },
            "claimMappings": {
                "username": {"claim": "preferred_username", "prefix": OIDC_PREFIX},
                "groups": {"claim": "groups", "prefix": OIDC_PREFIX},
            },
        }
        _write_issuers(self.issuers, [whole])

    @classmethod
    def start(
        cls, binaries: Binaries, processes: Processes, authority: Authority, folder: Path
    ) -> ControlPlane:
        """Starts its four programs; they end with `processes`. Raises GroundplanError."""
        port, webhook = free(2)
        endpoint = f"https://127.0.0.1:{port}"
        admin = authority.client("admin", "system:masters")
        files = folder / "kubernetes"
        own = kubeconfig.write(
            files / "admin.yaml",
            endpoint,
            authority.certificate,
            kubeconfig.by_certificate(admin),
        )
        api_server = ApiServer(
            endpoint, authority.certificate, webhook, *_paths(authority.server("authenticator"))
        )
        keys = signing_key(files)
        issuers = files / "issuers.yaml"
        _write_issuers(issuers, [])
        etcd = _etcd(binaries, processes, folder)
        processes.start(
            "kube-apiserver",
            [
                binaries.program("kube-apiserver"),
                *_api_server_flags(etcd, port, authority, keys),
                f"--authentication-token-webhook-config-file={_webhook(files, api_server)}",
                "--authentication-token-webhook-version=v1",
                f"--authentication-config={issuers}",
                # The API server itself remembers a token for ten seconds.
                "--authentication-token-webhook-cache-ttl=0s",
            ],
            ready=answers(f"{endpoint}/readyz", authority.certificate, admin),
        )
        _controllers(binaries, processes, authority, endpoint=endpoint, keys=keys, files=files)
        return cls(endpoint, authority.certificate, own, api_server, issuers)


def _write_issuers(file: Path, issuers: list[dict[str, Any]]) -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration"""
    document = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "jwt": issuers,
    }
    whole = file.with_suffix(".new")
    whole.write_text(json.dumps(document))
    whole.replace(file)


def answers(
    url: str, authority: Path | None = None, pair: Pair | None = None
) -> Callable[[], bool]:
    """Whether a URL answers 200 now."""
    context = ssl.create_default_context(cafile=authority) if authority else None
    if context and pair:
        context.load_cert_chain(pair.certificate, pair.key)

    def ask() -> bool:
        handlers = [urllib.request.HTTPSHandler(context=context)] if context else []
        # Loopback is asked directly, whatever proxy is set.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
        try:
            with opener.open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    return ask


def _etcd(binaries: Binaries, processes: Processes, folder: Path) -> str:
    client, peer = (f"http://127.0.0.1:{port}" for port in free(2))
    processes.start(
        "etcd",
        [
            binaries.program("etcd"),
            f"--data-dir={folder / 'etcd'}",
            "--unsafe-no-fsync",  # the data goes with the laboratory
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
        ],
        ready=answers(f"{client}/health"),
    )
    return client


def _api_server_flags(etcd: str, port: int, authority: Authority, keys: Pair) -> list[str]:
    serving = authority.server("kube-apiserver", ["127.0.0.1", "localhost", "10.96.0.1"])
    return [
        f"--etcd-servers={etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--service-cluster-ip-range={SERVICES}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={keys.certificate}",
        f"--service-account-signing-key-file={keys.key}",
        f"--client-ca-file={authority.certificate}",
        f"--tls-cert-file={serving.certificate}",
        f"--tls-private-key-file={serving.key}",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
    ]


def _webhook(files: Path, api_server: ApiServer) -> Path:
    """How the API server finds who authenticates AWS's tokens."""
    return kubeconfig.write(
        files / "authenticator.yaml",
        f"https://127.0.0.1:{api_server.authenticator_port}/authenticate",
        api_server.certificate_authority,
        {},
    )


def _controllers(
    binaries: Binaries,
    processes: Processes,
    authority: Authority,
    *,
    endpoint: str,
    keys: Pair,
    files: Path,
) -> None:
    flags = {
        "kube-controller-manager": [
            "--use-service-account-credentials",
            f"--root-ca-file={authority.certificate}",
            f"--service-account-private-key-file={keys.key}",
            # Nodes are emulated: none is lost because the machine is busy.
            "--node-monitor-grace-period=1h",
        ],
        "kube-scheduler": [],
    }
    for name, own in flags.items():
        pair = authority.client(f"system:{name}")
        (port,) = free(1)
        config = kubeconfig.write(
            files / f"{name}.yaml", endpoint, authority.certificate, kubeconfig.by_certificate(pair)
        )
        serving = authority.server(name)
        processes.start(
            name,
            [
                binaries.program(name),
                f"--kubeconfig={config}",
                f"--authentication-kubeconfig={config}",
                f"--authorization-kubeconfig={config}",
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                f"--secure-port={port}",
                f"--tls-cert-file={serving.certificate}",
                f"--tls-private-key-file={serving.key}",
                *own,
            ],
            ready=answers(f"https://127.0.0.1:{port}/healthz", authority.certificate),
        )


def _paths(pair: Pair) -> tuple[Path, Path]:
    return pair.certificate, pair.key
