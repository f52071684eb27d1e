"""Tokens for EKS: what is signed, for whom, for how long; and what is said where none can be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests
from moto import mock_aws

from credentials import aws
from credentials.token import document
from errors import GroundplanError
from tests.conftest import ROOT

REGION = "eu-central-1"
KEY, SECRET = "AKIAEXAMPLE", "example-secret"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
USER_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with keys, and with nothing else set."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in USER_FILES:
        monkeypatch.setenv(name, os.devnull)


def url(value: str) -> str:
    """The URL in a token."""
    assert value.startswith("k8s-aws-v1.")
    text = value.removeprefix("k8s-aws-v1.")
    assert "=" not in text, "the authenticator refuses padding"
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def make(cluster: str = "acme-staging", **environment: str) -> str:
    return aws.token(cluster, REGION, environment=environment, now=NOW).value


def signature(signed: str, cluster: str) -> str:
    """What AWS would compute for a URL: an implementation of its own, from the specification.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    parts = urlsplit(signed)
    fields = dict(parse_qsl(parts.query, strict_parsing=True))
    fields.pop("X-Amz-Signature")
    query = "&".join(
        f"{quote(k, safe='-_.~')}={quote(fields[k], safe='-_.~')}" for k in sorted(fields)
    )
    headers = f"host:{parts.netloc}\nx-k8s-aws-id:{cluster}\n"
    empty = hashlib.sha256(b"").hexdigest()
    canonical = "\n".join(["GET", parts.path, query, headers, fields["X-Amz-SignedHeaders"], empty])
    _, day, region, service, end = fields["X-Amz-Credential"].split("/")
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, service, end):
        key = hmac.digest(key, part.encode(), "sha256")
    scope = "/".join((day, region, service, end))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", fields["X-Amz-Date"], scope, digest])
    return hmac.digest(key, text.encode(), "sha256").hex()


def test_the_signature_is_the_one_that_aws_computes() -> None:
    signed = url(make())
    fields = dict(parse_qsl(urlsplit(signed).query))
    assert fields["X-Amz-Signature"] == signature(signed, "acme-staging")


def test_a_token_for_one_cluster_is_worth_nothing_at_another() -> None:
    signed = url(make())
    fields = dict(parse_qsl(urlsplit(signed).query))
    assert fields["X-Amz-SignedHeaders"] == "host;x-k8s-aws-id"
    assert fields["X-Amz-Signature"] != signature(signed, "acme-production")


def test_the_region_s_own_sts_is_asked_who_signed() -> None:
    parts = urlsplit(url(make()))
    fields = dict(parse_qsl(parts.query))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", f"sts.{REGION}.amazonaws.com", "/")
    assert (fields["Action"], fields["X-Amz-Expires"]) == ("GetCallerIdentity", "60")


def test_china_has_another_name() -> None:
    signed = aws.token("a", "cn-north-1", environment={}, now=NOW).value
    assert urlsplit(url(signed)).netloc == "sts.cn-north-1.amazonaws.com.cn"


def test_it_may_be_used_for_fourteen_minutes() -> None:
    made = aws.token("a", REGION, environment={}, now=NOW)
    assert made.expires - NOW == timedelta(minutes=14)


def test_a_token_is_not_shown() -> None:
    made = aws.token("a", REGION, environment={}, now=NOW)
    assert made.value not in repr(made)


def test_session_tokens_are_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    assert dict(parse_qsl(urlsplit(url(make())).query))["X-Amz-Security-Token"] == "session"


@mock_aws
def test_sts_takes_the_call() -> None:
    """What the cluster's authenticator does with a token, done to the emulated STS.

    It checks no signature; that is done above.
    """
    answer = requests.get(url(make()), headers={"x-k8s-aws-id": "acme-staging"}, timeout=10)
    assert answer.status_code == 200
    assert "<GetCallerIdentityResult>" in answer.text


def test_an_endpoint_of_the_user_s_is_asked() -> None:
    signed = url(make(AWS_ENDPOINT_URL="http://127.0.0.1:5000/", AWS_ENDPOINT_URL_STS=""))
    assert signed.startswith("http://127.0.0.1:5000/?Action=GetCallerIdentity")
    assert dict(parse_qsl(urlsplit(signed).query))["X-Amz-Signature"] == signature(
        signed, "acme-staging"
    )


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_the_answer_is_in_the_version_that_is_asked_for(version: str) -> None:
    asked = f"client.authentication.k8s.io/{version}"
    made = aws.token("a", REGION, environment={}, now=NOW)
    answer = json.loads(document(made, {"KUBERNETES_EXEC_INFO": json.dumps({"apiVersion": asked})}))
    assert answer["apiVersion"] == asked
    assert answer["status"] == {
        "token": made.value,
        "expirationTimestamp": "2026-11-23T12:14:00Z",
    }


@pytest.mark.parametrize("request_", ["{", "[]", "{}", '{"apiVersion": "x/v2"}'], ids=str)
def test_a_request_that_nobody_can_answer_is_refused(request_: str) -> None:
    made = aws.token("a", REGION, environment={}, now=NOW)
    with pytest.raises(GroundplanError):
        document(made, {"KUBERNETES_EXEC_INFO": request_})


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, "Partial credentials|no AWS credentials"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "There are no AWS credentials"),
        ({"AWS_PROFILE": "missing"}, "missing.*could not be found. Log in again"),
    ],
    ids=["half", "none", "profile"],
)
def test_without_credentials_one_sentence_says_so(
    variables: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    with pytest.raises(GroundplanError, match=words):
        make()


def test_an_expired_login_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile with single sign-on, and no login kept."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(
        "[profile work]\nsso_start_url = https://acme.awsapps.example/start\n"
        f"sso_region = {REGION}\nsso_account_id = 111122223333\nsso_role_name = platform\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(GroundplanError, match=r"aws sso login"):
        make()


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "token", "aws", "--cluster", "acme", "--region", REGION],
        cwd=folder,
        env={**os.environ, "GROUNDPLAN_PYTHON": sys.executable, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_is_found_through_links_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real").symlink_to(ROOT / "bin" / "groundplan")
    (tmp_path / "groundplan").symlink_to(Path("far") / "real")
    ended = run([str(tmp_path / "groundplan")], tmp_path)
    assert ended.stderr == ""
    assert json.loads(ended.stdout)["kind"] == "ExecCredential"


def test_a_known_error_is_a_sentence_and_no_token(tmp_path: Path) -> None:
    ended = run([str(ROOT / "bin" / "groundplan")], tmp_path, AWS_PROFILE="missing")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1


def test_the_secret_is_in_no_output(tmp_path: Path) -> None:
    ended = run([str(ROOT / "bin" / "groundplan")], tmp_path)
    assert SECRET not in ended.stdout + ended.stderr
    assert SECRET not in url(json.loads(ended.stdout)["status"]["token"])


def test_only_what_is_needed_is_imported(tmp_path: Path) -> None:
    """It runs once a Terraform command: no client, no boto3, nothing of the synth."""
    program = (
        "import os, sys; from datetime import UTC, datetime; from credentials import aws;"
        f"aws.token('a', {REGION!r}, environment=os.environ, now=datetime.now(UTC));"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"boto3", "cdktf", "jsii", "pydantic", "moto"} & set(ended.stdout.split())
