"""Route 53: key-signing keys and DNSSEC, and changes that are in sync at once.

moto answers changes with the status INSYNC, and the AWS provider still waits 15 seconds before it
asks for the status. An answer without `ChangeInfo` makes it go on: the wait is not exercised here.
`GROUNDPLAN_EMULATED_CHANGES=wait` keeps it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.kms.models import kms_backends
from moto.route53 import urls
from moto.route53.exceptions import Route53ClientError
from moto.route53.responses import Route53

from emulator.completions.dnssec import DnsKey

SETTING = "GROUNDPLAN_EMULATED_CHANGES"
CHANGING = ("create_hosted_zone", "delete_hosted_zone", "change_resource_record_sets")
KEY_REGION = "us-east-1"
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
SIGNING, NOT_SIGNING = "SIGNING", "NOT_SIGNING"

_keys: dict[str, dict[str, dict[str, Any]]] = {}
"""Zone → name → key-signing key, in the shape of the API."""
_signing: set[str] = set()
"""Zones that are signed."""


def complete() -> None:
    """Adds DNSSEC to moto's Route 53."""
    for action in (
        create_key_signing_key,
        activate_key_signing_key,
        deactivate_key_signing_key,
        delete_key_signing_key,
        enable_hosted_zone_dnssec,
        disable_hosted_zone_dnssec,
        get_dnssec,
    ):
        setattr(Route53, action.__name__, action)
    stock = Route53.delete_hosted_zone

    def delete_hosted_zone(self: Any) -> Any:
        zone = self._get_param("Id").rpartition("/")[2]
        if _keys.get(zone) or zone in _signing:
            raise _fault("HostedZoneNotEmpty", "The zone has key-signing keys or is signed.")
        return stock(self)

    Route53.delete_hosted_zone = delete_hosted_zone  # type: ignore[method-assign]
    if os.environ.get(SETTING) != "wait":
        for name in CHANGING:
            setattr(Route53, name, _without_change(getattr(Route53, name)))
    version, zone = r"{0}/(?P<api_version>[\d_-]+)", r"(?P<zone_id>[^/]+)"
    for path in (
        rf"{version}/keysigningkey$",
        rf"{version}/keysigningkey/{zone}/(?P<name>[^/]+)$",
        rf"{version}/keysigningkey/{zone}/(?P<name>[^/]+)/activate$",
        rf"{version}/keysigningkey/{zone}/(?P<name>[^/]+)/deactivate$",
        rf"{version}/hostedzone/{zone}/enable-dnssec$",
        rf"{version}/hostedzone/{zone}/disable-dnssec$",
    ):
        urls.url_paths[path] = Route53.dispatch


def create_key_signing_key(self: Any) -> ActionResult:
    """CreateKeySigningKey."""
    zone_id, name = _zone_id(self), self._get_param("Name")
    zone = self.backend.get_hosted_zone(zone_id)
    arn = self._get_param("KeyManagementServiceArn")
    if f":kms:{KEY_REGION}:" not in arn:
        raise _fault("InvalidKMSArn", f"The key must be in {KEY_REGION}.")
    if name in _keys.get(zone_id, {}):
        raise _fault("KeySigningKeyAlreadyExists", "You've already created a key of this name.")
    key = DnsKey.of(zone.name, _public_key(self.current_account, arn))
    shape = {
        "Name": name,
        "KmsArn": arn,
        "Flag": 257,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256",
        "SigningAlgorithmType": 13,
        "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": 2,
        "KeyTag": key.tag,
        "DigestValue": key.digest,
        "PublicKey": key.text,
        "DSRecord": key.ds_record,
        "DNSKEYRecord": key.dnskey_record,
        "Status": self._get_param("Status"),
        "CreatedDate": utcnow(),
        "LastModifiedDate": utcnow(),
    }
    _keys.setdefault(zone_id, {})[name] = shape
    location = f"https://route53.amazonaws.com/2013-04-01/keysigningkey/{zone_id}/{name}"
    return ActionResult(_changed({"KeySigningKey": shape, "Location": location}))


def activate_key_signing_key(self: Any) -> ActionResult:
    """ActivateKeySigningKey."""
    _key(self)["Status"] = ACTIVE
    return ActionResult(_changed({}))


def deactivate_key_signing_key(self: Any) -> ActionResult:
    """DeactivateKeySigningKey: not the last one of a signed zone."""
    key, zone_id = _key(self), _zone_id(self)
    active = [one for one in _keys[zone_id].values() if one["Status"] == ACTIVE]
    if zone_id in _signing and active == [key]:
        raise _fault("KeySigningKeyInUse", "It is the only active key of a signed zone.")
    key["Status"] = INACTIVE
    return ActionResult(_changed({}))


def delete_key_signing_key(self: Any) -> ActionResult:
    """DeleteKeySigningKey: only an inactive one."""
    key = _key(self)
    if key["Status"] != INACTIVE:
        raise _fault("InvalidKeySigningKeyStatus", "The key must be inactive.")
    del _keys[_zone_id(self)][key["Name"]]
    return ActionResult(_changed({}))


def enable_hosted_zone_dnssec(self: Any) -> ActionResult:
    """EnableHostedZoneDNSSEC: needs an active key."""
    zone_id = _zone_id(self)
    self.backend.get_hosted_zone(zone_id)
    if not any(one["Status"] == ACTIVE for one in _keys.get(zone_id, {}).values()):
        raise _fault("KeySigningKeyWithActiveStatusNotFound", "The zone has no active key.")
    _signing.add(zone_id)
    return ActionResult(_changed({}))


def disable_hosted_zone_dnssec(self: Any) -> ActionResult:
    """DisableHostedZoneDNSSEC."""
    _signing.discard(_zone_id(self))
    return ActionResult(_changed({}))


def get_dnssec(self: Any) -> ActionResult:
    """GetDNSSEC."""
    zone_id = _zone_id(self)
    self.backend.get_hosted_zone(zone_id)
    status = SIGNING if zone_id in _signing else NOT_SIGNING
    keys = list(_keys.get(zone_id, {}).values())
    return ActionResult({"Status": {"ServeSignature": status}, "KeySigningKeys": keys})


def _zone_id(response: Any) -> str:
    id_: str = response._get_param("HostedZoneId").rpartition("/")[2]
    return id_


def _key(response: Any) -> dict[str, Any]:
    name = response._get_param("Name")
    keys = _keys.get(_zone_id(response), {})
    if name not in keys:
        raise _fault("NoSuchKeySigningKey", f"There is no key {name}.")
    return keys[name]


def _public_key(account: str, arn: str) -> bytes:
    backend: Any = kms_backends[account][KEY_REGION]
    _, public = backend.get_public_key(arn)
    return bytes(public)


def _changed(result: dict[str, Any]) -> dict[str, Any]:
    if os.environ.get(SETTING) != "wait":
        return result
    change = {"Id": "/change/C2682N5HXP0BZ4", "Status": "INSYNC", "SubmittedAt": utcnow()}
    return {**result, "ChangeInfo": change}


def _without_change(stock: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def action(self: Any) -> Any:
        answer = stock(self)
        answer.result.pop("ChangeInfo", None)
        return answer

    return action


def _fault(code: str, message: str) -> Route53ClientError:
    return Route53ClientError(code, message)
