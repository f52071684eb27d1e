"""The programs of the laboratory, built from the Go modules in `programs/` once and then kept.

Caller: `laboratory.py`. They are kept in `$XDG_CACHE_HOME/groundplan/lab/<hash>`, where the hash is
that of all they are built from: a changed version is another folder. Needs Go and what `go env
GOPROXY` names; nothing else is downloaded. The first build takes about ten minutes on two cores.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from errors import GroundplanError

MODULES = Path(__file__).parent / "programs"
KUBERNETES = "1.34.4"
ARGOCD = "3.2.11"
PROGRESS = 20.0  # seconds between two lines

PACKAGES = {
    "kubernetes": ".",
    "redis": ".",
    "etcd": ".",
    "argocd": ".",
    "helm": ".",
    "kustomize": ".",
    "kwok": "kwok",
}
"""Program → the folder of its module."""
SOURCES = {
    "kubernetes": "./kubernetes",
    "redis": "./redis",
    "etcd": "go.etcd.io/etcd/server/v3",
    "argocd": "github.com/argoproj/argo-cd/v3/cmd",
    "helm": "helm.sh/helm/v3/cmd/helm",
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5",
    "kwok": "sigs.k8s.io/kwok/cmd/kwok",
}
"""Program → the Go package it is built from."""
NAMES = {
    "kubernetes": ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
    "argocd": (
        "argocd-server",
        "argocd-repo-server",
        "argocd-application-controller",
        "argocd-applicationset-controller",
        "argocd-git-ask-pass",
    ),
}
"""One program is many: it acts as the one whose name it is called by."""
FILES = {
    "argocd.yaml": ("github.com/argoproj/argo-cd/v3", ".", ["manifests/install.yaml"]),
    "stages.yaml": (
        "sigs.k8s.io/kwok",
        "kwok",
        [
            "kustomize/stage/node/fast/node-initialize.yaml",
            "kustomize/stage/node/heartbeat/node-heartbeat.yaml",
            "kustomize/stage/pod/fast/pod-ready.yaml",
            "kustomize/stage/pod/fast/pod-complete.yaml",
            "kustomize/stage/pod/fast/pod-delete.yaml",
            "kustomize/stage/volume/fast/pv-bind.yaml",
            "kustomize/stage/volume/fast/pv-delete.yaml",
            "kustomize/stage/volume/fast/pvc-provision.yaml",
            "kustomize/stage/volume/fast/pvc-delete.yaml",
        ],
    ),
}
"""Kept beside the programs → module, the folder of the module that requires it, what to join."""
VERSIONS = {
    # Unset, charts refuse a server v0.0.0, and helm believes it talks to Kubernetes 1.20.
    "k8s.io/component-base/version.gitVersion": f"v{KUBERNETES}",
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": "34",
    "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
    "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "34",
    "github.com/argoproj/argo-cd/v3/common.version": ARGOCD,
}


@dataclass(frozen=True)
class Binaries:
    """Where the programs are."""

    folder: Path

    @property
    def bin(self) -> Path:
        """The folder for `PATH`."""
        return self.folder / "bin"

    def program(self, name: str) -> str:
        """A program's path."""
        return str(self.bin / name)

    def file(self, name: str) -> Path:
        """A file of `FILES`."""
        return self.folder / name


def prepare(say: Callable[[str], None] | None = None) -> Binaries:
    """The programs, built now if they are not there yet; a second process waits for the first.

    `say` takes lines of progress; standard error if left out. Raises GroundplanError.
    """
    tell = say or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "groundplan" / "lab"
    folder = cache / _hash()
    if folder.is_dir():
        return Binaries(folder)
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock"), tell):
        if not folder.is_dir():
            _build(folder, tell)
    return Binaries(folder)


def _hash() -> str:
    """Of the modules and of what else decides what is built."""
    digest = hashlib.sha256()
    for file in sorted(one for one in MODULES.rglob("*") if one.is_file()):
        digest.update(f"{file.relative_to(MODULES)}\0".encode() + file.read_bytes() + b"\0")
    digest.update(repr((SOURCES, NAMES, FILES, VERSIONS)).encode())
    digest.update(_go("env", "GOVERSION", "GOOS", "GOARCH", folder=MODULES).encode())
    return digest.hexdigest()[:16]


@contextmanager
def _alone(lock: Path, say: Callable[[str], None]) -> Iterator[None]:
    """The kernel lets go of the lock when its holder ends, however it ends."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("laboratory: another process is building its programs; waiting")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _build(folder: Path, say: Callable[[str], None]) -> None:
    """Into a folder beside it first: what bears the final name is whole."""
    begin = time.monotonic()
    say(f"laboratory: building its programs once, into {folder} (about ten minutes)")
    with tempfile.TemporaryDirectory(prefix="building-", dir=folder.parent) as name:
        building = Path(name) / "whole"
        (building / "bin").mkdir(parents=True)
        for program in PACKAGES:
            _compile(program, building / "bin" / program, say)
            for other in NAMES.get(program, ()):
                (building / "bin" / other).symlink_to(program)
        for file, (module, requiring, parts) in FILES.items():
            source = Path(_go("list", "-m", "-f", "{{.Dir}}", module, folder=MODULES / requiring))
            texts = [(source / part).read_text() for part in parts]
            (building / file).write_text("\n---\n".join(texts))
        building.rename(folder)
    say(f"laboratory: built in {time.monotonic() - begin:.0f} s")


def _compile(program: str, target: Path, say: Callable[[str], None]) -> None:
    flags = " ".join(f"-X {name}={value}" for name, value in VERSIONS.items())
    begin = time.monotonic()
    process = subprocess.Popen(
        [
            *_command(),
            "build",
            "-v",  # says each package that is compiled
            "-trimpath",
            "-buildvcs=false",
            "-ldflags",
            f"-s -w {flags}",
            "-o",
            str(target),
            SOURCES[program],
        ],
        cwd=MODULES / PACKAGES[program],
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines: list[str] = []
    assert process.stderr
    reader = threading.Thread(target=lines.extend, args=(process.stderr,), daemon=True)
    reader.start()
    spoken = begin
    while process.poll() is None:
        time.sleep(0.2)
        if time.monotonic() - spoken > PROGRESS:
            spoken = time.monotonic()
            say(f"laboratory: {program}: {len(lines)} packages, {spoken - begin:.0f} s")
    reader.join()
    process.stderr.close()
    if process.returncode:
        last = "".join(lines[-20:])
        raise GroundplanError(f"{program} could not be built by Go:\n{last}")
    say(f"laboratory: {program} built ({time.monotonic() - begin:.0f} s)")


def _go(*arguments: str, folder: Path) -> str:
    ended = subprocess.run(
        [*_command(), *arguments],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if ended.returncode:
        raise GroundplanError(f"go {' '.join(arguments)} failed:\n{ended.stderr[-2_000:]}")
    return ended.stdout.strip()


def _command() -> list[str]:
    go = shutil.which("go")
    if not go:
        wanted = re.findall(r"^go (\S+)", (MODULES / "kwok" / "go.mod").read_text(), re.MULTILINE)
        raise GroundplanError(
            f"The laboratory is built by Go, which is not on the PATH: install Go {wanted[0]} or "
            "later (https://go.dev/doc/install)."
        )
    return [go]


def _environment() -> dict[str, str]:
    """A user's own flags and work spaces would build something else; C is not needed."""
    return {**os.environ, "GOFLAGS": "-mod=readonly", "GOWORK": "off", "CGO_ENABLED": "0"}
