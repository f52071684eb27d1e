"""hashicorp/google: names, links and addresses of what our stages are to use.

https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs
"""

from __future__ import annotations

import base64
from typing import Any

from emulator.providers.shapes.table import Facts, Shapes

COMPUTE = "https://www.googleapis.com/compute/v1/projects/{project}"
ACCOUNT = "{account_id}@{project}.iam.gserviceaccount.com"
STORAGE = "service-{digits}@gs-project-accounts.iam.gserviceaccount.com"
CLUSTER = "projects/{project}/locations/{location}/clusters/{name}"
CREATED = "2026-01-01T00:00:00Z"


def _authority(facts: Facts) -> str:
    return base64.b64encode(facts["certificate"].encode()).decode()


def _read_authority(facts: Facts) -> list[dict[str, Any]]:
    unused = {"client_certificate": "", "client_key": "", "client_certificate_config": []}
    return [{**unused, "cluster_ca_certificate": _authority(facts)}]


def _labels(facts: Facts) -> dict[str, Any]:
    return dict(facts["labels"] or {})


def _zones(facts: Facts) -> list[dict[str, Any]]:
    """The zones of the project, as the list of them says it."""
    shown = ("description", "dns_name", "id", "name", "name_servers", "project", "visibility")
    return [
        {**{name: one[name] for name in shown}, "managed_zone_id": one["managed_zone_id"]}
        for one in facts.every("google_dns_managed_zone")
        if one["project"] == facts["project"]
    ]


def _signing_keys(facts: Facts) -> list[dict[str, Any]]:
    """One key; its DS record has the form of one: key tag, algorithm, digest type, digest."""
    return [
        {
            "algorithm": "rsasha256",
            "creation_time": CREATED,
            "description": "",
            "digests": [],
            "ds_record": f"{facts['octet']} 8 2 {facts['secret'].upper() * 2}",
            "id": "0",
            "is_active": True,
            "key_length": 2048,
            "key_tag": facts["octet"],
            "public_key": "",
        }
    ]


GOOGLE = Shapes(
    # Switched on once, they stay on: no stage of ours switches one off.
    kept=("google_project_service",),
    replaced_by={
        "*": ("project",),
        "google_compute_*": ("name", "network", "region"),
        "google_container_*": ("name", "location"),
        "google_dns_*": ("name",),
        "google_kms_*": ("name", "location"),
        "google_secret_manager_secret": ("secret_id",),
        "google_service_account": ("account_id",),
        "google_storage_bucket*": ("name", "location"),
        "google_*_iam_member": ("member", "role"),
    },
    filled={"google_container_cluster": ("master_auth",)},
    computed={
        "*google_service_account": {
            "email": ACCOUNT,
            "id": f"projects/{{project}}/serviceAccounts/{ACCOUNT}",
            "member": f"serviceAccount:{ACCOUNT}",
            "name": f"projects/{{project}}/serviceAccounts/{ACCOUNT}",
            "unique_id": "{digits}",
        },
        "data.google_container_cluster": {"master_auth": _read_authority},
        "*google_container_cluster": {
            "endpoint": "203.0.113.{octet}",
            "id": CLUSTER,
            "master_auth.client_certificate": "",
            "master_auth.client_key": "",
            "master_auth.cluster_ca_certificate": _authority,
            "master_version": "1.33.5-gke.1000",
            "self_link": f"https://container.googleapis.com/v1/{CLUSTER}",
        },
        "*google_compute_network": {
            "id": "projects/{project}/global/networks/{name}",
            "self_link": f"{COMPUTE}/global/networks/{{name}}",
        },
        "*google_compute_subnetwork": {
            "id": "projects/{project}/regions/{region}/subnetworks/{name}",
            "self_link": f"{COMPUTE}/regions/{{region}}/subnetworks/{{name}}",
        },
        "*google_dns_managed_zone": {
            "id": "projects/{project}/managedZones/{name}",
            "name_servers": [f"ns-emulated-{number}.googledomains.com." for number in "1234"],
        },
        "*google_storage_bucket": {"id": "{name}", "url": "gs://{name}"},
        "*google_kms_key_ring": {"id": "projects/{project}/locations/{location}/keyRings/{name}"},
        "*google_kms_crypto_key": {"id": "{key_ring}/cryptoKeys/{name}"},
        "*google_secret_manager_secret": {
            "id": "projects/{project}/secrets/{secret_id}",
            "name": "projects/{project}/secrets/{secret_id}",
        },
        "google_project_service": {"id": "{project}/{service}"},
        "google_compute_firewall": {"id": "projects/{project}/global/firewalls/{name}"},
        "data.google_dns_managed_zones": {"managed_zones": _zones},
        "data.google_dns_keys": {"key_signing_keys": _signing_keys},
        "data.google_storage_project_service_account": {
            "email_address": STORAGE,
            "member": f"serviceAccount:{STORAGE}",
        },
        "google_project_iam_custom_role": {
            "id": "projects/{project}/roles/{role_id}",
            "name": "projects/{project}/roles/{role_id}",
        },
        "google_compute_*address": {"address": "203.0.113.{octet}"},
        "data.google_compute_zones": {"names": [f"{{region}}-{letter}" for letter in "abc"]},
        "data.google_project": {"project_id": "{project}", "number": "{digits}"},
        "*": {
            "project": "{project}",
            "region": "{region}",
            "zone": "{zone}",
            "create_time": CREATED,
            "creation_timestamp": CREATED,
            "effective_labels": _labels,
            "terraform_labels": _labels,
        },
    },
)
