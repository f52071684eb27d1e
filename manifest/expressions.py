"""Jinja2, fenced in: expressions of `${{ }}` and whole files `*.yaml.j2`. Pure.

Beyond Jinja's sandbox (no private attributes, no calls that change anything): a short list of
filters, nothing that makes large values out of small ones, and a deadline for loops. Imported only
when a file has a template: Jinja takes longer to import than a manifest to read.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from manifest.references import KnownLater, Reference

LONGEST_EXPRESSION = 1_000
LARGEST_VALUE = 65_536
"""Characters of a text, items of a list."""
LARGEST_OUTPUT = 1024 * 1024
LARGEST_NUMBER = 10**18
DEADLINE = 2.0
"""Seconds for one template file: far more than honest ones take."""
PLAIN_FILTERS = (
    *("abs", "capitalize", "default", "first", "int", "float", "items", "last", "length"),
    *("list", "lower", "max", "min", "replace", "round", "sort", "sum", "title", "trim"),
    *("unique", "upper", "dictsort"),
)
STATEMENTS = (nodes.For, nodes.If, nodes.Output, nodes.TemplateData, nodes.Assign, nodes.Template)


class ExpressionError(Exception):
    """An expression that can't be evaluated: what is wrong, without its place."""


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of one expression: plain data or a `Reference`.

    Raises ExpressionError.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise ExpressionError(f"is longer than {LONGEST_EXPRESSION} characters")
    with _known_errors():
        value = _environment().compile_expression(expression, undefined_to_none=False)(**scope)
        if isinstance(value, StrictUndefined):
            value._fail_with_undefined_error()
        return _plain(value)


def render(text: str, scope: Mapping[str, Any]) -> str:
    """A whole template file rendered: loops, conditions, assignments, expressions.

    Raises ExpressionError.
    """
    environment = _environment()
    with _known_errors(), _deadline():
        _only_statements(environment.parse(text))
        pieces, length = [], 0
        for piece in environment.from_string(text).generate(**scope):
            length += len(piece)
            if length > LARGEST_OUTPUT:
                raise ExpressionError(f"makes more than {LARGEST_OUTPUT:,} characters")
            pieces.append(piece)
        return "".join(pieces)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        _guard(operator, left, right)
        return super().call_binop(context, operator, left, right)


def _environment() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined,
        finalize=_scalar,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.globals = {"range": _range}
    environment.filters = {
        **{name: FILTERS[name] for name in PLAIN_FILTERS},
        "replace": _replace,
        "join": _join,
    }
    return environment


@contextmanager
def _known_errors() -> Iterator[None]:
    try:
        yield
    except KnownLater as error:
        raise ExpressionError(f"uses {error}, which is known only after deployment") from None
    except SecurityError as error:
        raise ExpressionError(f"does what templates may not: {error}") from None
    except TemplateError as error:
        raise ExpressionError(str(error.message or error).rstrip(".")) from None
    except (ArithmeticError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise ExpressionError(f"can't be evaluated: {error}") from None


@contextmanager
def _deadline() -> Iterator[None]:
    """Ends a loop that runs on; traces only the template's own code."""
    end = time.monotonic() + DEADLINE
    before = sys.gettrace()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > end:
            raise ExpressionError(f"runs for more than {DEADLINE:.0f} seconds")
        return trace if frame.f_code.co_filename == "<template>" else None

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _only_statements(template: nodes.Template) -> None:
    for node in template.find_all((nodes.Stmt, nodes.Concat)):
        if not isinstance(node, STATEMENTS):
            raise ExpressionError(
                f"line {node.lineno} has a {type(node).__name__.lower()}; "
                "for, if, set and expressions are what there is"
            )


def _guard(operator: str, left: Any, right: Any) -> None:
    numbers = (left, right) if all(isinstance(x, int | float) for x in (left, right)) else None
    if operator == "%" and not numbers:
        raise ExpressionError("formats text with %; write text around ${{ }}")
    if operator == "**" and (not numbers or abs(left) > LARGEST_VALUE or abs(right) > 9):  # noqa: PLR2004
        raise ExpressionError("raises to too high a power")
    if operator == "*" and numbers and abs(left * right) > LARGEST_NUMBER:
        raise ExpressionError("makes too large a number")
    if operator == "*" and not numbers:
        sizes = [len(x) if hasattr(x, "__len__") else abs(x) for x in (left, right)]
        _bounded(sizes[0] * sizes[1])
    if operator == "+" and not numbers and hasattr(left, "__len__") and hasattr(right, "__len__"):
        _bounded(len(left) + len(right))


def _bounded(size: float) -> None:
    if size > LARGEST_VALUE:
        raise ExpressionError(f"makes a value of more than {LARGEST_VALUE:,} characters or items")


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    _bounded(len(numbers) if abs(numbers.stop - numbers.start) < LARGEST_NUMBER else LARGEST_NUMBER)
    return numbers


def _replace(text: str, old: str, new: str) -> str:
    text, old, new = str(text), str(old), str(new)
    _bounded(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _join(items: Any, separator: str = "") -> str:
    texts = [_scalar(item) for item in items]
    _bounded(sum(len(str(text)) + len(str(separator)) for text in texts))
    return str(separator).join(str(text) for text in texts)


def _scalar(value: Any) -> Any:
    """What may stand in text: lists and maps may not."""
    if isinstance(value, list | tuple | dict | set):
        raise ExpressionError("is a list or a map in the middle of text")
    return value


def _plain(value: Any, depth: int = 20) -> Any:
    """The value as data that YAML could have held."""
    if depth == 0:
        raise ExpressionError("is nested too deep")
    if isinstance(value, str):
        _bounded(len(value))
        return str(value)
    if value is None or isinstance(value, bool | int | float | Reference):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | range):
        _bounded(len(value))
        return [_plain(item, depth - 1) for item in value]
    raise ExpressionError(f"is no plain value: {type(value).__name__}")
