"""When a cache entry fits and when it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bindings import assembly, installed
from bindings.installed import JsiiPackage
from bindings.preparation import Setup


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """A setup of small files."""
    for name in ("node", "provider.tgz", "jsii/_embedded/jsii/lib__program.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    package = JsiiPackage("aws", tmp_path, "@cdktf/aws", "1.0.0", tmp_path / "provider.tgz")
    return Setup(tmp_path / "node", tmp_path / "jsii", ((package, ("subnet", "vpc")),))


def with_package(
    setup: Setup, submodules: tuple[str, ...] = ("subnet", "vpc"), **new: str
) -> Setup:
    (package, _) = setup.packages[0]
    return setup._replace(packages=((package._replace(**new), submodules),))  # type: ignore[arg-type]


def test_the_same_has_the_same_key(setup: Setup) -> None:
    assert setup.key() == with_package(setup).key()


def test_another_version_has_another_key(setup: Setup) -> None:
    assert setup.key() != with_package(setup, version="1.0.1").key()


@pytest.mark.parametrize("submodules", [("vpc",), ("subnet", "vpc", "eip")], ids=["less", "more"])
def test_other_submodules_have_another_key(setup: Setup, submodules: tuple[str, ...]) -> None:
    assert setup.key() != with_package(setup, submodules).key()


@pytest.mark.parametrize("file", ["node", "provider.tgz", "jsii/_embedded/jsii/lib__program.js"])
def test_an_exchanged_file_has_another_key(setup: Setup, tmp_path: Path, file: str) -> None:
    before = setup.key()
    (tmp_path / file).write_text("another")
    assert setup.key() != before


def test_a_file_installed_again_has_another_key(setup: Setup, tmp_path: Path) -> None:
    before = setup.key()
    os.utime(tmp_path / "provider.tgz", (1, 1))
    assert setup.key() != before


def test_what_is_installed_is_found_without_importing_it() -> None:
    packages = installed.packages({"cdktf_cdktf_provider_aws": ("vpc",), "not_installed": ("x",)})
    assert not isinstance(packages, str)
    assert [(package.name, use) for package, use in packages] == [
        ("constructs", None),
        ("cdktf", None),
        ("@cdktf/provider-aws", ("vpc",)),
    ]
    assert all(package.tarball.is_file() for package, _ in packages)
    # The root folder constructs/ of this project is not PyPI's package.
    assert (packages[0][0].folder / "_jsii").is_dir()


def test_without_cdktf_there_is_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert installed.packages({}) == "constructs is not installed as an ordinary folder"
    assert installed.jsii_version() is None
    assert installed.node() is None


def test_separators_in_names_do_not_matter() -> None:
    assert assembly._plain("lexv2_models_bot") == assembly._plain("lexv2models-bot")
