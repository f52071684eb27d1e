"""AWS and providers for the demo and the tests: moto, completed, as a child process on loopback.

    from emulator import Emulator
    with Emulator.start() as cloud:
        subprocess.run([...], env=cloud.environment())
        assert cloud.leftovers() == []

What moto lacks for our stages is in `completions/`, a subject a file; providers that no mirror has
are emulated by `providers/` from their schemas in `schemas/`. See docs/emulator.md for what
is real, what is emulated and what is invented. Imports `errors` only.
"""

from emulator.api_server import ApiServer
from emulator.cloud import Emulator
from emulator.leftovers import Leftover

EMULATED = (
    "AWS (S3, KMS, Secrets Manager, EC2, Route 53, IAM, EKS, CloudWatch Logs) by moto on this "
    "machine; Google Cloud's provider from its schema, Cloud Storage and Secret Manager as far as "
    "states and secrets need them. Real: terraform, the AWS provider, state locking."
)

__all__ = ["EMULATED", "ApiServer", "Emulator", "Leftover"]
