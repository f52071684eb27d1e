"""A believable value for a computed attribute by its name and type alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.providers.schema import Attribute, Type

BY_NAME = {
    r"(^|_)u?u?id$": "{uuid}",
    r"certificate$|(^|_)ca(_cert)?$": "{certificate}",
    r"fingerprint$|etag$|sha1$|checksum$|hash$": "{hex}",
    r"(ur[il]|link|issuer|endpoint)$": "https://{hex}.emulated.example",
    r"email$": "{hex}@emulated.example",
    r"(^|_)(ip|address|gateway)$": "203.0.113.{octet}",
    r"(_time|_at|timestamp|^created|^updated)$": "2026-01-01T00:00:00Z",
    r"secret|token|password|private_key$": "{secret}",
}
IDENTIFIER = re.compile(r"(^|_)id$")
EMPTY: Mapping[str, Any] = {"bool": False, "number": 0, "list": [], "set": [], "map": {}}


def template(attribute: Attribute) -> Any:
    """What to make of an attribute that no table knows: a text with `{name}`, or a constant.

    What could have been configured and was not is empty: the server's default, as a rule. Only
    an id is made even then.
    """
    if attribute.type != "string":
        return _empty(attribute.type)
    if not attribute.read_only and not IDENTIFIER.search(attribute.name):
        return ""
    found = (text for name, text in BY_NAME.items() if re.search(name, attribute.name))
    return next(found, f"{attribute.name.replace('_', '-')}-{{hex}}")


def _empty(type_: Type) -> Any:
    if isinstance(type_, str):
        return EMPTY.get(type_)
    kind, inner = type_
    if kind == "object":
        return {name: "" if one == "string" else _empty(one) for name, one in inner.items()}
    if kind == "tuple":
        return [_empty(one) for one in inner]
    return EMPTY[kind]
