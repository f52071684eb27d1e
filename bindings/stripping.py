"""Compiles the modules that jsii generates without what only type checkers and people need.

Half of a generated module is annotations, documentation and run-time type checks
(`if __debug__: check_type(...)`). mypy proves the same from the untouched source, and Node
refuses a wrong value besides, so at run time they only cost: this removes them. Caller:
`bindings.importing`. Pure.
"""

from __future__ import annotations

import ast
from types import CodeType

_GUARDS = {"typeguard", "importlib.metadata"}
_HELPERS = {"check_type"}
_CONSTANTS = {"TYPEGUARD_MAJOR_VERSION"}


def compile_stripped(source: bytes, path: str) -> CodeType:
    """The code of a generated module, without annotations, docstrings and run-time checks."""
    tree = _Stripper().visit(ast.parse(source, path))
    code: CodeType = compile(
        ast.fix_missing_locations(tree), path, "exec", dont_inherit=True, optimize=2
    )
    return code


class _Stripper(ast.NodeTransformer):
    def visit_Module(self, node: ast.Module) -> ast.Module:
        node.body = [self.visit(line) for line in node.body if not _is_guard(line)]
        node.body = [line for line in node.body if line is not None]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.body = _without_docstring(node.body)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        node.body = _without_docstring(node.body)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "__debug__":
            return None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        self.generic_visit(node)
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`typing.cast(type, value)` is its value; the type would be built at every call."""
        self.generic_visit(node)
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "cast"
            and isinstance(function.value, ast.Name)
            and function.value.id == "typing"
        ):
            return node.args[1]
        return node


def _is_guard(line: ast.stmt) -> bool:
    """Whether a line of a module only serves the run-time checks."""
    match line:
        case ast.Import(names=[ast.alias(name=name)]):
            return name in _GUARDS
        case ast.ImportFrom(module=str(name)):
            return name in _GUARDS
        case ast.FunctionDef(name=name):
            return name in _HELPERS or name.startswith("_typecheckingstub__")
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in _CONSTANTS
    return False


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            body = rest
    return body or [ast.Pass()]
