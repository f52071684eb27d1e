"""`groundplan.json`: what the rollout needs to know and CDKTF's own `manifest.json` does not say.

Written beside it into the output folder and read by `rollout/`; they share no code, but this form:

    {"version": 3,
     "infrastructures": {"staging": {"protection": "confirm", "place": {"provider": "aws", …}}},
     "neighbours": {"production": {"provider": "aws", …}},
     "stacks": {"staging-vpc": {"infrastructure": "staging", "stage": "vpc",
                                "reads": {"backend": ["bucket"]}, "secrets": {},
                                "keycloak": null, "bootstrap": null}}}

`place` is where states and secrets are: see `clouds.Place`. `secrets` says which Terraform variable
gets which entry of the secret store at run time; see `stacks.stage.SecretUse` for its parts.
`neighbours` are the places of infrastructures that were not asked for, and whose secret stores are
read. `keycloak` is set for a stack that works in one; see `stacks.stage.KeycloakUse`. `bootstrap`
is set for the stack whose bucket keeps all state: the address and the import id of that bucket.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from constructs.shared.cloud import Cloud

from manifest import Infrastructure
from stacks.stage import Stage

VERSION = 3
FILE = "groundplan.json"


class Contract:
    """Collects what the stacks are, and writes it."""

    def __init__(self) -> None:
        self._infrastructures: dict[str, Any] = {}
        self._neighbours: dict[str, Any] = {}
        self._stacks: dict[str, tuple[Stage[Any], tuple[str, str] | None]] = {}

    def infrastructure(self, infrastructure: Infrastructure, cloud: Cloud) -> None:
        """Notes an infrastructure and where its states and secrets are."""
        self._infrastructures[infrastructure.name] = {
            "protection": infrastructure.protection.destroy,
            "place": cloud.place(),
        }

    def neighbour(self, name: str, cloud: Cloud) -> None:
        """Notes where an infrastructure has its states and secrets that was not asked for."""
        self._neighbours[name] = cloud.place()

    def stack(self, stage: Stage[Any], bootstrap: tuple[str, str] | None = None) -> None:
        """Notes a stack; `bootstrap` is the address and the import id of the state's bucket."""
        self._stacks[stage.stack_id] = (stage, bootstrap)

    def copy_modules(self, root: Path, folder: Path) -> None:
        """Puts the local modules of the repository `root` beside their stacks in `folder`."""
        for name, (stage, _) in self._stacks.items():
            if stage.folder:
                from modules.folders import copy

                copy(stage.folder, root, folder / "stacks" / name)

    def write(self, folder: Path) -> None:
        """Writes the file into CDKTF's output folder."""
        content = {
            "version": VERSION,
            "infrastructures": self._infrastructures,
            "neighbours": self._neighbours,
            "stacks": {
                name: {
                    "infrastructure": stage.infrastructure,
                    "stage": stage.name,
                    "reads": {other: sorted(outputs) for other, outputs in stage.reads.items()},
                    "secrets": {
                        variable: asdict(secret) for variable, secret in stage.secrets.items()
                    },
                    "keycloak": asdict(stage.keycloak) if stage.keycloak else None,
                    "bootstrap": dict(zip(("address", "id"), bootstrap, strict=True))
                    if bootstrap
                    else None,
                }
                for name, (stage, bootstrap) in self._stacks.items()
            },
        }
        (folder / FILE).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
