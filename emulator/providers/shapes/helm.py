"""hashicorp/helm: what a release looks like that was installed.

https://registry.terraform.io/providers/hashicorp/helm/3.1.1/docs/resources/release
"""

from __future__ import annotations

import json

from emulator.providers.shapes.table import Facts, Shapes

INSTALLED = 1_767_225_600
"""2026-01-01, as seconds since 1970: an emulated run has no clock."""
OFF = (
    "atomic",
    "cleanup_on_fail",
    "create_namespace",
    "dependency_update",
    "disable_crd_hooks",
    "disable_openapi_validation",
    "disable_webhooks",
    "force_update",
    "lint",
    "pass_credentials",
    "recreate_pods",
    "replace",
    "reset_values",
    "reuse_values",
    "skip_crds",
    "take_ownership",
    "upgrade_install",
    "verify",
    "wait_for_jobs",
)


def _revision(facts: Facts) -> int:
    metadata = (facts.prior or {}).get("metadata") or {}
    return int(metadata.get("revision") or 0) + 1


def _values(facts: Facts) -> str:
    return json.dumps({"emulated": True})


HELM = Shapes(
    server=("kubernetes.host", "kubernetes.config_path", "kubernetes.config_context"),
    identities={"helm_release": ("namespace", "name")},
    replaced_by={"helm_release": ("name", "namespace")},
    changing={"helm_release": ("manifest", "metadata", "resources")},
    defaults={
        "helm_release": {
            **dict.fromkeys(OFF, False),
            "max_history": 0,
            "namespace": "default",
            "render_subchart_notes": True,
            "timeout": 300,
            "wait": True,
        }
    },
    computed={
        "helm_release": {
            "id": "{name}",
            "status": "deployed",
            "version": "0.1.0",
            # What a chart renders to, nobody knows here.
            "manifest": "",
            "metadata.app_version": "{version}",
            "metadata.chart": "{chart}",
            "metadata.first_deployed": INSTALLED,
            "metadata.last_deployed": INSTALLED,
            "metadata.name": "{name}",
            "metadata.namespace": "{namespace}",
            "metadata.notes": "",
            "metadata.revision": _revision,
            # Not the real values: there may be secrets in them.
            "metadata.values": _values,
            "metadata.version": "{version}",
        },
        "data.helm_template": {"id": "{name}", "manifest": "", "notes": "", "version": "0.1.0"},
    },
)
