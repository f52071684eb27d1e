"""Import hooks: generated modules in their stripped form, provider packages without their whole.

Caller: `bindings.start`. Three things are different from an ordinary import:

- `cdktf_cdktf_provider_aws/__init__.py` imports all of its ~2,100 submodules. Here the package is
  an empty one that imports a submodule when it is asked for.
- A submodule that is not in `bindings/modules.py` has no types in the small assembly. It is
  refused at its import, with a sentence, not deep inside Node when it is used.
- The code of generated modules comes from the cache, without type checks (`bindings.stripping`).
  With them goes typeguard, and with that `unittest.mock` and `asyncio`, which it imports.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from bindings import bytecode
from bindings.session import Session

_KERNEL_PROVIDER = "jsii._kernel.providers.process"
_KERNEL_FILE = Path(__file__).with_name("kernel.py")


def install(session: Session, submodules: Mapping[str, Sequence[str]]) -> None:
    """Puts the hooks in front of Python's own."""
    sys.meta_path.insert(0, _Finder(session, submodules))


class _Finder:
    def __init__(self, session: Session, submodules: Mapping[str, Sequence[str]]) -> None:
        self._session = session
        self._folders = {package.module: package.folder for package in session.packages}
        self._listed = {package: frozenset(names) for package, names in submodules.items()}
        self._generated = bytecode.modules(session.place)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Finds what is ours to load; None leaves the module to Python."""
        if name == _KERNEL_PROVIDER:
            return spec_from_file_location(name, _KERNEL_FILE)
        package, _, submodule = name.partition(".")
        if name in self._listed and name in self._folders:
            return self._lazy(name)
        if name in self._generated:
            return self._stripped(name, path)
        if package in self._listed and submodule and "." not in submodule:
            exists = PathFinder.find_spec(name, path) is not None
            if exists and submodule not in self._listed[package]:
                from bindings.faults import UnlistedSubmoduleError

                raise UnlistedSubmoduleError(package, submodule)
        return None

    def _lazy(self, name: str) -> ModuleSpec:
        spec = ModuleSpec(name, _LazyPackage(), is_package=True)
        spec.submodule_search_locations = [str(self._folders[name])]
        return spec

    def _stripped(self, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _StrippedLoader(self._session, name, spec.loader.path)
        return spec


class _LazyPackage(Loader):
    """Loads a provider's root package as one that imports what is asked for."""

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        package = module.__name__

        def submodule(name: str) -> ModuleType:
            if name.startswith("__"):
                raise AttributeError(name)
            try:
                return importlib.import_module(f"{package}.{name}")
            except ModuleNotFoundError as error:
                raise AttributeError(f"{package} has no submodule {name}") from error

        module.__dict__["__getattr__"] = submodule


class _StrippedLoader(SourceFileLoader):
    def __init__(self, session: Session, name: str, path: str) -> None:
        super().__init__(name, path)
        self._session = session

    def get_code(self, fullname: str) -> CodeType | None:
        """The stripped code; Python's own way if the cache has none."""
        self._session.ready()
        return bytecode.read(self._session.place, fullname) or super().get_code(fullname)
