"""Imports generated binding modules without their run-time type checks.

Half of a binding module is checking of arguments against annotations (typeguard), which mypy has
done already. The modules are compiled without annotations, docstrings, `if __debug__:` blocks and
the stubs those use; the code objects are kept in the cache, named by the source's path, size and
modification time and the interpreter's magic number.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from bindings import cache

STUB = "_typecheckingstub__"
CODE = "code"


def install(packages: Sequence[str]) -> None:
    """Strips modules of cdktf, constructs and the provider `packages` when they are imported."""
    # jsii imports it for its tests' sake only; it brings in asyncio and more.
    if "unittest.mock" not in sys.modules:
        mock = ModuleType("unittest.mock")
        mock.NonCallableMock = type("NonCallableMock", (), {})  # type: ignore[attr-defined]
        mock.Mock = type("Mock", (), {})  # type: ignore[attr-defined]
        sys.modules["unittest.mock"] = mock
    sys.meta_path.insert(0, _Finder({"cdktf", *packages}))


class _Finder(MetaPathFinder):
    def __init__(self, packages: set[str]) -> None:
        self._packages = packages

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        top, _, rest = fullname.partition(".")
        if top not in self._packages or "_jsii" in rest:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return spec
        spec.loader = _Loader(fullname, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        path = Path(self.path)
        status = path.stat()
        magic = importlib.util.MAGIC_NUMBER.hex()
        made_of = f"{path}\n{status.st_size}\n{status.st_mtime_ns}\n{magic}"

        def make(into: Path) -> None:
            code = _compiled(path.read_bytes(), str(path))
            (into / CODE).write_bytes(marshal.dumps(code))

        folder = cache.entry("code", made_of, make)
        code: CodeType = marshal.loads((folder / CODE).read_bytes())  # noqa: S302
        return code


def _compiled(source: bytes, path: str) -> CodeType:
    tree = _Strip().visit(ast.parse(source, path))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class _Strip(ast.NodeTransformer):
    """Takes out what only checks types."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "__debug__":
            return None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        if node.name.startswith(STUB):
            return None
        node.returns = None
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            argument.annotation = None
        return self._body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._body(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def _body(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node
