"""Makes a small jsii package out of a stock one: the submodules in use, in one script.

Caller: `bindings.preparation`. A stock provider package describes ~25,000 types in 130 MB of JSON
and reads ~2,100 scripts; ten infrastructures need a few hundred types. The small package has

    package.json   as it was
    .jsii          the types of the submodules in use, without documentation
    lib/index.js   one line that hands Node the bundle, at a path that stays the same from run to
                   run (jsii unpacks to a random one), so that Node's compile cache can know it

and the bundle beside it holds the scripts of the package, joined by `bundle.js`.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from bindings.installed import JsiiPackage
from bindings.node import FOLDER_VARIABLE

BUNDLER: Final = Path(__file__).with_name("bundle.js")


_KEPT = (".js", ".json", ".cjs", ".jsii", ".jsii.gz")
_DOCUMENTATION = ("docs", "locationInModule", "readme")
_TIME_LIMIT = 60  # seconds for Node to join a package's scripts; it takes a fraction of one


class UnknownSubmodule(LookupError):
    """A provider package has no submodule of that name."""


def shrink(
    package: JsiiPackage, submodules: Iterable[str] | None, node: Path, work: Path, entry: Path
) -> None:
    """Writes `<module>.tgz` and `<module>.js` to `entry`; `work` is a scratch folder.

    `submodules` None keeps all. Raises UnknownSubmodule, and OSError or ValueError if the stock
    package can't be read.
    """
    kept = None if submodules is None else {_plain(name): name for name in submodules}
    folder = work / package.module
    _unpack(package.tarball, folder, kept)
    description = _description(folder)
    if kept is not None:
        _keep_types(description, kept, package.module)
        _keep_requires(folder / "lib" / "index.js", kept)
    bundle = entry / f"{package.module}.js"
    externals = sorted(description.get("dependencies", {}))
    subprocess.run(
        [node, BUNDLER, folder, bundle, *externals],
        check=True,
        timeout=_TIME_LIMIT,
        stdin=subprocess.DEVNULL,
    )
    _pack(entry / f"{package.module}.tgz", package.module, folder, description)


def _unpack(tarball: Path, folder: Path, kept: Mapping[str, str] | None) -> None:
    """Writes the scripts and descriptions of a package, without declarations and tests."""
    with tarfile.open(tarball, "r|gz") as stream:
        for member in stream:
            path = member.name.split("/")[1:]  # the first folder is always `package`
            if not member.isfile() or not path or ".." in path or not path[-1].endswith(_KEPT):
                continue
            nested = len(path) > 2 and path[0] == "lib"  # noqa: PLR2004 - lib/<submodule>/…
            if kept is not None and nested and _plain(path[1]) not in kept:
                continue
            target = folder.joinpath(*path)
            content = stream.extractfile(member)
            assert content is not None  # noqa: S101 - it is a file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())


def _description(folder: Path) -> dict[str, Any]:
    """What `.jsii` says; big packages keep it compressed in a second file."""
    found: dict[str, Any] = json.loads((folder / ".jsii").read_bytes())
    if found.get("schema") == "jsii/file-redirect":
        with gzip.open(folder / found["filename"], "rb") as packed:
            found = json.load(packed)
    return found


def _keep_types(description: dict[str, Any], kept: Mapping[str, str], module: str) -> None:
    """Leaves only the types of the submodules in `kept` (plain name → Python's name)."""
    # The symbol of a submodule names its folder: `src/s3-bucket/index:`.
    submodules = {
        _plain(submodule["symbolId"].split("/")[1]): fqn
        for fqn, submodule in description["submodules"].items()
    }
    missing = sorted(kept[name] for name in kept.keys() - submodules.keys())
    if missing:
        raise UnknownSubmodule(f"{module} has no submodule {', '.join(missing)}")
    fqns = {submodules[name] for name in kept}
    description["submodules"] = {
        fqn: value for fqn, value in description["submodules"].items() if fqn in fqns
    }
    description["types"] = {
        fqn: value for fqn, value in description["types"].items() if _parent(fqn) in fqns
    }


def _plain(name: str) -> str:
    """The name of a submodule without separators: Python puts them where npm doesn't.

    `lexv2_models_bot` is the folder `lexv2models-bot`.
    """
    return name.replace("-", "").replace("_", "").lower()


def _parent(fqn: str) -> str:
    """`@cdktf/provider-aws.vpc` for `@cdktf/provider-aws.vpc.Vpc`."""
    return ".".join(fqn.split(".")[:2])


def _keep_requires(index: Path, kept: Mapping[str, str]) -> None:
    out = []
    for line in index.read_text(encoding="utf-8").splitlines():
        required = re.search(r"\brequire\([\"']\./([^\"'/]+)[\"']\)", line)
        if required and _plain(required[1]) not in kept:
            continue
        if not line.startswith("//# sourceMappingURL"):
            out.append(line)
    index.write_text("\n".join(out), encoding="utf-8")


def _pack(tarball: Path, module: str, folder: Path, description: dict[str, Any]) -> None:
    manifest = (folder / "package.json").read_bytes()
    main = json.loads(manifest).get("main", "index.js")
    small = json.dumps(_without_documentation(description), separators=(",", ":"))
    link = f'module.exports = require(process.env.{FOLDER_VARIABLE} + "/{module}.js")(require);\n'
    with tarfile.open(tarball, "w:gz", compresslevel=6) as out:
        for name, content in (
            ("package.json", manifest),
            (".jsii", small.encode()),
            (main, link.encode()),
        ):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))


def _without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_documentation(item)
            for key, item in value.items()
            # A type may have a member called `docs`, but members are listed, not keys.
            if key not in _DOCUMENTATION
        }
    if isinstance(value, list):
        return [_without_documentation(item) for item in value]
    return value
