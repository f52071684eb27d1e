"""What templates can do: the filters, tests, methods and operators, each bounded. Pure.

The rule behind the list: no single step may make or walk more than `LARGEST_VALUE` characters or
items, because a step can't be interrupted. So lists can't be multiplied, only numbers summed, and
what is compared is measured first (a list that holds itself twice, thirty times over, is small in
memory and endless to compare).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_environment
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from manifest.references import KnownLater, Reference
from manifest.scope import ExpressionError, missing, part_of

LARGEST_VALUE = 65_536
"""Characters of a text, items of a list."""
LARGEST_NUMBER = 10**18
LARGEST_POWER = 9
PLAIN_FILTERS = (
    *("abs", "capitalize", "default", "first", "int", "float", "last", "length", "list"),
    *("lower", "title", "trim", "upper"),
)
COMPARING_FILTERS = ("max", "min", "sort", "unique")
PLAIN_TESTS = (
    *("boolean", "defined", "even", "false", "integer", "mapping", "none", "number", "odd"),
    *("sequence", "string", "true", "undefined"),
)
METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        (
            *("endswith", "isdigit", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip"),
            *("split", "startswith", "strip", "upper"),
        )
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
}


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with the fence around it."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            finalize=_scalar,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self.globals = {"range": _range}
        self.filters = {
            **{name: FILTERS[name] for name in PLAIN_FILTERS},
            **{name: _of_scalars(FILTERS[name]) for name in COMPARING_FILTERS},
            **OWN_FILTERS,
        }
        self.tests = {name: TESTS[name] for name in PLAIN_TESTS}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        _guard(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self._part(obj, argument)

    def is_safe_callable(self, obj: Any) -> bool:
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        kind = dict if isinstance(owner, Mapping) else type(owner)
        if isinstance(obj, StrictUndefined):
            return True  # calling it says what is missing
        return obj is _range or name in METHODS.get(kind, ())

    def _part(self, obj: Any, key: Any) -> Any:
        """A part of a value: of a map first the item, so that `values` is no method."""
        if isinstance(obj, Reference):
            raise ExpressionError(part_of(obj))
        if isinstance(obj, Mapping):
            try:
                return obj[key]
            except KeyError:
                if key not in METHODS[dict]:
                    return self.undefined(hint=missing(obj, key))
        return super().getitem(obj, key)


class Budget:
    """How many values may still be walked over."""

    def __init__(self) -> None:
        self._left = LARGEST_VALUE

    def spend(self, count: int) -> None:
        """Raises ExpressionError when it is used up."""
        self._left -= count
        if self._left < 0:
            bounded(LARGEST_VALUE + 1)


def fence(tree: nodes.Node, environment: Environment) -> None:
    """Refuses `~`, and has both sides of every comparison measured. Changes `tree`."""
    if tree.find(nodes.Concat):
        raise ExpressionError("joins text with ~; write text around ${{ }}, or use +")

    def measured(node: nodes.Expr) -> nodes.Expr:
        wrapped = nodes.Filter(node, MEASURED, [], [], None, None, lineno=node.lineno)
        wrapped.set_environment(environment)
        return wrapped

    for compare in list(tree.find_all(nodes.Compare)):
        compare.expr = measured(compare.expr)
        for operand in compare.ops:
            operand.expr = measured(operand.expr)


def bounded(size: float) -> None:
    """Raises ExpressionError if a value of `size` characters or items is too large."""
    if size > LARGEST_VALUE:
        raise ExpressionError(f"makes a value of more than {LARGEST_VALUE:,} characters or items")


def _guard(operator: str, left: Any, right: Any) -> None:
    for side in (left, right):
        if isinstance(side, Reference):
            raise KnownLater(side.name)
    numbers = all(isinstance(side, int | float) for side in (left, right))
    if operator == "%" and not numbers:
        raise ExpressionError("formats text with %; write text around ${{ }}")
    if operator == "**" and (
        not numbers or abs(left) > LARGEST_VALUE or abs(right) > LARGEST_POWER
    ):
        raise ExpressionError("raises to too high a power")
    if operator == "*" and numbers and abs(left * right) > LARGEST_NUMBER:
        raise ExpressionError("makes too large a number")
    if operator == "*" and not numbers:
        if not any(isinstance(side, str) for side in (left, right)):
            raise ExpressionError("multiplies what is neither number nor text")
        sizes = [len(side) if isinstance(side, str) else side for side in (left, right)]
        bounded(sizes[0] * sizes[1])
    if operator == "+" and not numbers and hasattr(left, "__len__") and hasattr(right, "__len__"):
        bounded(len(left) + len(right))


def _measured(value: Any) -> Any:
    """The value itself; raises what comparing it would need and can't have."""
    budget, waiting = Budget(), [value]
    while waiting:
        item = waiting.pop()
        budget.spend(1)
        if isinstance(item, Reference):
            raise KnownLater(item.name)
        if isinstance(item, Mapping):
            budget.spend(len(item))
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            budget.spend(len(item))
            waiting.extend(item)
    return value


def _scalars(values: Any) -> list[Any]:
    items = list(values)
    bounded(len(items))
    return [_measured(_scalar(item)) for item in items]


def _of_scalars(function: Callable[..., Any]) -> Callable[..., Any]:
    @pass_environment
    def guarded(environment: Environment, value: Any, *arguments: Any, **named: Any) -> Any:
        result = function(environment, _scalars(value), *arguments, **named)
        return result if isinstance(result, str) or not isinstance(result, Iterable) else [*result]

    return guarded


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    bounded(len(numbers) if abs(numbers.stop - numbers.start) < LARGEST_NUMBER else LARGEST_NUMBER)
    return numbers


def _replace(text: str, old: str, new: str) -> str:
    text, old, new = str(text), str(old), str(new)
    bounded(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _join(items: Any, separator: str = "") -> str:
    texts = [str(_scalar(item)) for item in items]
    bounded(sum(len(text) + len(str(separator)) for text in texts))
    return str(separator).join(texts)


def _sum(values: Any) -> float:
    items = _scalars(values)
    if not all(isinstance(item, int | float) for item in items):
        raise ExpressionError("sums what is no number")
    total: float = sum(items)
    return total


def _round(value: float, digits: int = 0) -> float:
    if not 0 <= digits <= LARGEST_POWER:
        raise ExpressionError(f"rounds to {digits} digits; 0 to {LARGEST_POWER} can be had")
    return round(float(value), digits)


def _string(value: Any) -> str:
    return _join([value])


def _items(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(mapping.items())


def _dictsort(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(mapping.items(), key=lambda item: str(item[0]))


def _scalar(value: Any) -> Any:
    """What may stand in text: lists and maps may not."""
    if isinstance(value, list | tuple | set | range | Mapping):
        raise ExpressionError("is a list or a map in the middle of text")
    return value


MEASURED = "measured"
OWN_FILTERS: dict[str, Callable[..., Any]] = {
    "dictsort": _dictsort,
    "items": _items,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "string": _string,
    "sum": _sum,
    MEASURED: _measured,
}
