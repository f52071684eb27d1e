"""Identities of workloads: what a service account of the cluster may do on Google Cloud."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_google.dns_managed_zone_iam_member import DnsManagedZoneIamMember
from cdktf_cdktf_provider_google.project_iam_custom_role import ProjectIamCustomRole
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from constructs import Construct
from constructs.google.rights import ACCOUNTS, LIST_ZONES, WRITE_RECORDS, actors
from constructs.shared import names
from constructs.shared.references import attribute
from constructs.shared.stages import Workload

ROLE_ID_LIMIT = 64


class Workloads(Construct):
    """Rights for service accounts themselves, without an account of Google between.

    Google makes no difference between the clusters of a project here: a service account of the same
    name and namespace, on another of them, is the same identity. So what must not share rights
    belongs in projects of its own.
    https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#identity_sameness
    """

    identities: dict[str, str]
    """Workload → the member that IAM knows it by."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        prefix: str,
        project: str,
        project_number: str,
        workloads: Sequence[Workload],
        zone_id: str | None,
    ) -> None:
        """`prefix` begins the ids of roles; `project_number` may be a reference."""
        super().__init__(scope, id_)
        self._prefix, self._project = prefix, project
        acting = actors(workloads, zone_id)
        self.identities = {name: _member(project, project_number, name) for name in acting}
        if not acting or zone_id is None:
            return
        role = self._role("records", "Writes records of a DNS zone", WRITE_RECORDS)
        for name, member in self.identities.items():
            DnsManagedZoneIamMember(
                self, f"{name}-records", managed_zone=zone_id, role=role, member=member
            )
        if "external-dns" in acting:
            ProjectIamMember(
                self,
                "external-dns-zones",
                project=project,
                role=self._role("zones", "Lists the DNS zones", LIST_ZONES),
                member=self.identities["external-dns"],
            )

    def _role(self, id_: str, title: str, permissions: Sequence[str]) -> str:
        """Makes a role; gives its full name."""
        role = ProjectIamCustomRole(
            self,
            id_,
            role_id=names.join(self._prefix, id_, limit=ROLE_ID_LIMIT).replace("-", "_"),
            title=f"{title} ({self._prefix})",
            permissions=list(permissions),
        )
        return attribute("google_project_iam_custom_role", role.friendly_unique_id, "name")


def _member(project: str, number: str, workload: str) -> str:
    """https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#principal-id-examples"""
    account = next(account for name, account in ACCOUNTS.items() if name == workload)
    return (
        f"principal://iam.googleapis.com/projects/{number}/locations/global/"
        f"workloadIdentityPools/{pool(project)}/subject/ns/{account.namespace}/sa/{account.name}"
    )


def pool(project: str) -> str:
    """The workload identity pool that all clusters of a project share."""
    return f"{project}.svc.id.goog"
