"""The webhook that says whose an EKS token is, over TLS, before the running emulated cloud."""

from __future__ import annotations

import base64
import datetime
import json
import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emulator import ApiServer, Emulator
from tests.emulator.tokens import REGION, assume, presign, stranger, token, wrap

ACCOUNT = "111122223333"
POLICY = "arn:aws:eks::aws:cluster-access-policy/"
VIEWER = f"arn:aws:iam::{ACCOUNT}:role/people/viewer"
BACKED = "backed"
ENDPOINT = "https://127.0.0.1:1"

Review = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> ApiServer:
    """One that nobody runs: only its authenticator is asked here."""
    folder = tmp_path_factory.mktemp("api-server")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return ApiServer(ENDPOINT, folder / "tls.crt", port, folder / "tls.crt", folder / "tls.key")


@pytest.fixture(scope="module")
def backed(api_server: ApiServer) -> Iterator[Emulator]:
    """An emulated cloud where the cluster `backed` has an API server, and two clusters."""
    with Emulator.start(api_servers={BACKED: api_server}) as running:
        eks, ec2 = _client(running, "eks"), _client(running, "ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate("ab")
        ]
        for name in (BACKED, "other"):
            eks.create_cluster(
                name=name,
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/cluster",
                resourcesVpcConfig={"subnetIds": subnets},
                accessConfig={"authenticationMode": "API"},
            )
            eks.create_access_entry(
                clusterName=name, principalArn=VIEWER, kubernetesGroups=["readers"]
            )
            eks.associate_access_policy(
                clusterName=name,
                principalArn=VIEWER,
                policyArn=f"{POLICY}AmazonEKSViewPolicy",
                accessScope={"type": "namespace", "namespaces": ["web"]},
            )
        yield running


@pytest.fixture
def review(backed: Emulator, api_server: ApiServer) -> Review:
    """Asks as an API server asks; the status of the answer."""
    context = ssl.create_default_context(cafile=api_server.certificate_authority)

    def ask(given: str) -> dict[str, Any]:
        question = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenReview",
            "spec": {"token": given},
        }
        request = urllib.request.Request(
            f"https://localhost:{api_server.authenticator_port}/authenticate",
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:  # noqa: S310
            document: dict[str, Any] = json.load(answer)
        assert document["kind"] == "TokenReview"
        status: dict[str, Any] = document["status"]
        return status

    return ask


def _client(cloud: Emulator, service: str, **credentials: str) -> Any:
    given = credentials or stranger()
    return boto3.client(service, endpoint_url=cloud.endpoint, region_name=REGION, **given)


def test_only_the_named_cluster_is_backed(backed: Emulator, api_server: ApiServer) -> None:
    eks = _client(backed, "eks")
    shown = eks.describe_cluster(name=BACKED)["cluster"]
    authority = base64.b64decode(shown["certificateAuthority"]["data"])
    assert shown["endpoint"] == ENDPOINT
    assert authority == api_server.certificate_authority.read_bytes()
    assert eks.describe_cluster(name="other")["cluster"]["endpoint"].endswith(".amazonaws.com")


def test_who_made_the_cluster_is_its_master(backed: Emulator, review: Review) -> None:
    status = review(token(BACKED, backed.endpoint))
    assert status["authenticated"] is True, status
    assert status["user"]["groups"] == ["system:masters"]


def test_a_role_is_known_by_its_entry_whatever_its_path(backed: Emulator, review: Review) -> None:
    status = review(token(BACKED, backed.endpoint, assume(backed.endpoint, VIEWER)))
    assert status["authenticated"] is True, status
    user = status["user"]
    assert user["username"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/viewer/ada"
    assert user["groups"] == ["readers", "eks-access-policy:AmazonEKSViewPolicy:web"]
    assert user["extra"]["canonicalArn"] == [VIEWER]


def test_a_token_signed_for_the_sts_of_aws_counts(backed: Emulator, review: Review) -> None:
    host = f"https://sts.{REGION}.amazonaws.com"
    assert review(token(BACKED, host, assume(backed.endpoint, VIEWER)))["authenticated"] is True


@pytest.mark.parametrize(
    "role",
    [
        f"arn:aws:iam::{ACCOUNT}:role/stranger",
        "arn:aws:iam::444455556666:role/people/viewer",
    ],
    ids=["unknown", "namesake of another account"],
)
def test_a_role_without_an_entry_is_refused(backed: Emulator, review: Review, role: str) -> None:
    status = review(token(BACKED, backed.endpoint, assume(backed.endpoint, role)))
    assert status["authenticated"] is False
    assert "has no access entry" in status["error"]


def test_an_entry_taken_away_counts_at_once(backed: Emulator, review: Review) -> None:
    eks, role = _client(backed, "eks"), f"arn:aws:iam::{ACCOUNT}:role/brief"
    given = token(BACKED, backed.endpoint, assume(backed.endpoint, role))
    eks.create_access_entry(clusterName=BACKED, principalArn=role)
    assert review(given)["authenticated"] is True
    eks.delete_access_entry(clusterName=BACKED, principalArn=role)
    assert review(given)["authenticated"] is False


def test_a_user_of_iam_is_known_by_an_own_key(backed: Emulator, review: Review) -> None:
    iam, eks = _client(backed, "iam"), _client(backed, "eks")
    user = iam.create_user(UserName="grace", Path="/people/")["User"]
    eks.create_access_entry(clusterName=BACKED, principalArn=user["Arn"])
    key = iam.create_access_key(UserName="grace")["AccessKey"]
    own = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    status = review(token(BACKED, backed.endpoint, own))
    assert status["authenticated"] is True, status
    assert status["user"]["username"] == user["Arn"]


def test_a_token_for_another_cluster_is_refused(backed: Emulator, review: Review) -> None:
    """Its caller is known in both, but it was signed for the other one."""
    status = review(token("other", backed.endpoint, assume(backed.endpoint, VIEWER)))
    assert status["authenticated"] is False
    assert "SignatureDoesNotMatch" in status["error"]


def test_a_wrong_secret_key_is_refused(backed: Emulator, review: Review) -> None:
    credentials = {**assume(backed.endpoint, VIEWER), "aws_secret_access_key": "guessed"}
    status = review(token(BACKED, backed.endpoint, credentials))
    assert "SignatureDoesNotMatch" in status["error"]


@pytest.mark.parametrize("session", ["", "guessed"], ids=["none", "wrong"])
def test_a_role_needs_its_session_token(backed: Emulator, review: Review, session: str) -> None:
    credentials = assume(backed.endpoint, VIEWER)
    credentials.pop("aws_session_token")
    if session:
        credentials["aws_session_token"] = session
    status = review(token(BACKED, backed.endpoint, credentials))
    assert "InvalidClientTokenId" in status["error"]


def test_an_unknown_key_is_refused(backed: Emulator, review: Review) -> None:
    unknown = {"aws_access_key_id": "AKIAUNKNOWN", "aws_secret_access_key": "x"}
    assert "InvalidClientTokenId" in review(token(BACKED, backed.endpoint, unknown))["error"]


def test_a_changed_url_is_refused(backed: Emulator, review: Review) -> None:
    url = presign(BACKED, backed.endpoint).replace("Version=2011-06-15", "Version=2011-06-16")
    assert "SignatureDoesNotMatch" in review(wrap(url))["error"]


def test_an_entry_of_another_cluster_admits_nobody(backed: Emulator, review: Review) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/of-another"
    _client(backed, "eks").create_access_entry(clusterName="other", principalArn=role)
    status = review(token(BACKED, backed.endpoint, assume(backed.endpoint, role)))
    assert "has no access entry" in status["error"]
