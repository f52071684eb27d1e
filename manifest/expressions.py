"""Jinja2, fenced in: expressions of `${{ }}` and whole files `*.yaml.j2`. Pure.

Beyond Jinja's sandbox there is a short list of filters, tests and methods; nothing makes large
values out of small ones; loops have a deadline. `fence.py` is that list. Imported only when a file
has a template that is more than a path (see `scope.py`).
"""

from __future__ import annotations

import math
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.environment import TemplateExpression
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser

from manifest import fence
from manifest.references import KnownLater, Reference
from manifest.scope import ExpressionError

LONGEST_EXPRESSION = 1_000
LARGEST_OUTPUT = 1024 * 1024
"""Characters of a rendered file."""
DEADLINE = 2.0
"""Seconds for one template file: far more than honest ones take."""
LATER = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
STATEMENTS = (nodes.For, nodes.If, nodes.Output, nodes.TemplateData, nodes.Assign, nodes.Template)


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of one expression: plain data or a `Reference`.

    Raises ExpressionError.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise ExpressionError(f"is longer than {LONGEST_EXPRESSION} characters")
    with _known_errors():
        value = _compiled(expression)(**scope)
        if isinstance(value, StrictUndefined):
            value._fail_with_undefined_error()
        return plain(value)


def render(text: str, scope: Mapping[str, Any]) -> str:
    """A whole template file rendered: loops, conditions, assignments, expressions.

    `${{ }}` in it stays as it is, for later. Raises ExpressionError.
    """
    environment = fence.Environment()
    text = LATER.sub(lambda found: f"{{% raw %}}{found[0]}{{% endraw %}}", text)
    with _known_errors(), _deadline():
        tree = environment.parse(text)
        _only_statements(tree)
        fence.fence(tree, environment)
        pieces, length = [], 0
        for piece in environment.from_string(tree).generate(**scope):
            length += len(piece)
            if length > LARGEST_OUTPUT:
                raise ExpressionError(f"makes more than {LARGEST_OUTPUT:,} characters")
            pieces.append(piece)
        return "".join(pieces)


def plain(value: Any) -> Any:
    """The value as data that YAML could have held. Raises ExpressionError."""
    return _plain(value, fence.Budget())


def _compiled(expression: str) -> TemplateExpression:
    """As `Environment.compile_expression`, with the fence between reading and compiling."""
    environment = fence.Environment()
    parser = Parser(environment, expression, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("goes on after its end", parser.stream.current.lineno)
    tree.set_environment(environment)
    result = nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)
    body = nodes.Template([result], lineno=1)
    fence.fence(body, environment)
    return TemplateExpression(environment.from_string(body), undefined_to_none=False)


@contextmanager
def _known_errors() -> Iterator[None]:
    try:
        yield
    except ExpressionError:
        raise
    except KnownLater as error:
        raise ExpressionError(f"uses {error}, which is known only after deployment") from None
    except SecurityError as error:
        raise ExpressionError(f"does what templates may not: {error}".rstrip(".")) from None
    except TemplateError as error:
        raise ExpressionError(str(error.message or error).rstrip(".")) from None
    except (RecursionError, MemoryError, SyntaxError):
        raise ExpressionError("is nested too deep") from None
    except Exception as error:  # whatever Jinja makes of it: it is the template that is wrong
        raise ExpressionError(f"can't be evaluated: {error}".rstrip(".")) from None


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
    for node in template.find_all(nodes.Stmt):
        if not isinstance(node, STATEMENTS):
            raise ExpressionError(
                f"line {node.lineno} has a {type(node).__name__.lower()}; "
                "for, if, set and expressions are what there is"
            )


def _plain(value: Any, budget: fence.Budget, depth: int = 20) -> Any:
    budget.spend(1)
    if depth == 0:
        raise ExpressionError("is nested too deep")
    if isinstance(value, str):
        fence.bounded(len(value))
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError(f"is {value}, which is no number that YAML and JSON share")
    if value is None or isinstance(value, bool | int | float | Reference):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, budget, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(item, budget, depth - 1) for item in value]
    raise ExpressionError(f"is no plain value but a {type(value).__name__}")
