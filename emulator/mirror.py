"""Where terraform finds providers in emulated runs: in mirrors at hand first, else in the registry.

A machine without internet, or one that should not ask the registry at each run, has a file-system
mirror. terraform looks by itself in some places only; here all usual ones are looked at.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

REGISTRY = "registry.terraform.io"
VARIABLE = "GROUNDPLAN_PLUGIN_MIRROR"
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def cli_configuration(folder: Path, environment: Mapping[str, str] | None = None) -> Path:
    """The terraform CLI configuration to use: the user's own, or one written into `folder`.

    `environment` is what the user has set; that of this process if left out. A user's
    `~/.terraformrc` is used if it says where providers come from.
    """
    given = os.environ if environment is None else environment
    own = _own(given)
    if own:
        return own
    blocks = []
    found: list[str] = []
    for mirror in mirrors(given):
        addresses = [one for one in providers(mirror) if one not in found]
        found += addresses
        if addresses:
            blocks.append(_block("filesystem_mirror", "include", addresses, mirror))
    blocks.append(_block("direct", "exclude", found))
    file = folder / "terraform.rc"
    file.write_text("provider_installation {\n" + "".join(blocks) + "}\n")
    return file


def _own(given: Mapping[str, str]) -> Path | None:
    named = given.get("TF_CLI_CONFIG_FILE")
    if named:
        return Path(named) if _readable(Path(named)) else None
    usual = Path("~/.terraformrc").expanduser()
    if _readable(usual) and "provider_installation" in usual.read_text(errors="replace"):
        return usual
    return None


def _readable(file: Path) -> bool:
    return os.access(file, os.R_OK) and file.is_file()


def mirrors(given: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """Folders that hold providers as a file-system mirror does."""
    data = given.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    candidates = [
        Path(given[VARIABLE]) if given.get(VARIABLE) else None,
        Path("~/.terraform.d/plugins").expanduser(),
        Path(data) / "terraform" / "plugins",
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
        *sorted(Path("/opt").glob("*/")),
    ]
    for candidate in candidates:
        # First: `Path.is_dir` raises where a folder may not be looked into.
        if candidate and os.access(candidate, os.X_OK) and (candidate / REGISTRY).is_dir():
            yield candidate


def providers(mirror: Path) -> list[str]:
    """The addresses of the providers in a mirror that this machine can run."""
    here = f"{platform.system().lower()}_{MACHINES.get(platform.machine(), platform.machine())}"
    return [
        f"{REGISTRY}/{folder.parent.name}/{folder.name}"
        for folder in sorted((mirror / REGISTRY).glob("*/*/"))
        # Unpacked: VERSION/linux_amd64/; packed: terraform-provider-aws_VERSION_linux_amd64.zip
        if any(folder.glob(f"*/{here}")) or any(folder.glob(f"*_{here}.zip"))
    ]


def _block(kind: str, choice: str, addresses: list[str], path: Path | None = None) -> str:
    lines = [f"    path = {json.dumps(str(path))}"] if path else []
    if addresses:
        lines.append(f"    {choice} = {json.dumps(addresses)}")
    return f"  {kind} {{\n" + "".join(f"{line}\n" for line in lines) + "  }\n"
