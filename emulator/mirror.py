"""Where terraform finds providers in emulated runs: in mirrors at hand first, else in the registry.

A machine without internet, or one that should not ask the registry at each run, has a file-system
mirror. terraform looks by itself in some places only; here all usual ones are looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

REGISTRY = "registry.terraform.io"
VARIABLE = "GROUNDPLAN_PLUGIN_MIRROR"


def cli_configuration(folder: Path) -> Path:
    """The terraform CLI configuration to use: the user's own, or one written into `folder`."""
    own = os.environ.get("TF_CLI_CONFIG_FILE")
    if own and Path(own).is_file():
        return Path(own)
    blocks = []
    found: list[str] = []
    for mirror in mirrors():
        addresses = [one for one in providers(mirror) if one not in found]
        found += addresses
        if addresses:
            blocks.append(_block("filesystem_mirror", "include", addresses, mirror))
    blocks.append(_block("direct", "exclude", found))
    file = folder / "terraform.rc"
    file.write_text("provider_installation {\n" + "".join(blocks) + "}\n")
    return file


def mirrors() -> Iterator[Path]:
    """Folders that hold providers as a file-system mirror does."""
    data = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    candidates = [
        Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None,
        Path("~/.terraform.d/plugins").expanduser(),
        Path(data) / "terraform" / "plugins",
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
        *sorted(Path("/opt").glob("*/")),
    ]
    for candidate in candidates:
        if candidate and (candidate / REGISTRY).is_dir():
            yield candidate


def providers(mirror: Path) -> list[str]:
    """The addresses of the providers in a mirror."""
    folders = sorted((mirror / REGISTRY).glob("*/*/"))
    return [f"{REGISTRY}/{folder.parent.name}/{folder.name}" for folder in folders]


def _block(kind: str, choice: str, addresses: list[str], path: Path | None = None) -> str:
    lines = [f'    path = "{path}"'] if path else []
    if addresses:
        lines.append(
            f"    {choice} = [{', '.join(f'{chr(34)}{one}{chr(34)}' for one in addresses)}]"
        )
    return f"  {kind} {{\n" + "".join(f"{line}\n" for line in lines) + "  }\n"
