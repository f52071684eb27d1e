"""The terraform program: one typed function a subcommand.

Callers: `rollout/` and `preview/`. Knows nothing of infrastructures, stages or clouds; imports
`errors` only. Secrets reach terraform through `TF_VAR_…` in its environment, never as arguments.
"""

from terraform.diagnostics import CommandError, Diagnostic
from terraform.program import Changes, Output, Terraform, addresses

__all__ = ["Changes", "CommandError", "Diagnostic", "Output", "Terraform", "addresses"]
