"""Where terraform finds providers in emulated runs: in mirrors at hand, else emulated, else online.

A machine without internet, or one that should not ask the registry at each run, has a file-system
mirror. terraform looks by itself in some places only; here all usual ones are looked at. What no
mirror has and `emulator/schemas/` describes is emulated.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from emulator import schemas
from emulator.providers import mirror as emulated

REGISTRY = "registry.terraform.io"
VARIABLE = "GROUNDPLAN_PLUGIN_MIRROR"


class Provider(NamedTuple):
    """A provider that emulated runs use: the real one of a mirror, or an emulated one."""

    address: str
    version: str
    emulated: bool

    def __str__(self) -> str:
        return f"{self.address.removeprefix(f'{REGISTRY}/')} {self.version}"


def cli_configuration(folder: Path, environment: Mapping[str, str] | None = None) -> Path:
    """The terraform CLI configuration to use: the user's own, or one written into `folder`.

    `environment` is what the user has set; that of this process if left out. A user's
    `~/.terraformrc` is used if it says where providers come from. The emulated providers are
    written into `folder`, too.
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
    missing = [one for one in schemas.files() if one.address not in found]
    if missing:
        emulated.write(folder / "providers", missing)
        addresses = [one.address for one in missing]
        found += addresses
        blocks.append(_block("filesystem_mirror", "include", addresses, folder / "providers"))
    blocks.append(_block("direct", "exclude", found))
    file = folder / "terraform.rc"
    file.write_text("provider_installation {\n" + "".join(blocks) + "}\n")
    return file


def in_use(environment: Mapping[str, str] | None = None) -> list[Provider]:
    """The providers that `cli_configuration` offers; none if the user has a configuration.

    Everything else comes from the registry, and is real.
    """
    given = os.environ if environment is None else environment
    if _own(given):
        return []
    real: dict[str, Path] = {}
    for mirror in mirrors(given):
        for address in providers(mirror):
            real.setdefault(address, mirror)
    return [
        *(Provider(one, version, False) for one in real for version in versions(real[one], one)),
        *(Provider(f.address, f.version, True) for f in schemas.files() if f.address not in real),
    ]


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
    here = emulated.target()
    return [
        f"{REGISTRY}/{folder.parent.name}/{folder.name}"
        for folder in sorted((mirror / REGISTRY).glob("*/*/"))
        # Unpacked: VERSION/linux_amd64/; packed: terraform-provider-aws_VERSION_linux_amd64.zip
        if any(folder.glob(f"*/{here}")) or any(folder.glob(f"*_{here}.zip"))
    ]


def versions(mirror: Path, address: str) -> list[str]:
    """The versions of a provider in a mirror that this machine can run."""
    here = re.escape(emulated.target())
    folder = mirror / address
    unpacked = {one.parent.name for one in folder.glob(f"*/{emulated.target()}")}
    names = [re.search(rf"_([^_]+)_{here}\.zip$", one.name) for one in folder.glob("*.zip")]
    return sorted(unpacked | {name[1] for name in names if name})


def _block(kind: str, choice: str, addresses: list[str], path: Path | None = None) -> str:
    lines = [f"    path = {json.dumps(str(path))}"] if path else []
    if addresses:
        lines.append(f"    {choice} = {json.dumps(addresses)}")
    return f"  {kind} {{\n" + "".join(f"{line}\n" for line in lines) + "  }\n"
