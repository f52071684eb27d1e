"""What moto 5.2 lacks for our stages: one subject a file, tested against the AWS API model.

Each completion is a function that changes moto in place. None knows Groundplan: each could be
offered to moto as it is.
"""

from __future__ import annotations

from emulator.completions import (
    eks,
    launch_templates,
    nat_gateways,
    policies,
    route53,
    unknown_actions,
    versions,
)


def complete() -> None:
    """Applies every completion to moto in this process."""
    policies.complete()
    versions.complete()
    launch_templates.complete()
    nat_gateways.complete()
    route53.complete()
    eks.complete()
    unknown_actions.complete()
