"""A Kubernetes with nodes, helm, a git server and Argo CD, on loopback, as real as fits.

    with Laboratory.start() as lab:
        lab.kubectl.apply({...})
        lab.helm.install("web", chart, values, "default", wait=True)

Real: the API server with admission, RBAC and custom resources, the controllers, the scheduler,
etcd, helm, kustomize, Argo CD. Emulated: nodes and volumes (kwok), addresses of load balancers and
ingresses. Absent: containers and their network, so nothing in a cluster answers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab import binaries, nodes
from tests.lab.argocd import ArgoCD
from tests.lab.binaries import Binaries
from tests.lab.certificates import Authority
from tests.lab.control_plane import ControlPlane
from tests.lab.git import GitServer
from tests.lab.helm import Helm
from tests.lab.kubectl import Kubectl
from tests.lab.processes import Processes


@dataclass(frozen=True)
class Laboratory:
    """A running laboratory; gone, with all its processes and files, when its block ends."""

    folder: Path
    binaries: Binaries
    processes: Processes
    authority: Authority
    plane: ControlPlane
    kubectl: Kubectl
    """As the administrator."""
    helm: Helm
    git: GitServer
    argocd: ArgoCD

    @classmethod
    @contextmanager
    def start(cls, say: Callable[[str], None] | None = None) -> Iterator[Laboratory]:
        """Runs a laboratory for as long as the block lasts. `say` takes progress of a build.

        Raises GroundplanError if a part does not start; then its logs are kept.
        """
        built = binaries.prepare(say)
        folder = Path(tempfile.mkdtemp(prefix="groundplan-lab-"))
        processes = Processes(folder / "logs", remove=folder)
        git = GitServer(folder / "git")
        started = False
        try:
            lab = cls._assemble(built, processes, folder, git)
            started = True
            yield lab
        finally:
            git.end()
            processes.end(keep=not started)

    @classmethod
    def _assemble(
        cls, built: Binaries, processes: Processes, folder: Path, git: GitServer
    ) -> Laboratory:
        authority = Authority(folder / "certificates")
        plane = ControlPlane.start(built, processes, authority, folder)
        kubectl = Kubectl(built.program("kubectl"), plane.kubeconfig)
        nodes.start(built, processes, kubectl, folder)
        argocd = ArgoCD.start(built, processes, plane, kubectl, folder)
        helm = Helm(built, plane.kubeconfig, folder)
        return cls(folder, built, processes, authority, plane, kubectl, helm, git, argocd)
