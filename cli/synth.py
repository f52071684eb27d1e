"""`main.py synth`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import options
from cli.synthesis import synthesize

EPILOG = """\b
Examples:
  main.py synth                        all infrastructures into cdktf.out
  main.py synth staging -o /tmp/out    one, somewhere else
"""


@click.command(epilog=EPILOG)
@options.names
@options.repository
@options.output
@options.as_json
def synth(names: tuple[str, ...], repository: Path, output: Path, as_json: bool) -> int:
    """Write the Terraform JSON of every stack. No cloud is asked."""
    stacks = synthesize(repository, names, output).stacks
    if as_json:
        files = {one.id: str(one.folder / "cdk.tf.json") for one in stacks.values()}
        click.echo(json.dumps(files, indent=2))
        return 0
    for stack in stacks.values():
        click.echo(f"{stack.id}  {output / 'stacks' / stack.id / 'cdk.tf.json'}")
    return 0
