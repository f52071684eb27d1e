"""Conditions of policies: a statement whose condition is not met says nothing.

moto takes an unmet condition for a denial, so that `Deny … unless TLS` locks everybody out.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

`aws:SecureTransport` is decided for real, but for one thing: requests from loopback count as TLS,
because the emulator speaks plain HTTP. The header `X-Emulated-Transport: plain` says otherwise.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Any

from flask import has_request_context, request
from moto.iam.access_control import IAMPolicyStatement, PermissionResult

PLAIN_HEADER = "X-Emulated-Transport"
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringNotEquals": lambda actual, wanted: actual != wanted,
    "StringLike": fnmatch.fnmatchcase,
    "ArnLike": fnmatch.fnmatchcase,
    "ArnEquals": fnmatch.fnmatchcase,
}


def complete() -> None:
    """Evaluates the conditions of policy statements."""
    stock = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(
        self: Any,
        action: str,
        resource: str = "*",
        principal: str | None = None,
        incoming_condition_values: dict[str, str] | None = None,
    ) -> Any:
        condition = self._statement.get("Condition")
        if not condition:
            return stock(self, action, resource, principal, incoming_condition_values)
        if not is_met(condition, {**_context(), **(incoming_condition_values or {})}):
            return PermissionResult.NEUTRAL
        rest = {key: value for key, value in self._statement.items() if key != "Condition"}
        return stock(IAMPolicyStatement(rest), action, resource, principal)

    IAMPolicyStatement.is_action_permitted = is_action_permitted  # type: ignore[method-assign]


def is_met(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Whether all of a statement's conditions hold for a request.

    A key that the request does not have holds only for operators that end in `IfExists`. Operators
    that are not known here never hold.
    """
    for operator, keys in condition.items():
        compare = OPERATORS.get(operator.removesuffix("IfExists"))
        for key, wanted in keys.items():
            actual = context.get(key)
            if actual is None and operator.endswith("IfExists"):
                continue
            values = wanted if isinstance(wanted, list) else [wanted]
            if compare is None or actual is None:
                return False
            if not any(compare(actual, str(value)) for value in values):
                return False
    return True


def _context() -> dict[str, str]:
    plain = has_request_context() and request.headers.get(PLAIN_HEADER) == "plain"
    return {"aws:SecureTransport": "false" if plain else "true"}
