"""Schema files: how they are made from what terraform prints, and how they are read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.providers.schema import Object, read
from emulator.schemas import files
from emulator.schemas.__main__ import reduced, text
from errors import GroundplanError
from tests.conftest import ROOT

ADDRESS = "registry.terraform.io/example/shop"
PRINTED: dict[str, Any] = {
    "format_version": "1.0",
    "provider_schemas": {
        ADDRESS: {
            "provider": {"version": 0, "block": {"description_kind": "plain"}},
            "resource_schemas": {
                name: {
                    "version": 1,
                    "block": {
                        "attributes": {
                            "description": {
                                "type": "string",
                                "description": "Told to customers.",
                                "description_kind": "markdown",
                                "optional": True,
                                "sensitive": False,
                            }
                        }
                    },
                }
                for name in ("shop_article", "shop_order")
            },
            "data_source_schemas": {"shop_price": {"version": 0, "block": {}}},
            "functions": {"total": {}},
        }
    },
}


@pytest.mark.parametrize("file", files(), ids=lambda file: file.type)
def test_a_schema_file_is_as_the_tool_writes_it(file: Any) -> None:
    content = file.file.read_text()
    document = json.loads(content)
    assert text(reduced(document, file.address, ["*"])) == content


@pytest.mark.parametrize("file", files(), ids=lambda file: file.type)
def test_every_attribute_of_a_schema_file_is_read(file: Any) -> None:
    document = file.document()
    schema = read(document)
    assert set(schema.resources) == set(document["resource_schemas"])
    for name, one in schema.resources.items():
        assert names(one.object) == written(document["resource_schemas"][name]["block"])
    for name, one in schema.data_sources.items():
        assert names(one.object) == written(document["data_source_schemas"][name]["block"])


def names(fields: Object) -> set[tuple[str, ...]]:
    """The ways to all attributes."""
    found: set[tuple[str, ...]] = {(name,) for name in fields.attributes}
    for name, one in fields.attributes.items():
        found |= {(name, *way) for way in names(one.nested.object)} if one.nested else set()
    for name, block in fields.blocks.items():
        found |= {(name, *way) for way in names(block.nested.object)}
    return found


def written(block: Any) -> set[tuple[str, ...]]:
    """The same, from the JSON."""
    found: set[tuple[str, ...]] = set()
    for name, one in block.get("attributes", {}).items():
        found |= {(name,), *((name, *way) for way in written(one.get("nested_type", {})))}
    for name, one in block.get("block_types", {}).items():
        found |= {(name, *way) for way in written(one["block"])}
    return found


def test_types_are_chosen_and_descriptions_dropped() -> None:
    """An attribute may be called `description` and stays."""
    kept = reduced(PRINTED, ADDRESS, ["shop_o*"])["provider_schemas"][ADDRESS]
    assert kept["resource_schemas"] == {
        "shop_order": {
            "version": 1,
            "block": {"attributes": {"description": {"type": "string", "optional": True}}},
        }
    }
    assert kept["data_source_schemas"] == {}
    assert "functions" not in kept


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(GroundplanError, match="neither a resource nor data named shop_cart"):
        reduced(PRINTED, ADDRESS, ["shop_cart"])
    with pytest.raises(GroundplanError, match=r"has no registry\.terraform\.io/example/bank"):
        reduced(PRINTED, "registry.terraform.io/example/bank", ["*"])


def test_the_tool_writes_a_file(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "emulator.schemas", ADDRESS, "2.0.0", "*", "--folder", tmp_path],
        input=json.dumps(PRINTED),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "shop-2.0.0.json" in ended.stdout
    document = json.loads((tmp_path / "shop-2.0.0.json").read_text())
    assert set(document["provider_schemas"][ADDRESS]["resource_schemas"]) == {
        "shop_article",
        "shop_order",
    }


def test_a_nesting_mode_that_terraform_does_not_have_is_refused() -> None:
    block = {"block_types": {"x": {"nesting_mode": "spiral", "block": {}}}}
    with pytest.raises(GroundplanError, match="spiral"):
        read({"resource_schemas": {"shop_article": {"block": block}}})
