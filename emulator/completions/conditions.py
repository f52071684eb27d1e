"""Whether the conditions of a policy statement hold, as IAM decides it. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Context = Mapping[str, str | list[str]]
"""What is known of a request: condition key (in lower case) → its value, or its values."""


def is_met(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether all conditions of a statement hold for a request.

    An operator that IAM does not have holds never.
    """
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(operator, known.get(key.lower()), _list(wanted))
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, actual: str | list[str] | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return all((actual is None) == (one == "true") for one in wanted)
    quantifier, _, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    is_negated = name in NEGATED
    compare = OPERATORS.get(NEGATED.get(name, name))
    if compare is None:
        return False
    if actual is None:
        # Not there, so not equal; and all of no values are whatever they should be.
        return is_negated or rest.endswith("IfExists") or quantifier == "ForAllValues"
    found = [any(_try(compare, one, two) for two in wanted) != is_negated for one in _list(actual)]
    return any(found) if quantifier == "ForAnyValue" else all(found)


def _try(compare: Callable[[str, str], bool], actual: str, wanted: str) -> bool:
    """What can't be compared (a number with a word) does not match."""
    try:
        return compare(actual, wanted)
    except ValueError:
        return False


def _like(actual: str, pattern: str) -> bool:
    """`*` and `?` as IAM has them: nothing else is special."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, actual, re.DOTALL) is not None


def _arn_like(actual: str, pattern: str) -> bool:
    """A star does not reach over the colons of an ARN, but for the last part."""
    actual_parts, parts = actual.split(":", 5), pattern.split(":", 5)
    return len(actual_parts) == len(parts) and all(map(_like, actual_parts, parts))


def _date(text: str) -> datetime:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _in_network(actual: str, network: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(network, strict=False)


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": _like,
    "BinaryEquals": lambda actual, wanted: actual == wanted,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "IpAddress": _in_network,
    "NumericEquals": lambda actual, wanted: float(actual) == float(wanted),
    "NumericLessThan": lambda actual, wanted: float(actual) < float(wanted),
    "NumericLessThanEquals": lambda actual, wanted: float(actual) <= float(wanted),
    "NumericGreaterThan": lambda actual, wanted: float(actual) > float(wanted),
    "NumericGreaterThanEquals": lambda actual, wanted: float(actual) >= float(wanted),
    "DateEquals": lambda actual, wanted: _date(actual) == _date(wanted),
    "DateLessThan": lambda actual, wanted: _date(actual) < _date(wanted),
    "DateLessThanEquals": lambda actual, wanted: _date(actual) <= _date(wanted),
    "DateGreaterThan": lambda actual, wanted: _date(actual) > _date(wanted),
    "DateGreaterThanEquals": lambda actual, wanted: _date(actual) >= _date(wanted),
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
"""Operators that hold where none of the wanted values matches."""
