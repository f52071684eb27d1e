"""Deploy, nothing to do, change one field, destroy, nothing left: the main job, for real."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
import yaml

from emulator import Emulator
from tests.deployment.conftest import Project

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(1800)]
STAGES = ("backend", "vpc", "domain", "kubernetes", "addons", "applications")
BUCKET = "acme-staging-111122223333-eu-central-1"


def stacks(outcomes: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("staging-"): outcome for name, outcome in outcomes.items()}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_an_infrastructure_lives_and_goes(project: Project, cloud: Emulator) -> None:
    """One long test: each step needs what the one before it made."""
    first = project.outcomes("plan", "staging")
    assert stacks(first)["backend"] == "pending"
    assert {stacks(first)[stage] for stage in STAGES[1:]} == {"waits"}
    assert cloud.leftovers() == [], "planning made something"

    deployed = project.json("deploy", "staging", "--yes")["stacks"]
    assert [one["outcome"] for one in deployed] == ["changed"] * len(STAGES)
    assert not list((project.repository / ".groundplan" / "bootstrap").rglob("*.tfstate*"))

    assert set(project.outcomes("plan", "staging").values()) == {"unchanged"}
    assert project.run("plan", "staging", "--detailed-exitcode").returncode == 0
    what_left_the_manifest_is_told(project, cloud)
    again = project.outcomes("deploy", "staging", "--yes")
    assert set(again.values()) == {"unchanged"}, "a second deploy changed something"

    manifest = project.repository / "infrastructures" / "staging.yaml"
    change(manifest, "size: {min: 1, max: 4}", "size: {min: 1, max: 5}")
    pending = project.outcomes("plan", "staging")
    assert {name for name, outcome in stacks(pending).items() if outcome == "pending"} == {
        "kubernetes"
    }
    assert project.run("plan", "staging", "--detailed-exitcode", check=False).returncode == 2
    changed = project.json("deploy", "staging", "--yes")["stacks"]
    by_stage = {one["stage"]: one for one in changed}
    assert by_stage["kubernetes"]["outcome"] == "changed"
    assert (by_stage["kubernetes"]["add"], by_stage["kubernetes"]["remove"]) == (0, 0)
    assert {by_stage[stage]["outcome"] for stage in STAGES[:3]} == {"unchanged"}

    what_was_deployed(project, cloud)

    destroyed = project.outcomes("destroy", "staging", "--yes")
    assert set(destroyed.values()) == {"destroyed"}
    assert cloud.leftovers() == []
    gone = project.outcomes("destroy", "staging", "--yes")
    assert set(gone.values()) == {"absent"}, "there was nothing to destroy any more"


def what_left_the_manifest_is_told(project: Project, cloud: Emulator) -> None:
    """A stage of which only the state is left."""
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    s3 = session.client("s3", endpoint_url=cloud.endpoint)
    s3.put_object(Bucket=BUCKET, Key="state/module-media.tfstate", Body=b"{}")
    ended = project.run("plan", "staging")
    assert "staging: deployed, and no longer in the manifest: module-media." in ended.stderr
    s3.delete_object(Bucket=BUCKET, Key="state/module-media.tfstate")


def what_was_deployed(project: Project, cloud: Emulator) -> None:
    """The outputs are true, and the kubeconfig stands where they say."""
    outputs = project.json("outputs", "staging")["staging"]
    session = boto3.Session("emulated", "emulated", region_name="eu-central-1")
    ec2 = session.client("ec2", endpoint_url=cloud.endpoint)
    subnets = ec2.describe_subnets(SubnetIds=outputs["vpc"]["private_subnet_ids"])["Subnets"]
    assert {one["AvailabilityZone"] for one in subnets} == set(outputs["vpc"]["zones"])
    eks = session.client("eks", endpoint_url=cloud.endpoint)
    cluster = eks.describe_cluster(name=outputs["kubernetes"]["cluster_name"])["cluster"]
    s3 = session.client("s3", endpoint_url=cloud.endpoint)
    assert outputs["kubernetes"]["kubeconfig_location"] == f"s3://{BUCKET}/config/kubeconfig"
    file = s3.get_object(Bucket=BUCKET, Key="config/kubeconfig")
    kubeconfig = yaml.safe_load(file["Body"].read())
    (entry,) = kubeconfig["clusters"]
    assert entry["cluster"]["server"] == cluster["endpoint"]
    assert file["ServerSideEncryption"] == "aws:kms"
    tagged = session.client("resourcegroupstaggingapi", endpoint_url=cloud.endpoint)
    filters = [{"Key": "groundplan.dev/infrastructure", "Values": ["staging"]}]
    assert len(tagged.get_resources(TagFilters=filters)["ResourceTagMappingList"]) > 10
