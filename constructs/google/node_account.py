"""The service account of a cluster's nodes."""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from constructs import Construct
from constructs.google.rights import NODES
from constructs.shared import names
from constructs.shared.references import attribute

ACCOUNT_ID_LIMIT = 30


class NodeAccount(Construct):
    """Instead of Compute Engine's own account, which may do almost everything in a project."""

    email: str
    rights: list[ITerraformDependable]

    def __init__(self, scope: Construct, id_: str, *, name: str, project: str) -> None:
        super().__init__(scope, id_)
        account = ServiceAccount(
            self,
            "account",
            account_id=names.join(name, "nodes", limit=ACCOUNT_ID_LIMIT),
            display_name=f"Nodes of the cluster {name}",
        )
        address = ("google_service_account", account.friendly_unique_id)
        self.email = attribute(*address, "email")
        self.rights = [
            ProjectIamMember(
                self,
                role.rpartition("/")[2].replace(".", "-"),
                project=project,
                role=role,
                member=attribute(*address, "member"),
            )
            for role in NODES
        ]
