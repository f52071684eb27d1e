"""The list of submodules says what the code imports, no more and no less."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from bindings.modules import SUBMODULES

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "cdktf_cdktf_provider_"


def imported() -> dict[str, dict[str, str]]:
    """Provider package → submodule → the first place that imports it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for folder in ("constructs", "stacks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for module, line in provider_imports(ast.parse(path.read_text())):
                package, _, submodule = module.partition(".")
                name = submodule.partition(".")[0]
                found[package].setdefault(name, f"{path.relative_to(ROOT)}:{line}")
    return found


def provider_imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import submodule` and `from package.submodule import Class`
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [node.module] if "." in node.module else whole
        else:
            continue
        yield from ((name, node.lineno) for name in names if name.startswith(PREFIX))


@pytest.mark.parametrize("package", sorted({*SUBMODULES, *imported()}))
def test_every_imported_submodule_is_listed(package: str) -> None:
    listed = SUBMODULES.get(package, ())
    for name, place in imported()[package].items():
        assert name in listed, (
            f'{place} imports {package}.{name}: add the line "{name}", '
            f'to "{package}" in bindings/modules.py'
        )


@pytest.mark.parametrize("package", sorted(SUBMODULES))
def test_every_listed_submodule_is_imported(package: str) -> None:
    unused = sorted(set(SUBMODULES[package]) - imported()[package].keys())
    assert not unused, (
        f"nothing imports {', '.join(unused)} of {package}: "
        f"remove the line from bindings/modules.py"
    )


@pytest.mark.parametrize("package", sorted(SUBMODULES))
def test_the_list_is_sorted_and_says_nothing_twice(package: str) -> None:
    assert list(SUBMODULES[package]) == sorted(set(SUBMODULES[package]))


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import cdktf_cdktf_provider_aws.vpc", "cdktf_cdktf_provider_aws.vpc"),
        ("from cdktf_cdktf_provider_aws.vpc import Vpc", "cdktf_cdktf_provider_aws.vpc"),
        ("from cdktf_cdktf_provider_aws import vpc", "cdktf_cdktf_provider_aws.vpc"),
        ("def f():\n  import cdktf_cdktf_provider_aws.vpc as v", "cdktf_cdktf_provider_aws.vpc"),
    ],
    ids=["import", "from submodule", "from package", "in a function"],
)
def test_each_way_to_import_is_seen(source: str, module: str) -> None:
    assert [name for name, _ in provider_imports(ast.parse(source))] == [module]
