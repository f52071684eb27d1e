"""Provider packages without their root module.

The `__init__.py` of a prebuilt package imports all of its submodules (2,100 for AWS, 15 seconds).
An empty module of that name in `sys.modules`, with the package's path, lets each be imported alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from bindings.assembly import Assembly


def hollow(module: str) -> None:
    """Puts an empty module in the place of a package's root; no-op if it is imported already."""
    if module in sys.modules:
        return
    spec = find_spec(module)
    if spec is None or spec.submodule_search_locations is None:
        return
    package = ModuleType(module)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = ModuleSpec(module, None, origin=spec.origin, is_package=True)
    sys.modules[module] = package


def load_cut(assemblies: Mapping[str, Assembly]) -> None:
    """Makes jsii load the cut archives for the packages named (by their jsii name)."""
    from jsii import _reference_map, _runtime

    stock = _runtime.JSIIAssembly.__dict__["load"].__func__

    def load(cls: Any, name: str, version: str, module: str, filename: str) -> Any:
        assembly = assemblies.get(name)
        if assembly is None:
            return stock(cls, name, version, module, filename)
        _runtime.kernel.load(name, assembly.version, str(assembly.archive))
        _reference_map._assembly_to_module[name] = module
        return cls(name, version, module, filename)

    _runtime.JSIIAssembly.load = classmethod(load)  # type: ignore[assignment,method-assign]
