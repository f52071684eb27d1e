"""Amazon resource names. Pure."""

from __future__ import annotations


def partition(region: str) -> str:
    """The partition a region belongs to, the second part of every ARN.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


def managed_policy(region: str, name: str) -> str:
    """The ARN of a policy that AWS manages; `name` may have a path (`service-role/…`)."""
    return f"arn:{partition(region)}:iam::aws:policy/{name}"
