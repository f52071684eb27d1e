"""Talks to jsii's kernel in place of `jsii._kernel.providers.process`.

Caller: jsii itself: `bindings.importing` puts this module where jsii looks for its own. It
implements jsii's `BaseProvider` with the same messages, but without cattrs and without looking up
a converter for every value, which is half of what a call costs in Python. Errors that Node
raises are raised here as jsii raises them. Tied to the jsii version in `bindings/session.py`.
"""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Callable, Mapping
from typing import Any

import jsii._kernel
from jsii._kernel.providers.base import BaseProvider
from jsii._kernel.types import (
    BeginResponse,
    Callback,
    CallbacksResponse,
    CompleteResponse,
    CreateResponse,
    DeleteResponse,
    EndResponse,
    EnumRef,
    GetRequest,
    GetResponse,
    GetScriptCommandResponse,
    InvokeRequest,
    InvokeResponse,
    LoadResponse,
    ObjRef,
    SetRequest,
    SetResponse,
    StatsResponse,
)
from jsii._stack_trace import capture_stack_trace, is_enabled
from jsii.errors import JavaScriptError, JSIIError

from bindings import session
from bindings.ahead import SILENT, Ahead

_FAULT = "@jsii/kernel.Fault"
_TRACES = is_enabled()
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
_stock_wire: Callable[[Any, Any], Any]


class ProcessProvider(BaseProvider):
    """jsii's kernel in the Node process that `bindings.start` started."""

    def __init__(self) -> None:
        current = session.current()
        assert current is not None  # noqa: S101 - this module is put in place by `begin`'s caller
        current.unread = lambda: _ahead.catch_up(session.process())
        # Not at import: jsii imports this module while it defines what is replaced here.
        global _stock_wire  # noqa: PLW0603
        if jsii._kernel._make_reference_for_native is not _wire:
            _stock_wire = jsii._kernel._make_reference_for_native
            jsii._kernel._make_reference_for_native = _wire  # type: ignore[assignment]

    def _call(self, api: str, request: Any) -> Any:
        """Sends a request; returns what the kernel answers, or a Callback it wants handled.

        Raises JSIIError for a fault of the bindings, RuntimeError for one of the program.
        """
        return self._exchange(_fields(api, request))

    def _exchange(self, fields: dict[str, Any]) -> Any:
        if _TRACES and (trace := capture_stack_trace()):
            fields["$jsii.stacktrace"] = trace
        process = session.process()
        # Before anything new is asked for: what was sent ahead may have failed.
        _ahead.catch_up(process)
        process.send_line(_encode(fields).encode())
        return _result(process.answer())

    def load(self, request: Any) -> Any:
        """The answer to a request that was sent at start."""
        line = session.loaded(request.name)
        if line is None:
            return LoadResponse(**self._call("load", request))
        return LoadResponse(**_result(line))

    def getScriptCommand(  # noqa: N802 - jsii calls it so
        self, request: Any
    ) -> Any:
        return GetScriptCommandResponse(**self._call("getBinScriptCommand", request))

    def create(self, request: Any) -> Any:
        if not (request.overrides or _TRACES):
            # Without overrides the interfaces are those that the class itself declares.
            line = _encode({**_fields("create", request), "interfaces": []}).encode()
            reference = _ahead.create(session.process(), line, request.fqn)
            return CreateResponse(ref=reference, interfaces=None)
        answer = self._call("create", request)
        if isinstance(answer, ObjRef):
            return CreateResponse(ref=answer.ref, interfaces=answer.interfaces)
        return answer

    def get(self, request: Any) -> Any:
        return _response(self._call("get", request), GetResponse)

    def set(self, request: Any) -> Any:
        return _response(self._call("set", request), SetResponse)

    def sget(self, request: Any) -> Any:
        return _response(self._call("sget", request), GetResponse)

    def sset(self, request: Any) -> Any:
        return _response(self._call("sset", request), SetResponse)

    def invoke(self, request: Any) -> Any:
        if request.method in SILENT and not _TRACES:
            line = _encode(_fields("invoke", request)).encode()
            _ahead.invoke(session.process(), line, request.method)
            return InvokeResponse(result=None)
        return _response(self._call("invoke", request), InvokeResponse)

    def sinvoke(self, request: Any) -> Any:
        return _response(self._call("sinvoke", request), InvokeResponse)

    def delete(self, request: Any) -> Any:
        return _response(self._call("del", request), DeleteResponse)

    def begin(self, request: Any) -> Any:
        return _response(self._call("begin", request), BeginResponse)

    def sbegin(self, request: Any) -> Any:
        return _response(self._call("sbegin", request), BeginResponse)

    def end(self, request: Any) -> Any:
        return _response(self._call("end", request), EndResponse)

    def callbacks(self, request: Any) -> Any:
        answer = self._call("callbacks", request)
        return CallbacksResponse(callbacks=[_callback(item) for item in answer["callbacks"]])

    def complete(self, request: Any) -> Any:
        return _response(self._call("complete", request), CompleteResponse)

    def sync_complete(self, request: Any, response_type: Any) -> Any:
        fields = {"cbid": request.cbid, "err": request.err, "result": request.result}
        return _response(self._exchange({"complete": fields}), response_type)

    def stats(self, request: Any = None) -> Any:
        return StatsResponse(**self._exchange({"api": "stats"}))


