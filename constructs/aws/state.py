"""Terraform state in S3: where a stack keeps its own and reads another's.

No `encrypt` and no `kms_key_id`: with them the client chooses the encryption of each object, and
without a key id it would choose SSE-S3. The bucket's default (`backend.py`: SSE-KMS with the
infrastructure's own key) covers every object whoever writes it.
"""

from __future__ import annotations

from cdktf import DataTerraformRemoteStateS3, S3Backend, TerraformRemoteState, TerraformStack

PREFIX = "state/"


def key(stage: str) -> str:
    """The state object of a stage."""
    return f"{PREFIX}{stage}.tfstate"


def keep(stack: TerraformStack, *, bucket: str, region: str, account: str, stage: str) -> None:
    """Keeps the stack's state in `bucket`, locked by a lock file beside it (no DynamoDB)."""
    S3Backend(stack, bucket=bucket, key=key(stage), region=region)
    # Both arguments are younger than cdktf 0.21.
    stack.add_override(
        "terraform.backend.s3", {"use_lockfile": True, "allowed_account_ids": [account]}
    )


def read(stack: TerraformStack, *, bucket: str, region: str, stage: str) -> TerraformRemoteState:
    """Declares `data.terraform_remote_state.<stage>-state`; CDKTF uses the id `backend` itself."""
    return DataTerraformRemoteStateS3(
        stack, f"{stage}-state", bucket=bucket, key=key(stage), region=region
    )
