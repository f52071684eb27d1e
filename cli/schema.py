"""`main.py schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli import options

FOLDER = ".groundplan"
EPILOG = """\b
Examples:
  main.py schema                        print the manifest's schema
  main.py schema --of settings          print the schema of groundplan.yaml
  main.py schema --write                write all of them into .groundplan/, for editors
"""


@click.command(epilog=EPILOG)
@options.repository
@click.option(
    "--of",
    "kind",
    type=click.Choice(["infrastructure", "settings", "module", "application"]),
    default="infrastructure",
    help="What the schema is of.",
)
@click.option("--write", is_flag=True, help=f"Write every schema into {FOLDER}/ of the repository.")
def schema(repository: Path, kind: str, write: bool) -> int:
    """Print the JSON Schema of a file, or write all of them for editors."""
    from manifest.jsonschema import KINDS, schema_of

    if not write:
        click.echo(json.dumps(schema_of(kind), indent=2))
        return 0
    folder = repository / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    for one in KINDS:
        file = folder / f"{one}.schema.json"
        file.write_text(json.dumps(schema_of(one), indent=2) + "\n")
        click.echo(str(file))
    return 0
