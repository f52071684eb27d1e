"""`python -m emulator.schemas`: makes a schema file from what the real provider says.

terraform providers schema -json | python -m emulator.schemas ADDRESS VERSION [TYPE …]

In a folder where `terraform init` has got the real provider. Descriptions are left out, functions
and ephemeral resources too: they are not emulated. TYPE is a resource type or a data source, or a
pattern of such; without any, those that the newest file of the provider has.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from emulator.schemas import FOLDER, files
from errors import GroundplanError

DROPPED = {"description", "description_kind"}
WIDTH = 100


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emulator.schemas", description=__doc__.split("\n")[0]
    )
    parser.add_argument("address", help="registry.terraform.io/hashicorp/helm")
    parser.add_argument("version", help="the version that printed the schema: 3.1.1")
    parser.add_argument("types", nargs="*", metavar="TYPE")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: emulator/schemas")
    given = parser.parse_args()
    try:
        types = given.types or list(_present(given.address))
        document = reduced(json.load(sys.stdin), given.address, types)
    except GroundplanError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    file = given.folder / f"{given.address.rpartition('/')[2]}-{given.version}.json"
    file.write_text(text(document))
    sys.stdout.write(f"Written: {file}\n")
    return 0


def reduced(printed: Mapping[str, Any], address: str, types: list[str]) -> dict[str, Any]:
    """What terraform printed, with one provider and these types only.

    Raises GroundplanError if it does not have the provider, or nothing that a pattern names.
    """
    providers = printed.get("provider_schemas", {})
    if address not in providers:
        raise GroundplanError(
            f"What terraform printed has no {address}, only {', '.join(sorted(providers))}."
        )
    schema = providers[address]
    kept = {"provider": schema["provider"]}
    for kind in ("resource_schemas", "data_source_schemas"):
        every = schema.get(kind, {})
        kept[kind] = {
            name: one
            for name, one in every.items()
            if any(fnmatchcase(name, pattern) for pattern in types)
        }
    names = [*kept["resource_schemas"], *kept["data_source_schemas"]]
    for pattern in types:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise GroundplanError(f"{address} has neither a resource nor data named {pattern}.")
    return {
        "format_version": printed["format_version"],
        "provider_schemas": {address: _plain(kept)},
    }


def text(document: Any) -> str:
    """JSON for people: what fits stands on one line, everything else is broken."""
    return "".join(_lines(document, "")) + "\n"


def _present(address: str) -> Iterator[str]:
    known = [one for one in files() if one.address == address]
    if not known:
        raise GroundplanError(f"No file of {address} says which types to keep: name some.")
    document = known[-1].document()
    for kind in ("resource_schemas", "data_source_schemas"):
        yield from document.get(kind, {})


def _plain(value: Any) -> Any:
    """Without descriptions; without flags that are false, which is what their absence means.

    An attribute may be called `description`: there it has a dict.
    """
    if not isinstance(value, dict):
        return value
    return {
        name: _plain(one)
        for name, one in value.items()
        if one is not False and (name not in DROPPED or isinstance(one, dict))
    }


def _lines(value: Any, indent: str) -> Iterator[str]:
    short = json.dumps(value, sort_keys=True)
    if not isinstance(value, dict) or len(indent) + len(short) < WIDTH:
        yield short
        return
    yield "{"
    for number, (name, one) in enumerate(sorted(value.items())):
        yield f"{',' if number else ''}\n{indent} {json.dumps(name)}: "
        yield from _lines(one, f"{indent} ")
    yield f"\n{indent}}}"


if __name__ == "__main__":
    sys.exit(main())
