"""Conditions of policies: a statement whose condition is not met says nothing.

moto takes an unmet condition for a denial, so that `Deny … unless TLS` locks everybody out.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

`aws:SecureTransport` is decided for real, but for one thing: requests from loopback count as TLS,
because the emulator speaks plain HTTP. The header `X-Emulated-Transport: plain` says otherwise.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request
from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from emulator.completions.conditions import is_met

PLAIN_HEADER = "X-Emulated-Transport"
LOOPBACK = ("127.0.0.1", "::1")
HEADERS = {
    "s3:x-amz-acl": "x-amz-acl",
    "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
    "aws:useragent": "User-Agent",
}
"""Condition key → the header of the request that it is about."""


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
        if not is_met(condition, {**of_request(), **(incoming_condition_values or {})}):
            return PermissionResult.NEUTRAL
        rest = {key: value for key, value in self._statement.items() if key != "Condition"}
        return stock(IAMPolicyStatement(rest), action, resource, principal)

    IAMPolicyStatement.is_action_permitted = is_action_permitted  # type: ignore[method-assign]


def of_request() -> dict[str, str]:
    """What is known of the request that is being answered; moto knows of nothing else."""
    context = {"aws:currenttime": datetime.now(UTC).isoformat(), "aws:securetransport": "true"}
    if not has_request_context():
        return context
    is_local = request.remote_addr in LOOPBACK and request.headers.get(PLAIN_HEADER) != "plain"
    context["aws:securetransport"] = "true" if request.is_secure or is_local else "false"
    if request.remote_addr:
        context["aws:sourceip"] = request.remote_addr
    found = {key: request.headers.get(header) for key, header in HEADERS.items()}
    return {**context, **{key: value for key, value in found.items() if value is not None}}
