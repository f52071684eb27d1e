"""`make lab`: the laboratory by itself, until Ctrl-C."""

from __future__ import annotations

import signal
import sys

from errors import GroundplanError
from tests.lab.laboratory import Laboratory


def main() -> int:
    """Runs it; returns the exit code."""
    # What ends it from outside ends it in order, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Laboratory.start() as lab:
            sys.stdout.write(_text(lab))
            sys.stdout.flush()
            signal.pause()
    except GroundplanError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("The laboratory is gone.\n")
    return 0


def _text(lab: Laboratory) -> str:
    secret = "kubectl -n argocd get secret argocd-initial-admin-secret"
    password = "-o go-template='{{.data.password|base64decode}}'"
    return f"""\
Kubernetes  {lab.plane.endpoint}
Argo CD     {lab.argocd.url} (its API; user admin, password below)
git         {lab.git.url}
logs        {lab.processes.folder}

export KUBECONFIG={lab.plane.kubeconfig}
export PATH="{lab.binaries.bin}:$PATH"
{secret} {password}

Ctrl-C ends it all.
"""


if __name__ == "__main__":
    sys.exit(main())
