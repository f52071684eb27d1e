"""What stripping removes, and that the rest means the same."""

from __future__ import annotations

from typing import Any

import pytest

from bindings.stripping import compile_stripped

GENERATED = '''
"""Module."""
import typing
import typeguard
from importlib.metadata import version as _metadata_package_version
TYPEGUARD_MAJOR_VERSION = int(_metadata_package_version('typeguard').split('.')[0])

def check_type(argname, value, expected_type):
    raise AssertionError("checked")

class Thing:
    """Class."""

    level: typing.ClassVar[int]
    size: int = 3

    def __init__(self, name: "Missing", *, tags: "Missing" = None, **rest: "Missing") -> None:
        """Constructor."""
        if __debug__:
            check_type("name", name, str)
        self._values: typing.Dict[str, object] = {"name": name}
        if tags is not None:
            self._values["tags"] = tags

    def only_documented(self) -> "Missing":
        """Nothing else."""

    @property
    def name(self) -> "Missing":
        return typing.cast("Missing", self._values["name"])

def _typecheckingstub__abc(name: int) -> None:
    """Type checking stubs"""
    pass
'''


@pytest.fixture(scope="module")
def module() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile_stripped(GENERATED.encode(), "generated.py"), names)  # noqa: S102
    return names


def test_it_behaves_as_before(module: dict[str, Any]) -> None:
    thing = module["Thing"]("n", tags={"a": "b"})
    assert thing.name == "n"
    assert thing._values == {"name": "n", "tags": {"a": "b"}}
    assert thing.only_documented() is None
    assert module["Thing"].size == 3


def test_checks_and_what_serves_them_are_gone(module: dict[str, Any]) -> None:
    gone = {"typeguard", "check_type", "TYPEGUARD_MAJOR_VERSION", "_typecheckingstub__abc"}
    assert not gone & module.keys()


def test_annotations_and_documentation_are_gone(module: dict[str, Any]) -> None:
    thing = module["Thing"]
    assert thing.__doc__ is None
    assert thing.__init__.__doc__ is None
    assert not thing.__init__.__annotations__
    assert "__annotations__" not in vars(thing)


def test_lines_stay_for_stack_traces(module: dict[str, Any]) -> None:
    line = module["Thing"].__init__.__code__.co_firstlineno
    assert GENERATED.splitlines()[line - 1].strip().startswith("def __init__")
