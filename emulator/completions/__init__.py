"""What moto 5.2 lacks for our stages: one subject a file, tested against the AWS API model.

Each completion is a function that changes moto in place. None knows Groundplan: each could be
offered to moto as it is.
"""

from __future__ import annotations

from emulator.completions import (
    accounts,
    eks,
    launch_templates,
    nat_gateways,
    policies,
    route53,
    unknown_actions,
    versions,
)


def complete(account: str | None = None) -> None:
    """Applies every completion to moto in this process.

    `account` is the one of callers whose key no account knows; moto's own if left out.
    """
    accounts.complete(account)
    policies.complete()
    versions.complete()
    launch_templates.complete()
    nat_gateways.complete()
    route53.complete()
    eks.complete()
    unknown_actions.complete()
