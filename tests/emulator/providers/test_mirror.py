"""Emulated providers in a mirror: real ones come first, and the programs stand alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from emulator.mirror import cli_configuration, in_use
from emulator.providers import mirror
from emulator.schemas import files

HELM = "registry.terraform.io/hashicorp/helm"


@pytest.fixture
def real_helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror that has a helm provider of its own."""
    real = tmp_path / "real"
    (real / HELM / "3.0.2" / mirror.target()).mkdir(parents=True)
    monkeypatch.setenv("GROUNDPLAN_PLUGIN_MIRROR", str(real))
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing"))
    return real


def test_a_real_provider_in_a_mirror_is_used(real_helm: Path, tmp_path: Path) -> None:
    text = cli_configuration(tmp_path).read_text()
    real, emulated = (text.index(f'path = "{one}"') for one in (real_helm, tmp_path / "providers"))
    assert real < text.index(HELM) < emulated < text.index("keycloak/keycloak")
    used = {one.address: one for one in in_use()}
    assert (used[HELM].version, used[HELM].emulated) == ("3.0.2", False)
    assert used["registry.terraform.io/keycloak/keycloak"].emulated
    assert not (tmp_path / "providers" / HELM).exists()


def test_an_archive_in_a_mirror_is_a_provider_too(real_helm: Path) -> None:
    google = real_helm / "registry.terraform.io" / "hashicorp" / "google"
    google.mkdir()
    (google / "terraform-provider-google_6.49.1_linux_amd64.zip").touch()
    assert "hashicorp/google 6.49.1" in [str(one) for one in in_use() if not one.emulated]


def test_each_is_offered_once(real_helm: Path, tmp_path: Path) -> None:
    """terraform refuses a provider that two places claim."""
    text = cli_configuration(tmp_path).read_text()
    for file in files():
        offered = [line for line in text.splitlines() if file.address in line]
        assert [line.split()[0] for line in offered] == ["include", "exclude"]


def test_a_program_that_is_right_is_not_touched(tmp_path: Path) -> None:
    """A terraform may be starting it while another one looks for providers."""
    mirror.write(tmp_path, files())
    programs = [one for one in tmp_path.rglob("terraform-provider-*") if one.is_file()]
    before = {one: one.stat().st_mtime_ns for one in programs}
    assert len(before) == len(files())
    mirror.write(tmp_path, files())
    assert {one: one.stat().st_mtime_ns for one in programs} == before


def test_a_person_who_starts_a_provider_is_told(tmp_path: Path) -> None:
    """From any folder, whatever modules lie in it."""
    mirror.write(tmp_path, files())
    (tmp_path / "errors.py").write_text("raise RuntimeError('the wrong module')")
    program = next(tmp_path.rglob("terraform-provider-helm*"))
    ended = subprocess.run(
        [program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "This is a provider. It is started by terraform, not by hand.\n"
