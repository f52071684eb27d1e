"""Route 53: key-signing keys and DNSSEC, and changes that are in sync at once.

moto answers changes with the status INSYNC, and the AWS provider still waits 15 seconds before it
asks for the status. An answer without `ChangeInfo` makes it go on: the wait is not exercised here.
`GROUNDPLAN_EMULATED_CHANGES=wait` keeps it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
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
MOST_KEYS = 2
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
SIGNING, NOT_SIGNING = "SIGNING", "NOT_SIGNING"


@dataclass
class Signing:
    """The DNSSEC of one zone."""

    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name → key-signing key, in the shape of the API."""
    serves: bool = False


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
        signing = _signing(self, zone)
        if signing.keys or signing.serves:
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
    keys = _signing(self, zone_id).keys
    arn = self._get_param("KeyManagementServiceArn")
    if name in keys:
        raise _fault("KeySigningKeyAlreadyExists", "You've already created a key of this name.")
    if len(keys) >= MOST_KEYS:
        raise _fault("TooManyKeySigningKeys", f"A zone has at most {MOST_KEYS} keys.")
    key = _dns_key(zone.name, arn)
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
    keys[name] = shape
    location = f"https://route53.amazonaws.com/2013-04-01/keysigningkey/{zone_id}/{name}"
    return ActionResult(_changed({"KeySigningKey": shape, "Location": location}))


def activate_key_signing_key(self: Any) -> ActionResult:
    """ActivateKeySigningKey."""
    _set_status(_key(self), ACTIVE)
    return ActionResult(_changed({}))


def deactivate_key_signing_key(self: Any) -> ActionResult:
    """DeactivateKeySigningKey: not the last one of a signed zone."""
    key, signing = _key(self), _signing(self, _zone_id(self))
    if signing.serves and _active(signing) == [key]:
        raise _fault("KeySigningKeyInUse", "It is the only active key of a signed zone.")
    _set_status(key, INACTIVE)
    return ActionResult(_changed({}))


def delete_key_signing_key(self: Any) -> ActionResult:
    """DeleteKeySigningKey: only an inactive one."""
    key = _key(self)
    if key["Status"] != INACTIVE:
        raise _fault("InvalidKeySigningKeyStatus", "The key must be inactive.")
    del _signing(self, _zone_id(self)).keys[key["Name"]]
    return ActionResult(_changed({}))


def enable_hosted_zone_dnssec(self: Any) -> ActionResult:
    """EnableHostedZoneDNSSEC: needs an active key."""
    signing = _signing(self, _zone_id(self))
    if not _active(signing):
        raise _fault("KeySigningKeyWithActiveStatusNotFound", "The zone has no active key.")
    signing.serves = True
    return ActionResult(_changed({}))


def disable_hosted_zone_dnssec(self: Any) -> ActionResult:
    """DisableHostedZoneDNSSEC."""
    signing = _signing(self, _zone_id(self))
    if not signing.serves:
        raise _fault("DNSSECNotFound", "The hosted zone doesn't have any DNSSEC resources.")
    signing.serves = False
    return ActionResult(_changed({}))


def get_dnssec(self: Any) -> ActionResult:
    """GetDNSSEC."""
    signing = _signing(self, _zone_id(self))
    status = SIGNING if signing.serves else NOT_SIGNING
    keys = list(signing.keys.values())
    return ActionResult({"Status": {"ServeSignature": status}, "KeySigningKeys": keys})


def _zone_id(response: Any) -> str:
    id_: str = response._get_param("HostedZoneId").rpartition("/")[2]
    return id_


def _key(response: Any) -> dict[str, Any]:
    name = response._get_param("Name")
    keys = _signing(response, _zone_id(response)).keys
    if name not in keys:
        raise _fault("NoSuchKeySigningKey", f"There is no key {name}.")
    return keys[name]


def _signing(response: Any, zone_id: str) -> Signing:
    """A zone's DNSSEC, kept with moto's zones so that a reset forgets both. Raises for no zone."""
    backend = response.backend
    backend.get_hosted_zone(zone_id)
    zones: dict[str, Signing] = backend.__dict__.setdefault("dnssec", {})
    return zones.setdefault(zone_id, Signing())


def _active(signing: Signing) -> list[dict[str, Any]]:
    return [key for key in signing.keys.values() if key["Status"] == ACTIVE]


def _set_status(key: dict[str, Any], status: str) -> None:
    key.update(Status=status, LastModifiedDate=utcnow())


def _dns_key(zone: str, arn: str) -> DnsKey:
    """The DNS key that a KMS key makes; AWS asks the same of it."""
    parts = arn.split(":")
    if parts[2:4] != ["kms", KEY_REGION]:
        raise _fault("InvalidKMSArn", f"The key must be in {KEY_REGION}.")
    backend: Any = kms_backends[parts[4]][KEY_REGION]
    try:
        key = backend.describe_key(arn)
        _, public = backend.get_public_key(arn)
        if not key.enabled or key.key_usage != "SIGN_VERIFY":
            raise ValueError("the key does not sign")
        return DnsKey.of(zone, public)
    # moto's errors of KMS have many classes; whatever it is, this key can't be used.
    except Exception as error:
        raise _fault("InvalidKMSArn", f"The key can't sign zones: {error}") from error


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
