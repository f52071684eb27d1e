"""Providers are kept once, and stacks take turns with them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from terraform import Terraform, plugin_cache
from tests.terraform.conftest import FakeTerraform


def test_a_folder_of_our_own_below_the_users_cache(tmp_path: Path) -> None:
    variables = plugin_cache.settings({"XDG_CACHE_HOME": str(tmp_path)})
    folder = Path(variables["TF_PLUGIN_CACHE_DIR"])
    assert folder.is_dir() and folder.is_relative_to(tmp_path)
    assert plugin_cache.settings({"HOME": str(tmp_path)})["TF_PLUGIN_CACHE_DIR"].startswith(
        f"{tmp_path}/.cache/"
    )


def test_the_users_own_folder_is_kept(tmp_path: Path) -> None:
    environment = {"TF_PLUGIN_CACHE_DIR": "/own", "HOME": str(tmp_path)}
    assert plugin_cache.settings(environment) == {"TF_PLUGIN_CACHE_DIR": "/own"}
    assert not list(tmp_path.iterdir())


def test_a_mirror_needs_no_cache(tmp_path: Path) -> None:
    configuration = tmp_path / "terraform.rc"
    environment = {"TF_CLI_CONFIG_FILE": str(configuration), "HOME": str(tmp_path)}
    configuration.write_text('provider_installation { filesystem_mirror { path = "/m" } }')
    assert plugin_cache.settings(environment) == {}
    configuration.write_text("provider_installation { direct {} }")
    assert plugin_cache.settings(environment)["TF_PLUGIN_CACHE_DIR"]


def test_without_a_place_there_is_no_cache(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert plugin_cache.settings({"XDG_CACHE_HOME": str(file)}) == {}
    assert plugin_cache.settings({}) == {}


def test_only_one_prepares_at_a_time(fake: FakeTerraform, tmp_path: Path) -> None:
    """Two inits of 0.4 s, side by side, take 0.8 s: the second waits for its turn."""
    fake.knows("init", seconds=0.4)
    environment = {**fake.environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("TF_CLI_CONFIG_FILE", None)
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    threads = [threading.Thread(target=Terraform(folder, environment).init) for folder in folders]
    for thread in threads:
        thread.start()
    while not (fake.started("a") or fake.started("b")):
        time.sleep(0.01)
    assert not (fake.started("a") and fake.started("b"))
    for thread in threads:
        thread.join()
    assert fake.started("a") and fake.started("b")
