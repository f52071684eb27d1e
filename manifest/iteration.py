"""`for_each`: one module definition over a list of values makes one module each. Pure.

The modules are called `<definition>-<value>`, so adding or removing a value touches no other; in
the definition `${{ each }}` is the value.
"""

from __future__ import annotations

from errors import Problem
from manifest import templates
from manifest.document import Node
from manifest.scope import Scope

FOR_EACH = "for_each"


def expand(manifest: Node, scope: Scope) -> tuple[Node, dict[str, str], list[Problem]]:
    """The manifest with its `for_each` definitions made into modules.

    Also which module is made for which value, and what is wrong. What is no list of texts stays
    as it is: the model will say so.
    """
    section = manifest.value.get("modules") if isinstance(manifest.value, dict) else None
    if section is None or not isinstance(section.value, dict):
        return manifest, {}, []
    modules: dict[str, Node] = {}
    each: dict[str, str] = {}
    problems: list[Problem] = []
    for name, definition in section.value.items():
        values = _values(definition, scope)
        if values is None:
            modules[name] = definition
            continue
        kept = {key: node for key, node in definition.value.items() if key != FOR_EACH}
        for value in values:
            one = f"{name}-{value.value}"
            if one in section.value or one in modules:
                problems.append(
                    Problem(
                        value.place,
                        f"modules.{name}.{FOR_EACH}",
                        f"makes a second module {one}.",
                        "Give it another value, or the other module another name.",
                        value.value,
                    )
                )
                continue
            modules[one] = Node(kept, definition.place, value.place, definition.size)
            each[one] = value.value
    sections = {
        **manifest.value,
        "modules": Node(modules, section.place, section.key, section.size),
    }
    return Node(sections, manifest.place, manifest.key, manifest.size), each, problems


def _values(definition: Node, scope: Scope) -> list[Node] | None:
    node = definition.value.get(FOR_EACH) if isinstance(definition.value, dict) else None
    if node is None:
        return None
    evaluated, problems = templates.evaluate(node, scope)
    items = evaluated.value
    # Problems are told when the rest of the definition is evaluated.
    fits = not problems and isinstance(items, list)
    return items if fits and all(isinstance(item.value, str) for item in items) else None
