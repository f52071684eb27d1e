"""`token`: a short-lived token for a cluster's API, as an exec plugin hands it over.

Run by kubectl (the kubeconfig says so) and by Terraform's helm provider, once a command.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from credentials.token import Token

EPILOG = """\b
Examples:
  groundplan token aws --cluster acme-staging --region eu-central-1
  groundplan token google
  groundplan token oidc --issuer https://auth.acme.example/realms/platform \\
    --client staging-kubernetes
  groundplan token workforce --issuer https://auth.acme.example/realms/platform \\
    --client europe-kubernetes --pool groundplan-acme-europe-1b2c3d4e \\
    --provider keycloak --project acme-platform
"""


@click.group(epilog=EPILOG)
def token() -> None:
    """Write a short-lived token for a cluster's API (kubectl and terraform ask for it)."""


@token.command(epilog=EPILOG)
@click.option("--cluster", required=True, metavar="NAME", help="The cluster's name on EKS.")
@click.option("--region", required=True, metavar="REGION", help="The region it is in.")
def aws(cluster: str, region: str) -> None:
    """A token for an EKS cluster, with the credentials that AWS's tools find."""
    from credentials import aws as cloud
    from credentials.token import document

    made = cloud.token(cluster, region, environment=os.environ, now=datetime.now(UTC))
    click.echo(document(made, os.environ))


@token.command(epilog=EPILOG)
def google() -> None:
    """A token for any GKE cluster, with the credentials that Terraform's provider finds."""
    from credentials import google as cloud
    from credentials.token import document

    made = cloud.token(environment=os.environ, now=datetime.now(UTC))
    click.echo(document(made, os.environ))


_issuer = click.option("--issuer", required=True, metavar="URL", help="The realm's address.")
_client = click.option(
    "--client", required=True, metavar="ID", help="The cluster's client in the realm."
)
_device = click.option("--device", is_flag=True, help="Sign in on another machine, with a code.")


@token.command(epilog=EPILOG)
@_issuer
@_client
@_device
def oidc(issuer: str, client: str, device: bool) -> None:
    """A token for a cluster that trusts Keycloak: you sign in with a browser.

    Once a session: what it answers is kept below ~/.cache/groundplan/tokens, for you alone.
    """
    from credentials.token import document

    click.echo(document(_signed_in(issuer, client, device), os.environ))


@token.command(epilog=EPILOG)
@_issuer
@_client
@click.option("--pool", required=True, metavar="ID", help="The workforce pool that trusts it.")
@click.option("--provider", required=True, metavar="ID", help="The pool's provider for it.")
@click.option("--project", required=True, metavar="ID", help="The cluster's project.")
@_device
def workforce(
    issuer: str, client: str, pool: str, provider: str, project: str, device: bool
) -> None:
    """A token for a GKE cluster whose people are Keycloak's: you sign in with a browser.

    Google's Security Token Service changes Keycloak's token for one of Google's.
    """
    from credentials.token import document
    from credentials.workforce import Exchange

    person = _signed_in(issuer, client, device)
    exchange = Exchange(pool, provider, project)
    click.echo(document(exchange.token(person), os.environ))


def _signed_in(issuer: str, client: str, device: bool) -> Token:
    """The issuer's token for whoever signs in, or has done so."""
    import webbrowser

    from credentials.oidc import SignIn

    sign_in = SignIn(
        issuer=issuer.rstrip("/"),
        client=client,
        cache=_cache() / "tokens",
        tell=lambda text: click.echo(text, err=True),
        authority=os.environ.get("GROUNDPLAN_CA_FILE"),
    )
    return sign_in.token(device=device, browser=webbrowser.open)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base or "~/.cache").expanduser() / "groundplan"
