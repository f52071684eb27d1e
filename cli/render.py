"""`main.py render`."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cli import options
from cli.releases import Release, releases
from cli.synthesis import synthesize
from cli.yaml import documents

APPLICATIONS = "applications"
EPILOG = """\b
What is known only after deployment stands as ${stages.vpc.network_id}; values from the secret
store are named and not shown.
\b
Examples:
  main.py render staging                      every Helm release with its values
  main.py render staging --applications       the ArgoCD objects, as kubectl takes them
  main.py render staging --json | jq -r .[].name
"""


@click.command(epilog=EPILOG)
@click.argument("name", metavar="INFRASTRUCTURE")
@options.repository
@click.option(
    "--applications", is_flag=True, help="Only the ArgoCD project, Applications, ApplicationSets."
)
@options.as_json
def render(name: str, repository: Path, applications: bool, as_json: bool) -> int:
    """Show what will be sent to the cluster. No cloud is asked."""
    with tempfile.TemporaryDirectory(prefix="groundplan-") as folder:
        found = releases(synthesize(repository, [name], Path(folder)), name)
    shown = _objects(found) if applications else [_as_data(one) for one in found]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    elif shown:
        click.echo(documents(shown), nl=False)
    else:
        click.echo(f"{name} sends nothing to a cluster.", err=True)
    return 0


def _objects(found: list[Release]) -> list[Any]:
    """The projects first: Applications of one that is not there are refused by ArgoCD."""
    made = [
        one
        for release in found
        if release.stage == APPLICATIONS
        for one in release.values["manifests"]
    ]
    return sorted(made, key=lambda one: one["kind"] != "AppProject")


def _as_data(release: Release) -> dict[str, Any]:
    data = {**asdict(release), "secrets": list(release.secrets)}
    return {key: value for key, value in data.items() if value not in (None, [])}
