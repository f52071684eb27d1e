"""DNSSEC of Route 53: real keys, records as the RFCs say, refusals as AWS refuses."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.responses import ActionResult
from moto.route53.responses import Route53

from emulator.completions.dnssec import DnsKey
from tests.emulator.conftest import conforms

Client = Callable[[str], Any]
ACTIONS = {
    "create_key_signing_key": "CreateKeySigningKey",
    "activate_key_signing_key": "ActivateKeySigningKey",
    "deactivate_key_signing_key": "DeactivateKeySigningKey",
    "delete_key_signing_key": "DeleteKeySigningKey",
    "enable_hosted_zone_dnssec": "EnableHostedZoneDNSSEC",
    "disable_hosted_zone_dnssec": "DisableHostedZoneDNSSEC",
    "get_dnssec": "GetDNSSEC",
}


@pytest.fixture(autouse=True)
def as_the_api_says(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compares every answer with the API model; boto3 would drop what it does not know."""
    model = client("route53").meta.service_model

    def checking(action: str) -> Callable[[Any], ActionResult]:
        stock = getattr(Route53, action)

        def checked(self: Any) -> ActionResult:
            answer: ActionResult = stock(self)
            shape = model.operation_model(ACTIONS[action]).output_shape
            conforms(answer.result, shape, action)
            return answer

        return checked

    for action in ACTIONS:
        monkeypatch.setattr(Route53, action, checking(action))
    yield


@pytest.fixture
def zone(client: Client) -> str:
    made = client("route53").create_hosted_zone(Name="acme.example", CallerReference="x")
    id_: str = made["HostedZone"]["Id"].rpartition("/")[2]
    return id_


@pytest.fixture
def key_arn() -> str:
    kms = boto3.client("kms", region_name="us-east-1")
    arn: str = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    return arn


def signing_key(client: Client, zone: str, key_arn: str) -> dict[str, Any]:
    made: dict[str, Any] = client("route53").create_key_signing_key(
        CallerReference="y",
        HostedZoneId=zone,
        KeyManagementServiceArn=key_arn,
        Name="groundplan",
        Status="ACTIVE",
    )
    return made["KeySigningKey"]  # type: ignore[no-any-return]


def test_records_of_a_key_follow_the_rfcs() -> None:
    """The example of RFC 6605, section 6.1: key tag 55648, and its DS record."""
    public = base64.b64decode(
        "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
    )
    key = DnsKey("example.net.", public)
    assert key.tag == 55648
    assert key.digest == "B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17"


def test_the_ds_record_is_the_digest_of_the_key(client: Client, zone: str, key_arn: str) -> None:
    key = signing_key(client, zone, key_arn)
    public = boto3.client("kms", region_name="us-east-1").get_public_key(KeyId=key_arn)
    expected = DnsKey.of("acme.example.", public["PublicKey"])
    assert key["DSRecord"] == expected.ds_record
    rdata = bytes([1, 1, 3, 13]) + base64.b64decode(key["PublicKey"])
    wire = b"\x04acme\x07example\x00"
    assert key["DigestValue"] == hashlib.sha256(wire + rdata).hexdigest().upper()


def test_signing_needs_an_active_key(client: Client, zone: str, key_arn: str) -> None:
    route53 = client("route53")
    with pytest.raises(ClientError, match="KeySigningKeyWithActiveStatusNotFound"):
        route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    signing_key(client, zone, key_arn)
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    assert route53.get_dnssec(HostedZoneId=zone)["Status"]["ServeSignature"] == "SIGNING"


def test_signing_ends_before_the_key_goes(client: Client, zone: str, key_arn: str) -> None:
    route53 = client("route53")
    signing_key(client, zone, key_arn)
    route53.enable_hosted_zone_dnssec(HostedZoneId=zone)
    names = {"HostedZoneId": zone, "Name": "groundplan"}
    with pytest.raises(ClientError, match="KeySigningKeyInUse"):
        route53.deactivate_key_signing_key(**names)
    with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
        route53.delete_hosted_zone(Id=zone)
    route53.disable_hosted_zone_dnssec(HostedZoneId=zone)
    with pytest.raises(ClientError, match="InvalidKeySigningKeyStatus"):
        route53.delete_key_signing_key(**names)
    route53.deactivate_key_signing_key(**names)
    route53.delete_key_signing_key(**names)
    assert route53.get_dnssec(HostedZoneId=zone)["KeySigningKeys"] == []
    route53.delete_hosted_zone(Id=zone)


def test_a_signing_key_of_another_region_is_refused(client: Client, zone: str) -> None:
    arn = "arn:aws:kms:eu-central-1:123456789012:key/x"
    with pytest.raises(ClientError, match="InvalidKMSArn"):
        signing_key(client, zone, arn)


@pytest.mark.parametrize(
    ("spec", "usage"),
    [("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), ("ECC_NIST_P384", "SIGN_VERIFY")],
    ids=["it encrypts", "another curve"],
)
def test_a_key_that_cannot_sign_zones_is_refused(
    client: Client, zone: str, spec: str, usage: str
) -> None:
    kms = boto3.client("kms", region_name="us-east-1")
    arn = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="InvalidKMSArn"):
        signing_key(client, zone, arn)
    assert client("route53").get_dnssec(HostedZoneId=zone)["KeySigningKeys"] == []


def test_a_zone_that_does_not_exist_is_not_signed(client: Client) -> None:
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        client("route53").get_dnssec(HostedZoneId="Z000")


def test_changes_wait_when_asked_to(
    client: Client, zone: str, key_arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the wire it is `GROUNDPLAN_EMULATED_CHANGES=wait`."""
    route53 = client("route53")
    names = {"HostedZoneId": zone, "Name": "groundplan"}
    signing_key(client, zone, key_arn)
    assert "ChangeInfo" not in route53.deactivate_key_signing_key(**names)
    monkeypatch.setenv("GROUNDPLAN_EMULATED_CHANGES", "wait")
    change = route53.activate_key_signing_key(**names)["ChangeInfo"]
    assert route53.get_change(Id=change["Id"])["ChangeInfo"]["Status"] == "INSYNC"
