"""The kubeconfig of a cluster that our stage made, by terraform, opens a real API server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from emulator import Emulator
from tests.conftest import ROOT
from tests.emulator.tokens import REGION, assume, stranger, token
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError
from tests.lab.test_access import NOT_KNOWN

CLUSTER = "acme-staging"
LONGEST = 1_200


def kubeconfig(cloud: Emulator) -> dict[str, Any]:
    """What the stage left in the config storage."""
    s3 = boto3.client("s3", endpoint_url=cloud.endpoint, region_name=REGION, **stranger())
    for bucket in s3.list_buckets()["Buckets"]:
        for one in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            if one["Key"].endswith("/kubeconfig"):
                body = s3.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
                document: dict[str, Any] = yaml.safe_load(body)
                return document
    raise AssertionError("no kubeconfig in any bucket")


@pytest.mark.terraform
def test_the_kubeconfig_of_our_stage_opens_the_cluster(
    lab: Laboratory, acme: Path, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(acme, repository, ignore=shutil.ignore_patterns(".groundplan"))
    with Emulator.start(api_servers={CLUSTER: lab.plane.api_server}) as cloud:
        own = {"GROUNDPLAN_REPOSITORY": str(repository), "CDKTF_OUTDIR": str(tmp_path / "out")}
        deployed = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "deploy", "staging", "--yes"],
            env=cloud.environment({**os.environ, **own}),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        document = kubeconfig(cloud)
        assert document["clusters"][0]["cluster"]["server"] == lab.plane.endpoint

        def ask(given: str, *arguments: str) -> str:
            # In the place of the program that the kubeconfig names: it would print this token.
            document["users"][0]["user"] = {"token": given}
            file = tmp_path / "kubeconfig.yaml"
            file.touch(0o600)
            file.write_text(yaml.safe_dump(document))
            return lab.kubectl.as_user(file)(*arguments)

        assert "kube-system" in ask(token(CLUSTER, cloud.endpoint), "get", "namespaces")
        stranger_role = assume(cloud.endpoint, "arn:aws:iam::111122223333:role/stranger")
        with pytest.raises(ProgramError, match=NOT_KNOWN):
            ask(token(CLUSTER, cloud.endpoint, stranger_role), "get", "namespaces")
