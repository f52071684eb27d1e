"""A call that nobody implements fails at once, and says which it is.

moto answers 500, which clients take for a passing fault and repeat for minutes.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import BaseResponse


def complete() -> None:
    """Answers `NotImplemented` with status 400 for actions that moto does not have."""
    stock = BaseResponse.call_action

    def call_action(self: Any) -> Any:
        try:
            return stock(self)
        except NotImplementedError as error:
            message = f"The emulated cloud has no {self.service_name} {error}"
            body = json.dumps({"__type": "NotImplementedInEmulator", "message": message})
            fault = f"<Code>NotImplementedInEmulator</Code><Message>{message}</Message>"
            xml = f"<ErrorResponse><Error>{fault}</Error></ErrorResponse>"
            if self.service_name == "ec2":
                xml = f"<Response><Errors><Error>{fault}</Error></Errors></Response>"
            speaks_json = "json" in (self.headers.get("Content-Type") or "")
            return (
                400,
                {"x-amzn-errortype": "NotImplementedInEmulator"},
                body if speaks_json else xml,
            )

    BaseResponse.call_action = call_action  # type: ignore[method-assign]
