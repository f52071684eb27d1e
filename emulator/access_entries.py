"""Who a caller of AWS is in a cluster, by the cluster's access entries.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.access_policies import groups
from emulator.completions.eks_store import ClusterParts


@dataclass(frozen=True)
class Identity:
    """What GetCallerIdentity answers."""

    arn: str
    account: str
    id: str


class Unknown(Exception):
    """A caller whom no access entry admits; why."""


def user(parts: ClusterParts, identity: Identity) -> dict[str, Any]:
    """The user of a TokenReview. Raises Unknown."""
    if parts.cluster["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise Unknown("the cluster takes principals from its ConfigMap aws-auth, not emulated")
    entry = next(
        (one for one in parts.entries.values() if _is(one["principalArn"], identity)), None
    )
    if entry is None:
        raise Unknown(f"{identity.arn} has no access entry")
    if entry["type"] != "STANDARD":
        raise Unknown(f"the access entry of {identity.arn} is for {entry['type']}, not emulated")
    policies = parts.policies.get(entry["principalArn"], {})
    return {
        "username": _username(entry, identity),
        "uid": f"aws-iam-authenticator:{identity.account}:{identity.id.partition(':')[0]}",
        "groups": [*entry["kubernetesGroups"], *groups(policies.values())],
        "extra": {
            "arn": [identity.arn],
            "canonicalArn": [entry["principalArn"]],
            "principalId": [identity.id],
            "sessionName": [_session(identity)],
        },
    }


def _is(principal: str, identity: Identity) -> bool:
    """Whether an access entry's principal is this caller.

    A role's session does not tell the role's path; a role's name is unique in its account.
    """
    _, partition, service, _, account, path = identity.arn.split(":", 5)
    if service == "sts" and path.startswith("assumed-role/"):
        name = path.split("/")[1]
        head = f"arn:{partition}:iam::{account}:role/"
        return principal.startswith(head) and principal.rpartition("/")[2] == name
    # moto's nobody, who comes with a key that nobody has, is a user of STS.
    return principal == f"arn:{partition}:iam::{account}:{path}"


def _username(entry: Mapping[str, Any], identity: Identity) -> str:
    session = _session(identity)
    name: str = entry["username"]
    for placeholder, value in {
        "{{AccountID}}": identity.account,
        "{{SessionName}}": session.replace("@", "-"),
        "{{SessionNameRaw}}": session,
    }.items():
        name = name.replace(placeholder, value)
    return name


def _session(identity: Identity) -> str:
    """The name of a role's session; empty for a user."""
    return identity.arn.split("/")[2] if ":assumed-role/" in identity.arn else ""
