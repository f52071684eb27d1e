"""`token`: a short-lived token for a cluster's API, as an exec plugin hands it over.

Run by kubectl (the kubeconfig says so) and by Terraform's helm provider, once a command.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

EPILOG = """\b
Examples:
  groundplan token aws --cluster acme-staging --region eu-central-1
  groundplan token google
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
