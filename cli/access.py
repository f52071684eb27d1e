"""`main.py access`: how people get at an infrastructure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli import options
from cli.synthesis import synthesize
from errors import GroundplanError
from rollout import Synthesized
from rollout.synthesized import KeycloakUse

EPILOG = """\b
Examples:
  main.py access production                        addresses, kubeconfigs, who signs in where
  main.py access production --show-password admin  a first password; nothing else prints it
"""


@click.command(epilog=EPILOG)
@click.argument("infrastructure")
@click.option("--show-password", "user", metavar="USER", help="Print somebody's first password.")
@options.repository
@options.output
@options.as_json
def access(
    infrastructure: str, user: str | None, repository: Path, output: Path, as_json: bool
) -> int:
    """Tell where ArgoCD, Keycloak and the kubeconfigs are, and how the admin signs in first."""
    synthesized = synthesize(repository, [infrastructure], output)
    if user is not None:
        click.echo(_password(synthesized, infrastructure, user))
        click.echo("It must be changed at the first sign-in, and is worth nothing then.", err=True)
        return 0
    found = dict(_ways(synthesized, infrastructure))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return 0
    width = max(map(len, found))
    for name, value in found.items():
        click.echo(f"{name:{width}}  {value}")
    return 0


def _ways(synthesized: Synthesized, infrastructure: str) -> Iterator[tuple[str, str]]:
    """What there is, by name. Raises GroundplanError for one that is not deployed."""
    cloud = synthesized.cloud(infrastructure)
    cluster, addons = cloud.outputs("kubernetes"), cloud.outputs("addons")
    identity = cloud.outputs("identity")
    if not cluster:
        raise GroundplanError(f"{infrastructure} has no cluster yet: deploy it first.")
    yield "cluster", cluster["cluster_name"]
    yield "kubeconfig", cluster["kubeconfig_location"]
    if identity.get("kubernetes_client"):
        yield "kubeconfig of people", f"{cluster['kubeconfig_location']}-people"
    if addons.get("argocd_url"):
        yield "ArgoCD", addons["argocd_url"]
    use = _keycloak(synthesized, infrastructure)
    if identity and use:
        yield "Keycloak", f"{use.url}/admin/{use.realm}/console"
        yield "people sign in at", identity["issuer"]
        yield from _first_passwords(use)


def _first_passwords(use: KeycloakUse) -> Iterator[tuple[str, str]]:
    if not use.people:
        yield "people", "are kept where the Keycloak is"
    for person in use.people:
        if person.password:
            yield f"first password of {person.username}", f"the secret {person.password}"


def _password(synthesized: Synthesized, infrastructure: str, user: str) -> str:
    use = _keycloak(synthesized, infrastructure)
    people: dict[str, Any] = {one.username: one.password for one in use.people} if use else {}
    if people.get(user) is None:
        known = ", ".join(name for name, entry in people.items() if entry) or "nobody"
        raise GroundplanError(
            f"{infrastructure} gives {user} no first password; it gives one to {known}."
        )
    secret = synthesized.cloud(infrastructure).secret(people[user])
    if secret is None:
        raise GroundplanError(f"{user} has none yet: deploy the stage `identity` first.")
    return secret.value


def _keycloak(synthesized: Synthesized, infrastructure: str) -> KeycloakUse | None:
    stack = synthesized.stacks.get(f"{infrastructure}-identity")
    return stack.keycloak if stack else None
