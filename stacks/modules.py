"""The customer's modules of one infrastructure, each after those that it reads from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cdktf import App
from constructs.shared.cloud import Cloud

from manifest import Infrastructure
from manifest.order import in_order
from modules import Local, interface, parse
from stacks.module import ModuleStack
from stacks.stage import Stage


def add_modules(
    app: App,
    infrastructure: Infrastructure,
    cloud: Cloud,
    root: Path,
    producers: Mapping[str, Stage[Any]],
) -> Iterator[ModuleStack]:
    """Adds a stack for each module, in the order of what they read.

    `root` is the repository. A module that was handed out must be among `producers` before the next
    is asked for: it may be read.
    """
    read: dict[str, set[str]] = {}
    for reference in infrastructure.references():
        read.setdefault(reference.producer, set()).add(reference.output)
    for name in in_order(infrastructure.modules):
        definition = infrastructure.modules[name]
        address = parse(definition.source, definition.version)
        module = ModuleStack(
            app,
            infrastructure.name,
            cloud,
            name=name,
            module=definition,
            interface=interface(root / address.path, root) if isinstance(address, Local) else None,
            read=read.get(f"modules.{name}", ()),
            backend=producers["stages.backend"],
            producers=producers,
        )
        module.after(*(producers[f"modules.{other}"] for other in definition.depends_on))
        yield module
