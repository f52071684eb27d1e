"""`main.py graph`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from cli import options
from cli.synthesis import synthesize
from rollout import Stack, Synthesized

EPILOG = """\b
Examples:
  main.py graph                              who waits for whom, as a tree
  main.py graph --format mermaid > graph.md  for a page
  main.py graph staging --format dot | dot -Tsvg > graph.svg
"""


@click.command(epilog=EPILOG)
@options.names
@options.repository
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot", "json"]),
    default="text",
    help="How it is drawn.",
)
def graph(names: tuple[str, ...], repository: Path, form: str) -> int:
    """Show the stacks in the order of deployment, and what each reads from others."""
    with tempfile.TemporaryDirectory(prefix="groundplan-") as folder:
        synthesized = synthesize(repository, names, Path(folder))
    draw = {"text": _text, "mermaid": _mermaid, "dot": _dot, "json": _json}[form]
    click.echo(draw(synthesized))
    return 0


def _text(synthesized: Synthesized) -> str:
    lines = []
    for name in synthesized.protection:
        lines.append(name)
        stacks = [one for one in synthesized.stacks.values() if one.infrastructure == name]
        width = max(len(stack.stage) for stack in stacks)
        lines += [f"  {stack.stage:<{width}}  {_why(stack)}".rstrip() for stack in stacks]
    return "\n".join(lines)


def _why(stack: Stack) -> str:
    """What the stack reads from which stage, and what it only comes after."""
    reads = [f"{stage}: {', '.join(outputs)}" for stage, outputs in stack.reads.items()]
    after = [
        dependency.removeprefix(f"{stack.infrastructure}-")
        for dependency in stack.dependencies
        if dependency.removeprefix(f"{stack.infrastructure}-") not in stack.reads
    ]
    parts = [*(["reads " + "; ".join(reads)] if reads else [])]
    parts += ["after " + ", ".join(after)] if after else []
    return ", ".join(parts)


def _mermaid(synthesized: Synthesized) -> str:
    lines = ["graph LR"]
    for stack in synthesized.stacks.values():
        lines.append(f"  {stack.id}[{stack.id}]")
        for dependency in stack.dependencies:
            lines.append(f"  {dependency} --> {stack.id}")
    return "\n".join(lines)


def _dot(synthesized: Synthesized) -> str:
    lines = ["digraph groundplan {", "  rankdir=LR;"]
    for stack in synthesized.stacks.values():
        lines.append(f'  "{stack.id}";')
        lines += [f'  "{one}" -> "{stack.id}";' for one in stack.dependencies]
    return "\n".join([*lines, "}"])


def _json(synthesized: Synthesized) -> str:
    return json.dumps(
        {
            stack.id: {
                "infrastructure": stack.infrastructure,
                "stage": stack.stage,
                "after": list(stack.dependencies),
                "reads": {stage: list(outputs) for stage, outputs in stack.reads.items()},
            }
            for stack in synthesized.stacks.values()
        },
        indent=2,
    )
