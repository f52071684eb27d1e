"""`main.py validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli import options
from cli.boundary import KNOWN, count
from errors import ManifestError, Problem

EPILOG = """\b
Examples:
  main.py validate                     all infrastructures of the repository
  main.py validate staging             one
  main.py validate --json | jq .       for machines
"""


@click.command(epilog=EPILOG)
@options.names
@options.repository
@options.as_json
def validate(names: tuple[str, ...], repository: Path, as_json: bool) -> int:
    """Check manifests: every problem, with its place and its remedy.

    No cloud is asked and nothing is written. Exit code 1 if there are problems.
    """
    checked, problems = _check(repository, names)
    if as_json:
        result = {"infrastructures": checked, "problems": [_as_data(one) for one in problems]}
        click.echo(json.dumps(result, indent=2))
    elif problems:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{count(len(problems), 'problem')}.", err=True)
    else:
        click.echo(f"{count(len(checked), 'infrastructure')} checked: {', '.join(checked)}.")
    return KNOWN if problems else 0


def _check(repository: Path, names: tuple[str, ...]) -> tuple[list[str], list[Problem]]:
    import checks
    from manifest import load_repository

    try:
        loaded = load_repository(repository, names)
    except ManifestError as error:
        return [], error.problems
    return list(loaded.infrastructures), ManifestError(checks.problems(loaded)).problems


def _as_data(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "path": problem.path,
        "value": problem.value,
        "message": problem.message,
        "remedy": problem.remedy,
    }
