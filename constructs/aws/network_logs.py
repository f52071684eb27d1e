"""Flow logs of a VPC in CloudWatch Logs."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from constructs import Construct
from constructs.aws.role import Role, trust


class NetworkLogs(Construct):
    """Every connection of the network, accepted or refused, kept for `retention_days`."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, network_id: str, retention_days: int
    ) -> None:
        super().__init__(scope, id_)
        group = CloudwatchLogGroup(
            self, "group", name=f"/groundplan/{name}/flow-logs", retention_in_days=retention_days
        ).arn
        # Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        role = Role(
            self,
            "writer",
            name=f"{name}-flow-logs",
            trusted=trust("vpc-flow-logs.amazonaws.com"),
            allowed=[
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:DescribeLogStreams",
                    ],
                    "Resource": [group, f"{group}:*"],
                }
            ],
        )
        FlowLog(
            self,
            "flow",
            vpc_id=network_id,
            traffic_type="ALL",
            log_destination=group,
            iam_role_arn=role.arn,
            tags={"Name": name},
        )
