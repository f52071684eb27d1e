"""`main.py outputs`."""

from __future__ import annotations

import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli import options, report
from cli.rollouts import HOME
from cli.synthesis import synthesize
from rollout.workspace import Workspace

EPILOG = """\b
Examples:
  main.py outputs staging                       what each stage gives
  main.py outputs staging --json | jq -r .staging.domain.name_servers[]
"""


@click.command(epilog=EPILOG)
@options.names
@options.repository
@options.stages
@options.output
@options.as_json
def outputs(
    names: tuple[str, ...],
    repository: Path,
    stages: tuple[str, ...],
    output: Path,
    as_json: bool,
) -> int:
    """Show what the deployed stages give. Values of sensitive outputs are not shown."""
    synthesized = synthesize(repository, names, output)
    stacks = synthesized.select(names, stages)
    data: dict[str, dict[str, Any]] = {}
    for stack in stacks:
        workspace = Workspace(
            stack,
            home=repository / HOME,
            stop=threading.Event(),
            cloud=partial(synthesized.cloud, stack.infrastructure),
        )
        found = workspace.terraform.outputs() if workspace.open() else {}
        data.setdefault(stack.infrastructure, {})[stack.stage] = report.outputs_as_data(found)
        if not as_json and found:
            report.show_outputs(stack.id, found)
        elif not as_json:
            click.echo(f"\n{stack.id} is not deployed.")
    if as_json:
        click.echo(json.dumps(data, indent=2))
    return 0
