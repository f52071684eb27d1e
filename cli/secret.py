"""`main.py secret set`, `main.py secret list`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cli import options
from cli.synthesis import synthesize
from clouds import Cloud, Entry
from errors import GroundplanError

SET = """\b
Examples:
  main.py secret set staging argocd/git               ask for the value, without showing it
  main.py secret set staging argocd/git < token.txt   the file's content, without a last newline
"""
LIST = """\b
Examples:
  main.py secret list staging          which entries there are, and which have a value
  main.py secret list staging --json
"""


@click.group(epilog=SET)
def secret() -> None:
    """Values of the secret store: `{secret: NAME}` in a manifest names an entry of it.

    Entries are made by the stage `backend`, for the names in the manifest, and go with them.
    """


@secret.command("set", epilog=SET)
@click.argument("infrastructure")
@click.argument("entry")
@options.repository
@options.output
def set_(infrastructure: str, entry: str, repository: Path, output: Path) -> int:
    """Give an entry a value. It is asked for, or read from stdin; never an argument.

    Programs get it with the next deploy of the stacks that need it.
    """
    cloud = _cloud(infrastructure, repository, output)
    value = _asked(entry) if sys.stdin.isatty() else sys.stdin.read().removesuffix("\n")
    if not value:
        raise GroundplanError(f"The value of {entry} is empty: nothing was set.")
    cloud.set_secret(entry, value)
    click.echo(f"{infrastructure}: {entry} is set.", err=True)
    return 0


@secret.command("list", epilog=LIST)
@click.argument("infrastructure")
@options.repository
@options.output
@options.as_json
def list_(infrastructure: str, repository: Path, output: Path, as_json: bool) -> int:
    """Show which entries there are, which have a value, and since when. Values are not read."""
    entries = _cloud(infrastructure, repository, output).secrets()
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in entries], indent=2))
        return 0
    width = max((len(one.name) for one in entries), default=0)
    for one in entries:
        since = f"set {one.changed:%Y-%m-%d %H:%M}" if one.changed else "set"
        click.echo(f"{one.name:{width}}  {since if one.has_value else 'no value yet'}")
    if not entries:
        click.echo(f"{infrastructure} has no entries.", err=True)
    return 0


def _asked(entry: str) -> str:
    return str(click.prompt(f"Value of {entry}", hide_input=True, confirmation_prompt=True))


def _cloud(infrastructure: str, repository: Path, output: Path) -> Cloud:
    return synthesize(repository, [infrastructure], output).cloud(infrastructure)


def _as_data(entry: Entry) -> dict[str, str | bool | None]:
    return {
        "name": entry.name,
        "has_value": entry.has_value,
        "changed": entry.changed.isoformat() if entry.changed else None,
    }