def _fields(api: str, request: Any) -> dict[str, Any]:
    fields = {name: getattr(request, name) for name in request.__slots__ if name[0] != "_"}
    fields["api"] = api
    return fields


def _result(line: bytes) -> Any:
    """What an answer says; raises what it complains about."""
    answer = _decoder(line.decode())
    if "ok" in answer:
        return answer["ok"]
    if "callback" in answer:
        return _callback(answer["callback"])
    cause = JavaScriptError(answer.get("stack") or "")  # type: ignore[no-untyped-call]
    if answer.get("name") == _FAULT:
        raise JSIIError(answer["error"]) from cause
    raise RuntimeError(answer["error"]) from cause


def _response(answer: Any, kind: Callable[..., Any]) -> Any:
    if isinstance(answer, Callback):
        return answer
    if kind is CreateResponse:
        return CreateResponse(ref=answer.ref, interfaces=answer.interfaces)
    return kind(**(answer or {}))


def _callback(fields: Mapping[str, Any]) -> Callback:
    def part(name: str, kind: Callable[..., Any]) -> Any:
        found = fields.get(name)
        return kind(**found) if found else None

    return Callback(
        cbid=fields["cbid"],
        cookie=fields["cookie"],
        invoke=part("invoke", InvokeRequest),
        get=part("get", GetRequest),
        set=part("set", SetRequest),
    )


def _decode(found: dict[str, Any]) -> Any:
    """Turns what stands for an object, an enum member, a date or a map into it."""
    if len(found) > 2:  # noqa: PLR2004 - nothing that stands for a value has more keys
        return found
    keys = found.keys()
    if "$jsii.byref" in found and keys <= {"$jsii.byref", "$jsii.interfaces"}:
        _ahead.seen(found["$jsii.byref"])
        return ObjRef(ref=found["$jsii.byref"], interfaces=found.get("$jsii.interfaces"))
    if keys == {"$jsii.map"}:
        return found["$jsii.map"]
    if keys == {"$jsii.enum"}:
        ref, member = found["$jsii.enum"].rsplit("/", 1)
        return EnumRef(ref=ObjRef(ref=ref + "@"), member=member)
    if keys == {"$jsii.date"}:
        return datetime.datetime.fromisoformat(found["$jsii.date"])
    return found


def _wire(kernel: Any, value: Any) -> Any:
    """A value as it is sent: jsii's `_make_reference_for_native`, quicker for what is common.

    Of a struct only what is set is sent. jsii sends null for the rest, which Node drops again.
    """
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict:
        return {"$jsii.map": {name: _wire(kernel, item) for name, item in value.items()}}
    if kind is list:
        return [_wire(kernel, item) for item in value]
    names = getattr(kind, "__jsii_name_mapping__", None)
    if names is None:
        return _stock_wire(kernel, value)
    values = value._values
    data = {name: _wire(kernel, values[own]) for own, name in names.items() if own in values}
    return {"$jsii.struct": {"fqn": kind.__jsii_type__, "data": data}}


def _plain(value: Any) -> Any:
    """What JSON can't say by itself: references, dates, enums, overrides."""
    if isinstance(value, ObjRef):
        return _reference(value)
    reference = getattr(value, "__jsii_ref__", None)
    if reference is not None:
        return _reference(reference)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError("Naive datetimes are not supported, please add a timezone.")
        return {"$jsii.date": value.isoformat()}
    if isinstance(value, enum.Enum):
        return {"$jsii.enum": f"{type(value).__jsii_type__}/{value.value}"}  # type: ignore[attr-defined]
    slots = getattr(type(value), "__slots__", None)
    if slots and type(value).__module__ == "jsii._kernel.types":
        return {name: getattr(value, name) for name in slots if name[0] != "_"}
    raise TypeError(f"Don't know how to convert object to JSON: {value!r}")


def _reference(reference: ObjRef) -> dict[str, Any]:
    if reference.interfaces:
        return {"$jsii.byref": reference.ref, "$jsii.interfaces": reference.interfaces}
    return {"$jsii.byref": reference.ref}


_ahead = Ahead(_result)
_decoder = json.JSONDecoder(object_hook=_decode).decode
_encode = json.JSONEncoder(default=_plain, check_circular=False, separators=(",", ":")).encode
