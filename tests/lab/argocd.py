"""Argo CD with its own roles in the cluster, its programs beside the cluster.

Each program is the service account that it would be in a pod. The cache is miniredis. It looks at
git every few seconds, where an Argo CD looks every three minutes; and a push is told to it, as a
git host does.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from errors import GroundplanError
from tests.lab import kubeconfig
from tests.lab.binaries import Binaries
from tests.lab.control_plane import ControlPlane, answers
from tests.lab.kubectl import Kubectl, Object, documents
from tests.lab.ports import free
from tests.lab.processes import Processes
from tests.lab.program import wait

NAMESPACE = "argocd"
PODS = {"Deployment", "StatefulSet", "NetworkPolicy"}
"""Of the installation, what the processes here stand for."""
RESYNC = 15  # seconds between two looks at git
REVISIONS = "10s"  # how long a branch's commit is remembered
TOKEN = "24h"


class ArgoCD:
    """A running Argo CD."""

    def __init__(self, kubectl: Kubectl, url: str) -> None:
        self.url = url
        """Of its server: web page, API and webhook."""
        self._kubectl = kubectl

    @classmethod
    def start(
        cls,
        binaries: Binaries,
        processes: Processes,
        plane: ControlPlane,
        kubectl: Kubectl,
        folder: Path,
    ) -> ArgoCD:
        """Installs it and starts its programs; they end with `processes`.

        Raises GroundplanError.
        """
        installed = documents(binaries.file("argocd.yaml").read_text())
        kubectl.namespace(NAMESPACE)
        kubectl.apply(*(one for one in installed if one["kind"] not in PODS), namespace=NAMESPACE)
        kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        parts = _Parts(binaries, processes, plane, kubectl, folder / "argocd")
        parts.start_all()
        return cls(kubectl, parts.server)

    def application(self, name: str) -> Object | None:
        """An Application as it is now; None if there is none."""
        return self._kubectl.find("applications.argoproj.io", name, NAMESPACE)

    def healthy(self, name: str, within: float = 120.0, revision: str | None = None) -> Object:
        """Waits until an Application as it is now is Synced (to a commit) and Healthy.

        Returns it. Raises GroundplanError with what it says of itself.
        """

        def good(one: Object) -> bool:
            sync = one.get("status", {}).get("sync", {})
            health = one.get("status", {}).get("health", {}).get("status")
            # What is said of sources that have changed since says nothing.
            compared = sync.get("comparedTo", {}).get("source") == one["spec"].get("source")
            states = (sync.get("status"), health)
            return (
                compared
                and states == ("Synced", "Healthy")
                and revision in (None, sync.get("revision"))
            )

        return self.until(name, good, "Synced and Healthy", within)

    def until(
        self, name: str, good: Callable[[Object], bool], what: str, within: float = 120.0
    ) -> Object:
        """Waits until an Application is as wanted; returns it. Raises GroundplanError."""
        last: Object | None = None

        def look() -> Object | None:
            nonlocal last
            last = self.application(name)
            return last if last and good(last) else None

        try:
            return wait(look, f"application {name} is {what}", within)
        except GroundplanError as error:
            status = json.dumps((last or {}).get("status"), indent=1)[:4_000]
            raise GroundplanError(f"{error}. Its status: {status}") from error

    def notify(self, repository: str, commit: str) -> None:
        """Tells of a push as GitHub does, so that nothing waits for the next look.

        https://argo-cd.readthedocs.io/en/stable/operator-manual/webhook/
        """
        event: dict[str, Any] = {
            "ref": "refs/heads/main",
            "before": "0" * 40,
            "after": commit,
            "repository": {"html_url": repository.removesuffix(".git"), "default_branch": "main"},
            "commits": [{"added": [], "removed": [], "modified": ["."]}],
        }
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/api/webhook",
            data=json.dumps(event).encode(),
            headers={"Content-Type": "application/json", "X-GitHub-Event": "push"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30):
            pass


class _Parts:
    """Starts the programs of Argo CD."""

    def __init__(
        self,
        binaries: Binaries,
        processes: Processes,
        plane: ControlPlane,
        kubectl: Kubectl,
        folder: Path,
    ) -> None:
        self._binaries = binaries
        self._processes = processes
        self._plane = plane
        self._kubectl = kubectl
        self._folder = folder
        ports = free(10)
        self._redis, self._repository, self._server, *self._others = ports
        self.server = f"http://127.0.0.1:{self._server}"

    def start_all(self) -> None:
        """In the order in which they need each other."""
        self._start_redis()
        self._start_repository_server()
        # It makes the key of sessions, without which the others have no settings.
        self._start_server()
        self._start_controllers()

    def _start_redis(self) -> None:
        self._processes.start(
            "redis", [self._binaries.program("redis"), str(self._redis)], ready=lambda: True
        )

    def _start_repository_server(self) -> None:
        metrics = self._others[0]
        self._start(
            "argocd-repo-server",
            [
                f"--port={self._repository}",
                "--address=127.0.0.1",
                f"--metrics-port={metrics}",
                "--metrics-address=127.0.0.1",
                "--disable-tls",
                f"--redis=127.0.0.1:{self._redis}",
                f"--revision-cache-expiration={REVISIONS}",
            ],
            f"http://127.0.0.1:{metrics}/healthz?full=true",
        )

    def _start_controllers(self) -> None:
        metrics, sets_metrics, probe, webhook = self._others[1:5]
        self._start(
            "argocd-application-controller",
            [
                *self._repository_flags("--repo-server"),
                f"--redis=127.0.0.1:{self._redis}",
                f"--metrics-port={metrics}",
                f"--app-resync={RESYNC}",
                "--app-resync-jitter=0",
                "--self-heal-timeout-seconds=2",
            ],
            f"http://127.0.0.1:{metrics}/healthz",
        )
        self._start(
            "argocd-applicationset-controller",
            [
                *self._repository_flags("--argocd-repo-server"),
                f"--metrics-addr=127.0.0.1:{sets_metrics}",
                f"--probe-addr=127.0.0.1:{probe}",
                f"--webhook-addr=127.0.0.1:{webhook}",
            ],
            f"http://127.0.0.1:{sets_metrics}/metrics",
        )

    def _start_server(self) -> None:
        assets = self._folder / "assets"
        assets.mkdir()
        self._start(
            "argocd-server",
            [
                *self._repository_flags("--repo-server"),
                f"--redis=127.0.0.1:{self._redis}",
                "--address=127.0.0.1",
                f"--port={self._server}",
                f"--metrics-port={self._others[5]}",
                "--insecure",
                f"--staticassets={assets}",
            ],
            f"{self.server}/healthz",
        )

    def _repository_flags(self, name: str) -> list[str]:
        return [f"{name}=127.0.0.1:{self._repository}", "--repo-server-plaintext"]

    def _start(self, name: str, flags: list[str], health: str) -> None:
        self._processes.start(
            name,
            [self._binaries.program(name), f"--namespace={NAMESPACE}", *flags]
            if name != "argocd-repo-server"
            else [self._binaries.program(name), *flags],
            environment=self._environment(name),
            ready=answers(health),
        )

    def _environment(self, name: str) -> dict[str, str]:
        home = self._folder / name
        folders = {one: home / one for one in ("tls", "ssh", "gpg", "plugins", "tmp")}
        for folder in folders.values():
            folder.mkdir(parents=True)
        token = self._kubectl(
            "create", "token", name, f"--namespace={NAMESPACE}", f"--duration={TOKEN}"
        ).strip()
        config = kubeconfig.write(
            home / "kubeconfig.yaml",
            self._plane.endpoint,
            self._plane.authority,
            kubeconfig.by_token(token),
        )
        return {
            # helm and kustomize of the laboratory; git of the machine.
            "PATH": f"{self._binaries.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "KUBECONFIG": str(config),
            # Read when it starts, unlike `rootCA` of its settings: Keycloak comes later.
            "SSL_CERT_FILE": str(self._plane.authority),
            # The cluster of the kubeconfig is what a pod would be in.
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_TLS_DATA_PATH": str(folders["tls"]),
            "ARGOCD_SSH_DATA_PATH": str(folders["ssh"]),
            "ARGOCD_GNUPGHOME": str(folders["gpg"]),
            "ARGOCD_PLUGINSOCKFILEPATH": str(folders["plugins"]),
            "TMPDIR": str(folders["tmp"]),
            "NO_PROXY": "127.0.0.1,localhost",
        }
