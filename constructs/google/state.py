"""Terraform state in Cloud Storage: where a stack keeps its own and reads another's.

No `kms_encryption_key`: the bucket's default (`backend.py`: the infrastructure's own key) covers
every object, whoever writes it. Locking needs no argument: the backend makes a lock object, under
the condition that there is none yet.
https://developer.hashicorp.com/terraform/language/backend/gcs
"""

from __future__ import annotations

from cdktf import DataTerraformRemoteStateGcs, GcsBackend, TerraformRemoteState, TerraformStack

PREFIX = "state/"


def prefix(stage: str) -> str:
    """The folder of a stage's state, which the backend keeps as `default.tfstate` in it."""
    return f"{PREFIX}{stage}"


def keep(stack: TerraformStack, *, bucket: str, stage: str) -> None:
    """Keeps the stack's state in `bucket`."""
    GcsBackend(stack, bucket=bucket, prefix=prefix(stage))


def read(stack: TerraformStack, *, bucket: str, stage: str) -> TerraformRemoteState:
    """Declares `data.terraform_remote_state.<stage>-state`; CDKTF uses the id `backend` itself."""
    return DataTerraformRemoteStateGcs(stack, f"{stage}-state", bucket=bucket, prefix=prefix(stage))
