"""The APIs of a project that a stage needs: switched on first, and never off.

Others may use them by then: another infrastructure of the project, or people.
"""

from __future__ import annotations

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs import Construct

DOMAIN = "googleapis.com"


def enable(scope: Construct, *names: str) -> ITerraformDependable:
    """Enables APIs by their short names (`compute`), one after the other.

    Whoever waits for what is given has them all. Raises ValueError for no names.
    """
    last: ProjectService | None = None
    for name in names:
        last = ProjectService(
            scope,
            f"api-{name}",
            service=f"{name}.{DOMAIN}",
            disable_on_destroy=False,
            # One at a time: an API that another needs comes before it, and Google allows few such
            # calls a minute.
            depends_on=[last] if last else None,
        )
    if last is None:
        raise ValueError("no API to enable")
    return last
