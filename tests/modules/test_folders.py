"""Which folders go with a local module, and what never does."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from manifest.files import Unreadable
from modules.folders import closure, copy


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository: media uses ../common and ./inner, which uses ../../other/deep."""
    for folder, modules in {
        "terraform/media": ["../common", "./inner", "terraform-aws-modules/sqs/aws"],
        "terraform/media/inner": ["../../../other/deep"],
        "terraform/common": [],
        "other/deep": ["../deep"],
    }.items():
        made = tmp_path / "repository" / folder
        made.mkdir(parents=True)
        text = "".join(
            f'module "m{index}" {{ source = "{source}" }}\n' for index, source in enumerate(modules)
        )
        (made / "main.tf").write_text(text or "# nothing\n")
    return tmp_path / "repository"


def told(folder: str, root: Path) -> str:
    with pytest.raises(Unreadable) as error:
        closure(PurePosixPath(folder), root)
    return str(error.value.problems[0])


def test_all_that_a_module_names_goes_with_it(root: Path) -> None:
    found = closure(PurePosixPath("terraform/media"), root)
    assert [str(one) for one in found] == ["other/deep", "terraform/common", "terraform/media"]


def test_each_stands_in_the_stack_where_the_others_look_for_it(root: Path, tmp_path: Path) -> None:
    stack = tmp_path / "stack"
    (root / "terraform" / "media" / "policy.json").write_text("{}")
    copy(PurePosixPath("terraform/media"), root, stack)
    there = {str(path.relative_to(stack)) for path in stack.rglob("*") if path.is_file()}
    assert there == {
        "repository/other/deep/main.tf",
        "repository/terraform/common/main.tf",
        "repository/terraform/media/inner/main.tf",
        "repository/terraform/media/main.tf",
        "repository/terraform/media/policy.json",
    }


def test_states_and_secrets_that_lie_about_stay_where_they_are(root: Path, tmp_path: Path) -> None:
    media = root / "terraform" / "media"
    for name in ("terraform.tfstate", "terraform.tfstate.backup", "secret.tfvars"):
        (media / name).write_text("hunter2")
    (media / ".terraform").mkdir()
    (media / ".terraform" / "provider").write_text("hunter2")
    copy(PurePosixPath("terraform/media"), root, tmp_path / "stack")
    texts = [p.read_text() for p in (tmp_path / "stack").rglob("*") if p.is_file()]
    assert texts and "hunter2" not in texts


def test_what_is_gone_from_the_repository_is_gone_from_the_stack(
    root: Path, tmp_path: Path
) -> None:
    stack = tmp_path / "stack"
    extra = root / "terraform" / "media" / "extra.tf"
    extra.write_text("# more\n")
    copy(PurePosixPath("terraform/media"), root, stack)
    extra.unlink()
    copy(PurePosixPath("terraform/media"), root, stack)
    assert not (stack / "repository" / "terraform" / "media" / "extra.tf").exists()


def test_a_module_that_names_what_is_outside_is_refused(root: Path) -> None:
    (root / "terraform" / "common" / "main.tf").write_text('module "a" { source = "../../.." }\n')
    assert "names ../../.., outside the repository" in told("terraform/media", root)
    (root / "terraform" / "common" / "main.tf").write_text('module "a" { source = "../.." }\n')
    assert "names ../.., the repository itself" in told("terraform/media", root)


def test_links_may_lead_to_files_of_the_repository_only(root: Path, tmp_path: Path) -> None:
    link = root / "terraform" / "media" / "link"
    (tmp_path / "outside").write_text("hunter2")
    for target, message in {
        str(tmp_path / "outside"): "is a link that leaves the repository.",
        "/etc": "is a link that leaves the repository.",
        "../../..": "is a link that leaves the repository.",
        "..": "is a link, and not to a file.",
        "nowhere": "is a link, and not to a file.",
    }.items():
        link.symlink_to(target)
        assert message in told("terraform/media", root)
        link.unlink()
    link.symlink_to("main.tf")
    assert closure(PurePosixPath("terraform/media"), root)


def test_a_folder_behind_a_link_out_of_the_repository_is_refused(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text("# theirs\n")
    (root / "linked").symlink_to(tmp_path / "outside")
    assert "linked" in told("linked", root)


def test_pipes_and_huge_folders_are_refused(root: Path) -> None:
    media = root / "terraform" / "media"
    os.mkfifo(media / "pipe")
    assert "is no file." in told("terraform/media", root)
    (media / "pipe").unlink()
    with (media / "huge").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    assert "is larger than 64 MiB." in told("terraform/media", root)
