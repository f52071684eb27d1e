"""Imports go one way: the folder table of CONTRIBUTING.md, proved."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "manifest": {"errors"},
    "bindings": {"errors"},
    "constructs.shared": {"bindings", "errors"},
    "constructs.kubernetes": {"bindings", "errors", "constructs.shared"},
    "constructs.aws": {"bindings", "errors", "constructs.shared"},
    # Of `clouds` the names of secrets: who makes them and who reads them must agree.
    "constructs.google": {"bindings", "errors", "constructs.shared", "clouds"},
    "constructs.keycloak": {"bindings", "errors", "constructs.shared"},
    "modules": {"manifest", "errors"},
    "argocd": {"manifest", "errors"},
    "stacks": {
        "manifest",
        "modules",
        "argocd",
        "errors",
        "constructs.shared",
        "constructs.kubernetes",
        "constructs.aws",
        "constructs.google",
        "constructs.keycloak",
    },
    "terraform": {"errors"},
    "keycloak": {"errors"},
    "rollout": {"terraform", "clouds", "keycloak", "errors"},
    "emulator": {"errors"},
    "credentials": {"errors"},
    "clouds": {"credentials", "errors"},
    "cli": {
        "manifest",
        "modules",
        "argocd",
        "terraform",
        "rollout",
        "emulator",
        "credentials",
        "clouds",
        "errors",
    },
    "main": {"bindings", "cli", "stacks", "errors"},
}
KNOWS_CDKTF = {
    *(layer for layer in MAY_IMPORT if layer.startswith("constructs.")),
    "stacks",
    "bindings",
}


def files() -> Iterator[Path]:
    for layer in MAY_IMPORT:
        folder = ROOT / layer.replace(".", "/")
        single = folder.with_suffix(".py")
        yield from [single] if single.is_file() else sorted(folder.rglob("*.py"))


def layer_of(module: str) -> str | None:
    """The layer a module of ours belongs to, None for other people's modules."""
    return next(
        (layer for layer in MAY_IMPORT if module == layer or module.startswith(f"{layer}.")), None
    )


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, wherever in the file, with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the import absolutely"
            # `from constructs.aws import provider` may name a module or a thing in it.
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def own(path: Path) -> str:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    layer = layer_of(module)
    assert layer, path
    return layer


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    layer = own(path)
    allowed = MAY_IMPORT[layer] | {layer}
    for module, line in imports(path):
        target = layer_of(module)
        assert target is None or target in allowed, (
            f"{path.relative_to(ROOT)}:{line}: {layer} may not import {module}"
        )


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_constructs_and_stacks_know_cdktf(path: Path) -> None:
    """So that moving to another CDKTF stays a rename of imports (docs/decisions/0001)."""
    if own(path) in KNOWS_CDKTF:
        return
    for module, line in imports(path):
        top = module.partition(".")[0]
        assert top not in {"cdktf", "constructs", "jsii"} and not top.startswith("cdktf_"), (
            f"{path.relative_to(ROOT)}:{line}: {module}"
        )


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("*.py")), ids=lambda path: path.name)
def test_stacks_name_no_cloud(path: Path) -> None:
    """Only `clouds.py` may choose; everything else talks to `constructs.shared.cloud.Cloud`."""
    if path.name == "clouds.py":
        return
    for module, line in imports(path):
        assert not module.startswith(("constructs.aws", "cdktf_cdktf_provider")), (
            f"stacks/{path.name}:{line}: {module}"
        )


def test_constructs_extends_the_package_of_that_name() -> None:
    """An `__init__.py` there would hide PyPI's `constructs` and break cdktf."""
    assert not (ROOT / "constructs" / "__init__.py").exists()


def test_the_table_in_contributing_names_every_layer() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text()
    for layer in MAY_IMPORT:
        name = layer.replace(".", "/")
        assert f"`{name}/`" in table or f"`{name}.py`" in table or f"`{name}`" in table, layer
