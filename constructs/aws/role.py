"""An IAM role: who may take it, what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct
from constructs.shared import names
from constructs.shared.references import attribute

ROLE_NAME_LIMIT = 64

Statement = Mapping[str, Any]
"""One statement of an IAM policy, as AWS writes it."""


def document(*statements: Statement) -> str:
    """An IAM policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, *actions: str) -> Statement:
    """Lets an AWS service take the role."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions) or ["sts:AssumeRole"],
    }


class Role(Construct):
    """A role with its policies. `arn` waits for nothing; `ready` also for the policies."""

    arn: str

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        trusted: Statement,
        managed: Sequence[str] = (),
        allowed: Sequence[Statement] = (),
    ) -> None:
        """`managed` are ARNs of policies, `allowed` statements of a policy of its own."""
        super().__init__(scope, id_)
        role = IamRole(
            self,
            "role",
            name=names.join(name, limit=ROLE_NAME_LIMIT),
            assume_role_policy=document(trusted),
        )
        address = role.friendly_unique_id
        self.arn = attribute("aws_iam_role", address, "arn")
        self.policies: list[IamRolePolicyAttachment | IamRolePolicy] = []
        role_name = attribute("aws_iam_role", address, "name")
        for arn in managed:
            policy = arn.rpartition("/")[2]
            self.policies.append(
                IamRolePolicyAttachment(self, policy, role=role_name, policy_arn=arn)
            )
        if allowed:
            self.policies.append(
                IamRolePolicy(
                    self, "policy", role=role_name, name="least", policy=document(*allowed)
                )
            )
