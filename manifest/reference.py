"""Writes the reference page of the manifest from its models. Caller: `make docs`, `make check`.

python -m manifest.reference            writes docs/manifest.md
python -m manifest.reference --check    fails if the page is not what the models say
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from manifest.applications import Application
from manifest.definitions import Module
from manifest.infrastructure import Infrastructure
from manifest.references import STAGE_OUTPUTS
from manifest.section import FORMS, Choice, Section
from manifest.settings import Settings
from manifest.values import Cidr, DomainName

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "manifest.md"
PREFACE = Path(__file__).with_name("reference.md")
WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
    Any: "anything",
}
VALIDATED = {
    get_args(Cidr)[1]: "a range, as 10.20.0.0/16",
    get_args(DomainName)[1]: "a domain name",
}
CHANGES = {"safe": "yes", "replaces": "yes, made anew", "immutable": "no"}
PARTS: dict[str, type[Section]] = {
    "Manifest": Infrastructure,
    "Module definition": Module,
    "Application definition": Application,
    "Settings": Settings,
}


def page() -> str:
    """The whole page, Markdown."""
    told: set[type[Section]] = set(PARTS.values())
    pieces = [PREFACE.read_text(encoding="utf-8").replace("{outputs}", _outputs())]
    for title, model in PARTS.items():
        pieces.append(f"## {title}\n\n{_section(model)}")
        pieces += [f"### {one.__name__}\n\n{_section(one)}" for one in _below(model, told)]
    return "\n".join(pieces)


def main(arguments: list[str]) -> int:
    """Writes or checks the page; returns the exit code."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    where = PAGE.relative_to(ROOT)
    sys.stderr.write(f"{where} is not what the models say: run `make docs` and commit it.\n")
    return 1


def _outputs() -> str:
    rows = [
        f"| `{stage}` | {', '.join(f'`{output}`' for output in sorted(outputs))} |"
        for stage, outputs in STAGE_OUTPUTS.items()
    ]
    return "\n".join(["| stage | outputs |", "|---|---|", *rows])


def _section(model: type[Section]) -> str:
    text = " ".join((model.__doc__ or "").split())
    one = " Exactly one of:" if issubclass(model, Choice) else ""
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    head = "| field | value | default | meaning | may change |\n|---|---|---|---|---|"
    return "\n".join([f"{text}{one}\n", head, *rows]) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    extra: dict[str, Any] = (
        field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    )
    unit = f" In {extra['unit']}." if extra.get("unit") else ""
    value = _type(_whole(field))
    cells = (
        f"`{field.alias or name}`",
        value,
        _default(field),
        f"{field.description}{unit}",
        CHANGES[extra["change"]],
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _whole(field: FieldInfo) -> Any:
    """The annotation with what pydantic took off it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is None or default in ((), {}):
        return "none"
    if isinstance(default, Section):
        return "its defaults"
    return f"`{json.dumps(default)}`"


def _type(annotation: Any, bounds: tuple[Any, ...] = ()) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in {Union, types.UnionType}:
        return " or ".join(_type(part) for part in arguments if part is not types.NoneType)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of: {_type(arguments[0])}"
    if origin is dict:
        return f"map to: {_type(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return WORDS[annotation]


def _annotated(annotation: Any, metadata: tuple[Any, ...]) -> str:
    facts = [
        fact for one in metadata for fact in (one.metadata if isinstance(one, FieldInfo) else [one])
    ]
    for fact in facts:
        pattern = getattr(fact, "pattern", None)
        if pattern in FORMS:
            return FORMS[pattern]
        if isinstance(fact, AfterValidator) and fact in VALIDATED:
            return VALIDATED[fact]
    low = next((fact.ge for fact in facts if isinstance(fact, Ge)), None)
    high = next((fact.le for fact in facts if isinstance(fact, Le)), None)
    words = _type(annotation)
    return words if low is None else f"{words}, {low} " + (f"to {high}" if high else "or more")


def _below(model: type[Section], told: set[type[Section]]) -> Iterator[type[Section]]:
    """The sections below a model, each once on the page, in the order of the fields."""
    for field in model.model_fields.values():
        for one in _models(field.annotation):
            if one not in told:
                told.add(one)
                yield one
                yield from _below(one, told)


def _models(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
