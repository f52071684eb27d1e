"""The stages `identity` of the example's two infrastructures, by the program's own rollout.

The stages before are stood for by states with the outputs they give, and by clusters in the
emulated cloud. Whose Keycloak it is the caller says: the emulated one, or a real one under another
address than the manifest's. Callers: `tests/deployment/test_identity.py`, `tests/lab`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from clouds import Cloud
from emulator import Emulator
from keycloak import Admin, Connection
from manifest import load_repository
from rollout import Event, Result, Rollout, Stack, Synthesized
from stacks.synth import synthesize
from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
URL = "https://auth.production.acme.example"
ROLE = "arn:aws:iam::111122223333:role/cluster"
Change = Callable[[dict[str, Any]], None]


@dataclass
class People:
    """Two infrastructures that share a Keycloak: production has it, staging is its guest."""

    cloud: Emulator
    folder: Path
    environment: Mapping[str, str]
    """Of the rollout; that of the process points to the emulated cloud, too."""
    url: str = URL
    """Where the Keycloak really is."""
    bootstrap: str = "what the stage addons has made"
    """The secret with which the new Keycloak is entered."""
    events: list[str] = field(default_factory=list)
    """What was noted, in order."""

    def stand_in(self, production: Change | None = None) -> None:
        """Makes what the stages before would have made, for that section `identity`."""
        for name in ("production", "staging"):
            bucket = f"acme-{name}-111122223333-eu-central-1"
            place = {"LocationConstraint": "eu-central-1"}
            self.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
            for stage, outputs in self._outputs(name, bucket).items():
                self.client("s3").put_object(
                    Bucket=bucket, Key=f"state/{stage}.tfstate", Body=state(outputs)
                )
            self._cluster(f"acme-{name}")
        self.synthesize(production)
        for name, entries in self._entries().items():
            for entry in entries:
                self.client("secretsmanager").create_secret(Name=f"acme/{name}/{entry}")
        self.store("production").set_secret("keycloak/bootstrap", self.bootstrap)

    def synthesize(self, production: Change | None = None, staging: Change | None = None) -> None:
        """The example, with other sections `identity`."""
        repository = self.folder / "repository"
        if not repository.exists():
            shutil.copytree(ACME, repository, ignore=shutil.ignore_patterns(".groundplan"))
        for name, change in (("production", production), ("staging", staging)):
            manifest = yaml.safe_load((ACME / "infrastructures" / f"{name}.yaml").read_text())
            if change:
                change(manifest["identity"])
            file = repository / "infrastructures" / f"{name}.yaml"
            file.write_text(yaml.safe_dump(manifest))
        synthesize(load_repository(repository), self.out)
        for file in (self.out / "groundplan.json", *self.out.glob("stacks/*-identity/cdk.tf.json")):
            file.write_text(file.read_text().replace(URL, self.url))

    @property
    def out(self) -> Path:
        return self.folder / "cdktf.out"

    def run(self, what: str, *names: str) -> dict[str, Result]:
        """Plans, deploys or destroys the stages `identity`; infrastructure → how it ended."""
        read = Synthesized.read(self.out)
        chosen = read.select(names, ["identity"])
        rollout = Rollout(
            self.folder / "home",
            environment=dict(self.environment),
            observer=self,
            clouds=read.cloud,
        )
        results: list[Result] = getattr(rollout, what)(chosen)
        return {one.stack.infrastructure: one for one in results}

    def outcomes(self, what: str, *names: str) -> dict[str, str]:
        """Infrastructure → outcome; a failure says why."""
        return {
            name: f"{one.outcome}: {one.reason}" if one.reason else str(one.outcome)
            for name, one in self.run(what, *names).items()
        }

    def notice(self, event: Event) -> None:
        """Notes what is said besides."""
        if event.step == "note":
            self.events.append(event.text)

    def store(self, name: str) -> Cloud:
        """The secret store of an infrastructure."""
        return Synthesized.read(self.out).cloud(name)

    def secret(self, name: str, entry: str) -> str:
        """The value of an entry."""
        found = self.store(name).secret(entry)
        assert found, f"{entry} has no value"
        return found.value

    def admin(self) -> Admin:
        """Somebody who may do everything in the Keycloak: the program itself."""
        connection = Connection(self.url, self.environment)
        found = Admin.login(
            connection, "master", "groundplan", self.secret("production", "keycloak/program")
        )
        assert found, "the program is known there"
        return found

    def stack(self, name: str) -> Stack:
        """The stage of an infrastructure."""
        return Synthesized.read(self.out).stacks[f"{name}-identity"]

    def client(self, service: str) -> Any:
        """Of the emulated cloud."""
        return boto3.client(
            service,
            endpoint_url=self.cloud.endpoint,
            region_name="eu-central-1",
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",
        )

    def _outputs(self, name: str, bucket: str) -> dict[str, dict[str, str]]:
        return {
            "backend": {"bucket": bucket, "config_prefix": "config/"},
            "kubernetes": {
                "cluster_name": f"acme-{name}",
                "endpoint": f"https://{name}.eks.example",
                "certificate_authority": "Y2VydGlmaWNhdGU=",
            },
            "addons": {
                "argocd_namespace": "argocd",
                "argocd_url": f"https://argocd.{name}.acme.example",
            },
        }

    def _cluster(self, name: str) -> None:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"eu-central-1{zone}"
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate("ab")
        ]
        self.client("eks").create_cluster(
            name=name, roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets}
        )

    def _entries(self) -> dict[str, list[str]]:
        """Infrastructure → the entries that its stage `backend` makes."""
        found = {}
        for name in ("production", "staging"):
            backend = json.loads((self.out / f"stacks/{name}-backend/cdk.tf.json").read_text())
            secrets = backend["resource"].get("aws_secretsmanager_secret", {})
            found[name] = [one["name"].removeprefix(f"acme/{name}/") for one in secrets.values()]
        return found


def state(outputs: Mapping[str, str]) -> str:
    """A state with outputs and nothing else."""
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": 1,
            "lineage": "stands-for-a-stage",
            "outputs": {key: {"value": one, "type": "string"} for key, one in outputs.items()},
            "resources": [],
        }
    )
