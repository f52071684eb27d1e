"""Nodes, by kwok: pods are scheduled and become ready, but nothing runs in them."""

from __future__ import annotations

from pathlib import Path

from tests.lab.binaries import Binaries
from tests.lab.kubectl import Kubectl
from tests.lab.processes import Processes
from tests.lab.program import wait

STAGES = Path(__file__).parent / "stages.yaml"
STORAGE_CLASS = "kwok-volume"
"""Whose volumes kwok's own stages bind."""


def start(
    binaries: Binaries, processes: Processes, kubectl: Kubectl, folder: Path, number: int = 2
) -> None:
    """Starts kwok and makes nodes and a default storage class. Raises GroundplanError."""
    config = folder / "stages.yaml"
    config.write_text(binaries.file("stages.yaml").read_text() + "\n---\n" + STAGES.read_text())
    for one in range(number):
        kubectl.apply(_node(f"node-{one}"))
    kubectl.apply(_storage_class())
    processes.start(
        "kwok",
        [
            binaries.program("kwok"),
            f"--kubeconfig={kubectl.kubeconfig}",
            f"--config={config}",
            "--manage-all-nodes=true",
        ],
        ready=lambda: True,
    )
    wait(lambda: _ready(kubectl) == number, "the nodes are ready")


def _ready(kubectl: Kubectl) -> int:
    path = '{.items[*].status.conditions[?(@.type=="Ready")].status}'
    return kubectl("get", "nodes", "-o", f"jsonpath={path}").split().count("True")


def _node(name: str) -> dict[str, object]:
    size = {"cpu": "32", "memory": "256Gi", "pods": "110", "ephemeral-storage": "1Ti"}
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": "emulated",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
        },
        "status": {"capacity": size, "allocatable": size},
    }


def _storage_class() -> dict[str, object]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": STORAGE_CLASS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "kwok.x-k8s.io/volume",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    }
