"""What the stacks are meant to be on every cloud: each sentence once, for all clouds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Any

import pytest
import yaml
from constructs.shared.stages import (
    AddonsOutputs,
    BackendOutputs,
    ClusterOutputs,
    NetworkOutputs,
    ZoneOutputs,
)

from manifest.references import STAGE_OUTPUTS
from tests.stacks.clouds import Aws, Facts, Google, one
from tests.stacks.conftest import Stack

OUTPUTS: dict[str, Any] = {
    "backend": BackendOutputs,
    "vpc": NetworkOutputs,
    "domain": ZoneOutputs,
    "kubernetes": ClusterOutputs,
    "addons": AddonsOutputs,
}
ZONE = "${data.terraform_remote_state.domain-state.outputs.zone_id}"
PROJECT = "acme-platform"


@dataclass(frozen=True)
class Cloud:
    """The stacks on one cloud, and how they are read."""

    facts: Facts
    stacks: dict[str, Stack]

    def __getitem__(self, name: str) -> Stack:
        return self.stacks[name]

    def of(self, stage: str) -> dict[str, Stack]:
        """Infrastructure → the stack of a stage, where all is created."""
        return {name: self.stacks[f"{name}-{stage}"] for name in self.facts.made}


@pytest.fixture(params=["aws", "google"])
def cloud(
    request: pytest.FixtureRequest, stacks: dict[str, Stack], google: dict[str, Stack]
) -> Cloud:
    return Cloud(Aws(), stacks) if request.param == "aws" else Cloud(Google(), google)


# Every stack


def test_every_stack_keeps_its_state_under_its_own_key(cloud: Cloud) -> None:
    assert len({cloud.facts.state(one) for one in cloud.stacks.values()}) == len(cloud.stacks)


def test_every_state_is_locked(cloud: Cloud) -> None:
    assert all(cloud.facts.is_locked(one) for one in cloud.stacks.values())


def test_every_provider_is_tied_to_one_account(cloud: Cloud) -> None:
    for name, stack in cloud.stacks.items():
        assert cloud.facts.guards(stack) in ({"111122223333"}, {"444455556666"}, {PROJECT}), name


def test_everything_is_marked_with_infrastructure_and_stage(cloud: Cloud) -> None:
    for name, stack in cloud.stacks.items():
        infrastructure, _, stage = name.partition("-")
        assert cloud.facts.marks(stack) == (infrastructure, stage)


def test_provider_versions_are_a_range(cloud: Cloud) -> None:
    versions = {cloud.facts.versions(one) for one in cloud.stacks.values()}
    assert len(versions) == 1
    assert re.fullmatch(r">= [0-9.]+, < 7\.0", versions.pop())


def test_a_stage_reads_only_outputs_that_there_are(cloud: Cloud) -> None:
    for name, stack in cloud.stacks.items():
        for source, state in stack.get("data", {}).get("terraform_remote_state", {}).items():
            stage = source.removesuffix("-state")
            reference = rf"data\.terraform_remote_state\.{source}\.outputs\.(\w+)"
            read = set(re.findall(reference, json.dumps(stack)))
            assert read, f"{name} declares {source} and reads nothing of it"
            producer = cloud[f"{name.partition('-')[0]}-{stage}"]
            assert read <= set(STAGE_OUTPUTS.get(stage) or producer["output"])
            config = state["config"]
            assert (config["bucket"], config.get("key") or config["prefix"]) == (
                cloud.facts.state(producer)
            )


@pytest.mark.parametrize("stage", OUTPUTS)
def test_stages_give_what_users_may_name(stage: str, cloud: Cloud) -> None:
    """The manifest's table of outputs, the clouds' contract and the stacks agree."""
    assert {field.name for field in fields(OUTPUTS[stage])} == STAGE_OUTPUTS[stage]
    for infrastructure in (*cloud.facts.made, cloud.facts.reused):
        if f"{infrastructure}-{stage}" in cloud.stacks:
            assert set(cloud[f"{infrastructure}-{stage}"]["output"]) == STAGE_OUTPUTS[stage]


# backend


def test_nobody_outside_reads_the_state_bucket(cloud: Cloud) -> None:
    assert all(cloud.facts.bucket_is_closed(one) for one in cloud.of("backend").values())


def test_state_is_encrypted_with_a_key_of_its_own(cloud: Cloud) -> None:
    for stack in cloud.of("backend").values():
        assert cloud.facts.bucket_key(stack) == stack["output"]["key_id"]["value"]
        assert re.fullmatch(r"\$\{\w+_key\.key\.(arn|id)\}", cloud.facts.bucket_key(stack))
        assert cloud.facts.key_rotates(stack)


def test_old_states_are_kept_for_a_while(cloud: Cloud) -> None:
    for name, stack in cloud.of("backend").items():
        days = 365 if name == cloud.facts.protected else 90
        assert cloud.facts.kept_days(stack) == days


def test_secret_values_never_pass_through_terraform(cloud: Cloud) -> None:
    assert not any(cloud.facts.secret_values(one) for one in cloud.stacks.values())


# vpc


def test_nothing_gets_a_public_address(cloud: Cloud) -> None:
    assert not any(cloud.facts.public_addresses(one) for one in cloud.stacks.values())


def test_there_is_a_way_out_only_where_asked(cloud: Cloud) -> None:
    assert cloud.facts.ways_out(cloud[f"{cloud.facts.made[0]}-vpc"]) == 1
    assert cloud.facts.ways_out(cloud[f"{cloud.facts.unconnected}-vpc"]) == 0


def test_flow_logs_are_kept_only_where_asked(cloud: Cloud) -> None:
    assert cloud.facts.flow_logs(cloud[f"{cloud.facts.logged}-vpc"]) == 1
    assert cloud.facts.flow_logs(cloud[f"{cloud.facts.silent}-vpc"]) == 0


def test_a_reused_network_is_only_looked_at(cloud: Cloud) -> None:
    made = set(cloud[f"{cloud.facts.reused}-vpc"].get("resource", {}))
    assert made <= {"google_project_service"}


# domain


def test_a_zone_is_signed_only_where_asked(cloud: Cloud) -> None:
    assert cloud.facts.is_signed(cloud[f"{cloud.facts.protected}-domain"])
    assert not cloud.facts.is_signed(cloud[f"{cloud.facts.unsigned}-domain"])


def test_who_delegates_by_hand_is_told_what(cloud: Cloud) -> None:
    signed = cloud[f"{cloud.facts.protected}-domain"]["output"]
    assert "ds_record" in signed["ds_record"]["value"]
    assert cloud[f"{cloud.facts.unsigned}-domain"]["output"]["ds_record"]["value"] == ""


def test_the_parent_delegates_with_ns_and_ds(cloud: Cloud) -> None:
    """The parent of both is a zone of Route 53."""
    stack = cloud[f"{cloud.facts.protected}-domain"]
    records = stack["resource"]["aws_route53_record"]
    assert {record["type"] for record in records.values()} == {"NS", "DS"}
    assert {record["zone_id"] for record in records.values()} == {
        "${data.aws_route53_zone.parent.zone_id}"
    }


# kubernetes


def test_secrets_are_encrypted_with_a_key_of_the_cluster(cloud: Cloud) -> None:
    for stack in cloud.of("kubernetes").values():
        key = cloud.facts.secrets_key(stack)
        assert re.fullmatch(r"\$\{\w+_key\.secrets-key\.(arn|id)\}", key)


def test_the_api_is_reached_from_where_it_is_said(cloud: Cloud) -> None:
    limited = cloud.facts.reached_from(cloud[f"{cloud.facts.limited}-kubernetes"])
    assert limited == (True, ["203.0.113.0/24"])
    assert cloud.facts.reached_from(cloud[f"{cloud.facts.private}-kubernetes"]) == (False, [])


def test_pods_can_not_take_the_identity_of_their_node(cloud: Cloud) -> None:
    stacks = cloud.of("kubernetes").values()
    assert all(cloud.facts.hides_the_nodes_identity(one) for one in stacks)


def test_what_nodes_are_made_of_is_marked(cloud: Cloud) -> None:
    for name, stack in cloud.of("kubernetes").items():
        assert cloud.facts.node_marks(stack) <= {name}
    assert cloud.facts.node_marks(cloud[f"{cloud.facts.made[0]}-kubernetes"])


def test_replacing_a_node_group_makes_the_new_one_first(cloud: Cloud) -> None:
    nodes = [node for one in cloud.of("kubernetes").values() for node in cloud.facts.nodes(one)]
    assert nodes
    assert all(node["lifecycle"]["create_before_destroy"] for node in nodes)


def test_the_autoscaler_may_move_the_size(cloud: Cloud) -> None:
    for stack in cloud.of("kubernetes").values():
        assert all(cloud.facts.size_is_free(node) for node in cloud.facts.nodes(stack))


def test_dns_workloads_may_write_to_one_zone_only(cloud: Cloud) -> None:
    for name in (*cloud.facts.made, cloud.facts.reused):
        assert cloud.facts.writable_zones(cloud[f"{name}-kubernetes"]) == {ZONE}


def test_the_kubeconfig_holds_no_secret(cloud: Cloud) -> None:
    for name in (*cloud.facts.made, cloud.facts.reused):
        content = cloud.facts.kubeconfig(cloud[f"{name}-kubernetes"])
        user = yaml.safe_load(content)["users"][0]["user"]
        assert set(user) == {"exec"}
        assert user["exec"]["args"][0] == "token"
        assert not any(word in content for word in ("client-key", "password", "token:"))


def test_an_existing_cluster_is_only_looked_at(cloud: Cloud) -> None:
    assert cloud.facts.cluster not in cloud[f"{cloud.facts.reused}-kubernetes"]["resource"]


# protection


def test_what_is_protected_refuses_to_be_destroyed(cloud: Cloud) -> None:
    for resource in cloud.facts.protected_things(cloud.stacks):
        assert resource["lifecycle"]["prevent_destroy"] is True, resource


def test_what_is_not_protected_can_go(cloud: Cloud) -> None:
    for name, stack in cloud.stacks.items():
        # People are lost with a realm: it goes with `destroy` only.
        realm = "keycloak_realm" in stack.get("resource", {})
        if not (name.startswith(cloud.facts.protected) or realm):
            assert "prevent_destroy" not in json.dumps(stack), name
            assert '"deletion_protection": true' not in json.dumps(stack), name


def test_the_name_of_what_there_is_one_of_says_whose_it_is(cloud: Cloud) -> None:
    for name in cloud.facts.made:
        cluster = one(cloud[f"{name}-kubernetes"], cloud.facts.cluster)["name"]
        assert cluster.endswith(f"-{name}")
