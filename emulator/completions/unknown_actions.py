"""A call that nobody implements fails at once, and says which it is. So does a fault of moto.

moto answers 500 (an action or a service that it lacks, an exception) or a web page that says 404
(a path that it lacks). Clients take a 500 for a passing fault and repeat it, the AWS provider for
minutes. 501 is repeated by no SDK of AWS, and by the AWS provider neither.

moto's own form of this would be `BaseResponse.call_action` and the WSGI application answering so.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from moto.core.responses import BaseResponse

NOT_IMPLEMENTED = "NotImplementedInEmulator"
FAULT = "EmulatorFault"
XML_WITHOUT_FORM = frozenset({"s3", "s3control", "route53", "cloudfront"})
"""Services of the protocol `rest-xml`, by the names they sign with; `query` sends forms."""

Environ = dict[str, Any]
Start = Callable[..., Any]


def complete() -> None:
    """Answers `NotImplementedInEmulator` for actions that moto does not have."""
    stock = BaseResponse.call_action

    def call_action(self: Any) -> Any:
        try:
            answer = stock(self)
        except NotImplementedError:
            answer = None
        action = self._get_action()
        # For a path that belongs to no action moto answers 404 without a body.
        if answer is not None and action:
            return answer
        action = action or f"{self.method} {self.parsed_url.path}"
        sentence = _sentence(self.service_name, action)
        return _refusal(self.service_name, NOT_IMPLEMENTED, sentence, bool(self.form_data))

    BaseResponse.call_action = call_action  # type: ignore[method-assign]


def refuse(service: str, action: str) -> tuple[int, dict[str, str], str]:
    """The answer of a service of the JSON protocols that does not have an action."""
    return _refusal(service, NOT_IMPLEMENTED, _sentence(service, action), form=False)


class Answering:
    """A WSGI application that answers for what moto's own lets through."""

    def __init__(self, application: Callable[[Environ, Start], Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Serves one request."""
        started: list[Any] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            started[:] = [status, headers]

        try:
            body = list(self._application(environ, start))
        except Exception as error:
            started, body = self._explain(environ, error)
        else:
            if started[0].startswith(("404", "405")) and _is_page(body):
                started, body = self._explain(environ, None)
        start_response(*started)
        return body

    def _explain(self, environ: Environ, error: Exception | None) -> tuple[list[Any], list[bytes]]:
        service = _service(environ)
        form = (environ.get("CONTENT_TYPE") or "").startswith("application/x-www-form-urlencoded")
        code, sentence = NOT_IMPLEMENTED, _sentence(service, _action(environ))
        if error is not None and not _is_missing(error):
            logging.getLogger(__name__).exception("%s %s", service, _action(environ))
            code = FAULT
            sentence = f"{type(error).__name__}: {error} (see the log of the emulated cloud)"
        status, headers, text = _refusal(service, code, sentence, form)
        return [f"{status} Not Implemented", list(headers.items())], [text.encode()]


def _refusal(service: str, code: str, message: str, form: bool) -> tuple[int, dict[str, str], str]:
    """Status, headers and body in the form that the service's clients read."""
    headers = {"x-amzn-errortype": code}
    if not form and service not in XML_WITHOUT_FORM:
        body = json.dumps({"__type": code, "message": message})
        return 501, {**headers, "Content-Type": "application/json"}, body
    fault = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    body = f"<ErrorResponse><Error>{fault}</Error></ErrorResponse>"
    if service == "ec2":
        body = f"<Response><Errors><Error>{fault}</Error></Errors></Response>"
    elif service in {"s3", "s3control"}:
        body = f"<Error>{fault}</Error>"
    return 501, {**headers, "Content-Type": "text/xml"}, body


def _sentence(service: str, action: str) -> str:
    return f"The emulated cloud has no {service} {action}"


def _service(environ: Environ) -> str:
    scope = re.search(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope else "service that signs so"


def _action(environ: Environ) -> str:
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return target.rpartition(".")[2]
    return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def _is_page(body: list[bytes]) -> bool:
    """Flask's page for a path it does not know. moto's own 404 may call itself HTML, too."""
    return b"".join(body[:1]).lstrip().lower().startswith(b"<!doctype html")


def _is_missing(error: Exception) -> bool:
    """moto's ways to say that it has no such service or action."""
    return isinstance(error, NotImplementedError) or (
        isinstance(error, (KeyError, AttributeError, TypeError, ImportError))
        and _raised_in(error, "backends.py")
    )


def _raised_in(error: Exception, file: str) -> bool:
    traceback = error.__traceback__
    while traceback is not None:
        last = traceback.tb_frame.f_code.co_filename
        traceback = traceback.tb_next
    return last.endswith(file)
