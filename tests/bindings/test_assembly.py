"""Small packages made out of a tiny stock one."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bindings import assembly, installed
from bindings.installed import JsiiPackage
from bindings.node import FOLDER_VARIABLE

SYMBOLS = {"@x/p.vpc": "src/vpc/index:", "@x/p.s3Bucket": "src/s3-bucket/index:"}
DESCRIPTION: dict[str, Any] = {
    "name": "@x/p",
    "dependencies": {"constructs": "^10"},
    "readme": {"markdown": "long"},
    "submodules": {fqn: {"symbolId": symbol} for fqn, symbol in SYMBOLS.items()},
    "types": {
        "@x/p.vpc.Vpc": {"kind": "class", "docs": {"summary": "long"}, "locationInModule": {}},
        "@x/p.vpc.VpcConfig": {"kind": "interface", "properties": [{"name": "a", "docs": {}}]},
        "@x/p.s3Bucket.S3Bucket": {"kind": "class"},
    },
}
FILES = {
    "package.json": json.dumps({"name": "@x/p", "version": "1.0.0", "main": "lib/index.js"}),
    "lib/index.js": (
        '"use strict";\nexports.vpc = require("./vpc");\n'
        'exports.s3Bucket = require("./s3-bucket");\n//# sourceMappingURL=x'
    ),
    "lib/vpc/index.js": (
        'exports.Vpc = "vpc of " + require("constructs").name + require("inner").sloppy;'
    ),
    "lib/vpc/index.d.ts": "declare",
    "lib/s3-bucket/index.js": 'throw new Error("not asked for")',
    "node_modules/inner/package.json": json.dumps({"name": "inner", "main": "i.js"}),
    # Legal only where no "use strict" is in force.
    "node_modules/inner/i.js": "undeclared = '!'; exports.sloppy = undeclared;",
    "node_modules/inner/../../../escape.js": "outside",
}


def stock(folder: Path, files: dict[str, str]) -> JsiiPackage:
    tarball = folder / "p@1.0.0.jsii.tgz"
    with tarfile.open(tarball, "w:gz") as out:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode("latin-1"))
            out.addfile(member, io.BytesIO(text.encode("latin-1")))
    return JsiiPackage("p", folder, "@x/p", "1.0.0", tarball)


@pytest.fixture
def node() -> Path:
    found = installed.node()
    assert found is not None
    return found


def shrink(tmp_path: Path, node: Path, files: dict[str, str], *names: str) -> Path:
    entry = tmp_path / "entry"
    entry.mkdir()
    assembly.shrink(stock(tmp_path, files), names or None, node, tmp_path / "work", entry)
    return entry


def read(entry: Path, name: str) -> bytes:
    with tarfile.open(entry / "p.tgz") as packed:
        file = packed.extractfile(f"package/{name}")
        assert file is not None
        return file.read()


WITH_PLAIN = {**FILES, ".jsii": json.dumps(DESCRIPTION)}
WITH_PACKED = {
    **FILES,
    ".jsii": json.dumps({"schema": "jsii/file-redirect", "filename": ".jsii.gz"}),
    ".jsii.gz": gzip.compress(json.dumps(DESCRIPTION).encode()).decode("latin-1"),
}


@pytest.mark.parametrize("files", [WITH_PLAIN, WITH_PACKED], ids=["plain", "compressed"])
def test_types_of_other_submodules_and_documentation_go(
    tmp_path: Path, node: Path, files: dict[str, str]
) -> None:
    entry = shrink(tmp_path, node, files, "vpc")
    description = json.loads(read(entry, ".jsii"))
    assert description["types"] == {
        "@x/p.vpc.Vpc": {"kind": "class"},
        "@x/p.vpc.VpcConfig": {"kind": "interface", "properties": [{"name": "a"}]},
    }
    assert list(description["submodules"]) == ["@x/p.vpc"]
    assert "readme" not in description


def test_the_bundle_runs_with_the_requires_it_is_given(tmp_path: Path, node: Path) -> None:
    entry = shrink(tmp_path, node, WITH_PLAIN, "vpc")
    (tmp_path / "index.js").write_bytes(read(entry, "lib/index.js"))
    (tmp_path / "node_modules/constructs").mkdir(parents=True)
    (tmp_path / "node_modules/constructs/index.js").write_text('exports.name = "constructs";')
    done = subprocess.run(
        [str(node), "-p", "JSON.stringify(require('./index.js'))"],
        cwd=tmp_path,
        env={FOLDER_VARIABLE: str(entry)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert json.loads(done.stdout) == {"vpc": {"Vpc": "vpc of constructs!"}}


def test_nothing_is_written_outside(tmp_path: Path, node: Path) -> None:
    shrink(tmp_path, node, WITH_PLAIN, "vpc")
    assert not list(tmp_path.rglob("escape.js"))


def test_an_unknown_submodule_is_named(tmp_path: Path, node: Path) -> None:
    with pytest.raises(assembly.UnknownSubmodule, match="p has no submodule nothing, vcp"):
        shrink(tmp_path, node, WITH_PLAIN, "vcp", "vpc", "nothing")


def test_all_is_kept_if_nothing_is_chosen(tmp_path: Path, node: Path) -> None:
    entry = shrink(tmp_path, node, WITH_PLAIN)
    assert len(json.loads(read(entry, ".jsii"))["types"]) == 3
