"""With which variables programs use the emulated cloud, and it alone.

Nothing that a user has set up for a real cloud may reach an emulated run: each variable of AWS's
and Google's programs, and both configuration files of AWS are left out; the token for Google Cloud
that is set goes before anything that a user is logged in with. A profile, a role or an endpoint of
one service would win over the endpoint below, and the run would change a real account.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.mirror import cli_configuration
from emulator.providers.objects import VARIABLE as OBJECTS

REGION = "eu-central-1"
FOREIGN = ("AWS_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_")
"""How the variables begin that programs of AWS and of Google Cloud read."""
FOLDER = "GROUNDPLAN_EMULATED_FOLDER"
"""Tells the server process which folder is the emulated cloud's."""
KEYCLOAK = "keycloak-port"
"""The file in it with the port on which the emulated Keycloaks are."""
AUTHORITY = "keycloak-authority.pem"
"""The file in it with the authority that their certificates are from."""
LOOPBACK = "127.0.0.1,localhost"
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def variables(
    endpoint: str, google: Mapping[str, str], folder: Path, base: Mapping[str, str]
) -> dict[str, str]:
    """What is set.

    `google` is what leads to the emulated Google Cloud; `folder` takes the files that variables
    name; `base` is what a user has set.
    """
    nothing = folder / "aws-configuration"
    nothing.touch()
    return {
        # One endpoint for every service: for the provider, the s3 backend, boto3 and the aws CLI.
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "emulated",
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_REGION": REGION,
        # What boto3 reads.
        "AWS_DEFAULT_REGION": REGION,
        # Profiles, single sign-on and certificates of the user.
        "AWS_CONFIG_FILE": str(nothing),
        "AWS_SHARED_CREDENTIALS_FILE": str(nothing),
        # Else the provider looks for an instance role, and waits.
        "AWS_EC2_METADATA_DISABLED": "true",
        # A fault of the emulator shows soon. The default of the provider is 25.
        "AWS_MAX_ATTEMPTS": "3",
        # terraform asks nobody whether it is the newest.
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(cli_configuration(folder, base)),
        OBJECTS: str(objects(folder)),
        **google,
        **_keycloak(folder),
        **_no_proxy(base),
    }


def _keycloak(folder: Path) -> dict[str, str]:
    """Every Keycloak is the emulated one, whatever its name."""
    port = folder / KEYCLOAK
    if not port.exists():
        return {}
    return {
        "GROUNDPLAN_CONNECT_TO": f"*=127.0.0.1:{port.read_text()}",
        "GROUNDPLAN_CA_FILE": str(folder / AUTHORITY),
    }


def objects(folder: Path) -> Path:
    """Where emulated providers record what they have made."""
    return folder / "objects"


def complete(
    endpoint: str, google: Mapping[str, str], folder: Path, base: Mapping[str, str]
) -> dict[str, str]:
    """`base` with our variables, and without any other that programs of both clouds read."""
    kept = {name: value for name, value in base.items() if name not in removed(base)}
    return {**kept, **variables(endpoint, google, folder, base)}


def removed(base: Mapping[str, str]) -> list[str]:
    """The variables of a user that must not reach an emulated run."""
    return sorted(name for name in base if name.startswith(FOREIGN))


def _no_proxy(base: Mapping[str, str]) -> dict[str, str]:
    """botocore would ask a proxy for loopback; Go's programs know better."""
    if not any(base.get(name) for name in PROXIES):
        return {}
    own = base.get("NO_PROXY") or base.get("no_proxy")
    hosts = f"{own},{LOOPBACK}" if own else LOOPBACK
    return {"NO_PROXY": hosts, "no_proxy": hosts}
