"""Where in a definition something in its object was said. Pure."""

from __future__ import annotations

from argocd.objects import Object, Path

SOURCE: dict[Path, Path] = {
    ("repoURL",): ("repository",),
    ("helm", "valuesObject"): ("values",),
    ("helm", "valueFiles"): ("chart_value_files",),
    ("helm", "parameters"): ("parameters",),
}
"""Way in a source of ArgoCD's → way in ours. What is not here is called the same."""
SPEC: dict[Path, Path] = {
    ("spec", "destination"): (),
    ("spec", "ignoreDifferences"): ("ignore_differences",),
    ("spec", "syncPolicy", "retry"): ("sync", "retry"),
    ("spec", "syncPolicy", "syncOptions"): ("sync", "options"),
    ("spec", "syncPolicy"): ("sync",),
}


def in_definition(one: Object, path: Path) -> Path:
    """The way in the definition that says what stands at `path` in the object."""
    if one.definition.manifest is not None:
        return ("manifest", *path)
    for start in (("spec", "source"), ("spec", "sources")):
        if path[:2] == start:
            length = 2 if start[1] == "source" else 3
            version = ("version",) if one.definition.all_sources[_index(path)].chart else None
            names = {**SOURCE, ("targetRevision",): version or ("revision",)}
            return (*path[1:length], *_renamed(path[length:], names))
    return _renamed(path, SPEC) if path[:1] == ("spec",) else ()


def _index(path: Path) -> int:
    return int(path[2]) if path[1] == "sources" and len(path) > len(("spec", "sources")) else 0


def _renamed(path: Path, names: dict[Path, Path]) -> Path:
    for start, other in names.items():
        if path[: len(start)] == start:
            return (*other, *path[len(start) :])
    return path
