"""A cluster that our own stages made, with a real API server behind it.

Real: terraform, the AWS provider, kube-apiserver, kubectl, `groundplan token`, and the Helm
provider where a plugin mirror has it. Emulated: AWS, and who its tokens belong to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from emulator import Emulator
from emulator.providers import objects
from tests.conftest import ROOT
from tests.emulator.tokens import REGION, assume, stranger
from tests.lab.argocd import NAMESPACE
from tests.lab.example import INFRASTRUCTURE, Example
from tests.lab.kubectl import Kubectl
from tests.lab.laboratory import Laboratory
from tests.lab.program import ProgramError
from tests.lab.test_access import NOT_KNOWN

pytestmark = pytest.mark.terraform

CLUSTER = "acme-staging"
BUCKET = "acme-staging-111122223333-eu-central-1"
STAGES = ("backend", "vpc", "domain", "kubernetes")
ADDONS = {
    "argocd_namespace": NAMESPACE,
    "ingress_class": "traefik",
    "cluster_issuer": "letsencrypt",
}
"""What the stage `addons` would say: its charts come from the internet."""
HELM = "registry.terraform.io/hashicorp/helm"
LEFT = "deployments,services,ingresses,networkpolicies,resourcequotas"
"""What applications would leave behind, if they did."""
LONGEST = 600
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@dataclass
class Project:
    """The example's repository on an emulated cloud, and the command line working on it."""

    lab: Laboratory
    cloud: Emulator
    example: Example
    folder: Path

    def run(self, *arguments: str) -> str:
        """Runs a command, and shows all that it says if it fails."""
        own = {
            "GROUNDPLAN_REPOSITORY": str(self.example.root),
            "CDKTF_OUTDIR": str(self.folder / "cdktf.out"),
        }
        ended = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env=self.cloud.environment({**os.environ, **own}),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def stages(self, command: str, *stages: str, options: tuple[str, ...] = ()) -> str:
        """A command for some stages of the infrastructure."""
        chosen = [word for stage in stages for word in ("--stage", stage)]
        return self.run(command, INFRASTRUCTURE, *chosen, *options)

    def kubectl(self, credentials: Mapping[str, str] | None = None) -> Kubectl:
        """kubectl with the kubeconfig in the config storage, as it stands there.

        `credentials` are those of AWS, in the place of the ones that deployed it.
        """
        file = self.folder / "kubeconfig"
        file.touch(0o600)
        file.write_text(self.kubeconfig())
        path = f"{ROOT / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = self.cloud.environment({**os.environ, "PATH": path})
        # The Python of these tests, wherever its environment is.
        own = {"GROUNDPLAN_PYTHON": sys.executable, **(credentials or {})}
        return self.lab.kubectl.as_user(file, {**environment, **own})

    def kubeconfig(self) -> str:
        """What the stage left in the config storage."""
        found = self.s3.get_object(Bucket=BUCKET, Key="config/kubeconfig")
        return str(found["Body"].read(), "utf-8")

    @property
    def s3(self) -> Any:
        """The storage of the emulated cloud."""
        endpoint = self.cloud.endpoint
        return boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **stranger())


@pytest.fixture(scope="module")
def project(lab: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """With its stages up to the cluster deployed."""
    folder = tmp_path_factory.mktemp("stage")
    with Emulator.start(api_servers={CLUSTER: lab.plane.api_server}) as cloud:
        made = Project(lab, cloud, Example(lab, folder, "platform-by-terraform"), folder)
        made.stages("deploy", *STAGES, options=("--yes",))
        yield made


def by_names(credentials: Mapping[str, str]) -> dict[str, str]:
    """As environment variables."""
    return {name.upper(): value for name, value in credentials.items()}


def test_the_kubeconfig_of_our_stage_opens_the_cluster(project: Project) -> None:
    document = yaml.safe_load(project.kubeconfig())
    assert document["clusters"][0]["cluster"]["server"] == project.lab.plane.endpoint
    exec_ = document["users"][0]["user"]["exec"]
    assert (exec_["command"], *exec_["args"][:2]) == ("groundplan", "token", "aws")
    kubectl = project.kubectl()
    assert "kube-system" in kubectl("get", "namespaces")
    assert "system:masters" in kubectl("auth", "whoami"), "who made a cluster is its master"


def test_an_unknown_principal_is_refused(project: Project) -> None:
    role = assume(project.cloud.endpoint, "arn:aws:iam::111122223333:role/stranger")
    with pytest.raises(ProgramError, match=NOT_KNOWN):
        project.kubectl(by_names(role))("get", "namespaces")


def test_who_has_no_credentials_is_told_what_to_do(project: Project) -> None:
    with pytest.raises(ProgramError, match="There are no AWS credentials: set AWS_PROFILE"):
        project.kubectl(dict.fromkeys(KEYS, ""))("get", "namespaces")


def test_no_emulated_provider_has_a_part_in_it(project: Project) -> None:
    assert list(objects.everything(project.cloud.objects)) == []


def test_terraform_deploys_and_destroys_the_applications(project: Project) -> None:
    """With the real Helm provider, by the token of `groundplan token`, in the right order."""
    real = {one.address for one in project.cloud.providers() if not one.emulated}
    if HELM not in real:
        pytest.skip("no plugin mirror has the real Helm provider: see docs/laboratory.md")
    admin = project.lab.kubectl
    project.s3.put_object(Bucket=BUCKET, Key="state/addons.tfstate", Body=state(ADDONS))
    project.stages("deploy", "applications", options=("--yes",))
    for name in ("guardrails", "landing", "shop"):
        project.example.healthy(name)
    page = admin.get("configmap", "landing", "landing")["data"]["index.html"]
    assert page == "<h1>Acme staging in eu-central-1</h1>\n"
    project.stages("plan", "applications", options=("--detailed-exitcode",))

    project.example.push({"applications/landing.yaml": None})
    project.stages("deploy", "applications", options=("--yes",))
    assert admin.find("application", "landing", NAMESPACE) is None
    assert admin("get", LEFT, "-n", "landing", "-o", "name") == ""
    allowed = admin.get("appproject", INFRASTRUCTURE, NAMESPACE)["spec"]["destinations"]
    assert {one["namespace"] for one in allowed} == {"shop"}, "narrowed after all of it was gone"

    project.run("destroy", INFRASTRUCTURE, "--confirm", INFRASTRUCTURE, "--yes")
    assert admin("get", "applications", "-n", NAMESPACE, "-o", "name") == ""
    assert admin.find("appproject", INFRASTRUCTURE, NAMESPACE) is None
    assert admin("get", LEFT, "-n", "shop", "-o", "name") == ""
    assert project.cloud.leftovers(INFRASTRUCTURE) == [], "neither on AWS nor of emulated providers"


def state(outputs: Mapping[str, str]) -> str:
    """A state with outputs and nothing else."""
    values = {name: {"value": value, "type": "string"} for name, value in outputs.items()}
    head = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "addons"}
    return json.dumps({**head, "outputs": values, "resources": []})
