"""Cuts a provider package's jsii assembly down to the submodules in use.

A prebuilt package carries its JavaScript and its types as one archive (for AWS 37 MB, 25,000
types), which jsii unpacks and reads whole. One with only the used ones loads in milliseconds.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bindings import cache
from bindings.modules import Package

ARCHIVE = "assembly.tgz"
FORMAT = "3"
"""Raised when what is cut changes, so that older entries are not used."""


@dataclass(frozen=True)
class Assembly:
    """A jsii assembly to load: its name, its version, and the archive."""

    name: str
    version: str
    archive: Path


def whole(module: str, name: str) -> Assembly:
    """The assembly of an installed package as it is."""
    folder = _folder(module) / "_jsii"
    archive = next(folder.glob("*.jsii.tgz"))
    return Assembly(name, archive.name.removesuffix(".jsii.tgz").rpartition("@")[2], archive)


def cut(package: Package) -> Assembly:
    """The package's assembly cut down to its used submodules, from the cache."""
    original = whole(package.module, package.assembly)
    made_of = "\n".join(
        (
            FORMAT,
            package.assembly,
            original.version,
            version("jsii"),
            str(original.archive.stat().st_size),
            *package.submodules,
        )
    )
    notice = (
        f"Preparing {package.assembly} {original.version}, once for this installation (seconds) …"
    )
    kind = package.module.rpartition("_")[2]
    folder = cache.entry(
        kind, made_of, lambda into: _make(original.archive, package, into / ARCHIVE), notice
    )
    return Assembly(package.assembly, original.version, folder / ARCHIVE)


def _folder(module: str) -> Path:
    """An installed package's folder, found without importing the package."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {module} is not installed: run `make setup`")
    # The root folder `constructs/` of ours may be a portion of PyPI's package.
    return next(
        Path(place) for place in spec.submodule_search_locations if (Path(place) / "_jsii").is_dir()
    )


def _make(original: Path, package: Package, target: Path) -> None:
    namespaces = {_camel(name) for name in package.submodules}
    folders = {name.replace("_", "-") for name in package.submodules}
    with (
        tarfile.open(original) as source,
        tarfile.open(target, "w:gz", compresslevel=1) as result,
    ):
        for member in source:
            file = source.extractfile(member)
            if file is None:
                continue
            content = _kept(member.name, file.read, package.assembly, namespaces, folders)
            if content is not None:
                kept = tarfile.TarInfo(member.name)
                kept.size = len(content)
                result.addfile(kept, io.BytesIO(content))


def _kept(
    name: str, read: Callable[[], bytes], assembly: str, namespaces: set[str], folders: set[str]
) -> bytes | None:
    """The content of an archive's member in the cut archive; None if it has no place there."""
    if name == "package/.jsii":
        return _types(json.loads(read()), assembly, namespaces)
    if name == "package/lib/index.js":
        return _index(read().decode(), namespaces).encode()
    if name == "package/package.json":
        return read()
    parts = name.split("/")
    if parts[:2] == ["package", "lib"] and parts[2] in folders and name.endswith(".js"):
        # The source map at the end is two thirds of the file.
        text = read().decode()
        return text.partition("//# sourceMappingURL=")[0].encode()
    return None


def _types(description: dict[str, Any], assembly: str, namespaces: set[str]) -> bytes:
    description["types"] = {
        fqn: _without_docs(kind)
        for fqn, kind in description["types"].items()
        if kind.get("namespace", "").partition(".")[0] in namespaces
    }
    description["submodules"] = {f"{assembly}.{namespace}": {} for namespace in sorted(namespaces)}
    for key in ("readme", "docs", "metadata"):
        description.pop(key, None)
    return json.dumps(description).encode()


def _without_docs(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_docs(item)
            for key, item in value.items()
            if key not in {"docs", "locationInModule", "symbolId"}
        }
    if isinstance(value, list):
        return [_without_docs(item) for item in value]
    return value


def _index(text: str, namespaces: set[str]) -> str:
    """The entry file with only the used `exports.x = require("./x")`."""
    lines = ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });']
    for match in re.finditer(r'^exports\.(\w+) = require\("[^"]+"\);$', text, re.MULTILINE):
        if match[1] in namespaces:
            lines.append(match[0])
    return "\n".join(lines) + "\n"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
