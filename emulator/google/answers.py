"""Answers as Google's JSON APIs give them. Pure."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response


def answer(content: Any) -> Response:
    """A good one."""
    return Response(json.dumps(content), content_type="application/json")


def error(status: int, message: str) -> Response:
    """https://cloud.google.com/apis/design/errors#http_mapping"""
    content = {"error": {"code": status, "message": message}}
    return Response(json.dumps(content), status=status, content_type="application/json")
