"""A module's interface, as it is read from its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from errors import Place
from manifest.files import Unreadable
from modules import interface

NATIVE = """
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 5.0", configuration_aliases = [aws.other] }
    random = { source = "hashicorp/random" }
  }
}

# a comment with variable "none" {}
variable "name" {
  description = <<-EOT
    A text } with { braces, and "quotes".
  EOT
  type        = string
}

variable "settings" {
  type = map(object({
    size = number # bytes
    tags = optional(map(string), {})
  }))
  default   = {}
  nullable  = false
}

variable "token" {
  type      = string
  sensitive = true
  ephemeral = true
}
variable "anything" { default = null }

module "inner" {
  source = "./inner"
}

module "outer" { source = "terraform-aws-modules/sqs/aws" }

output "arn" { value = module.inner.arn }
output "password" {
  value     = "${var.name}-${module.inner.password}"
  sensitive = true
}
output "fleeting" {
  value     = var.token
  ephemeral = true
}
"""


def module(root: Path, **files: str) -> Path:
    folder = root / "media"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def told(folder: Path, root: Path) -> str:
    with pytest.raises(Unreadable) as error:
        interface(folder, root)
    return str(error.value.problems[0])


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "groundplan" / "modules"


def test_variables_with_type_default_and_place(tmp_path: Path) -> None:
    found = interface(module(tmp_path, main__tf=NATIVE), tmp_path).variables
    assert {name: (one.required, one.nullable, one.ephemeral) for name, one in found.items()} == {
        "name": (True, True, False),
        "settings": (False, False, False),
        "token": (True, True, True),
        "anything": (False, True, False),
    }
    assert found["name"].type == "string"
    assert found["anything"].type is None
    line = NATIVE.splitlines().index('variable "settings" {') + 1
    assert found["settings"].place == Place("media/main.tf", line, 1)


def test_outputs_but_for_ephemeral_ones(tmp_path: Path) -> None:
    found = interface(module(tmp_path, main__tf=NATIVE), tmp_path)
    assert found.outputs == {"arn": False, "password": True}


def test_what_else_it_needs(tmp_path: Path) -> None:
    found = interface(module(tmp_path, main__tf=NATIVE), tmp_path)
    assert found.aliases == ("aws.other",)
    assert found.providers == {"aws", "random"}
    assert found.modules == ("./inner", "terraform-aws-modules/sqs/aws")


def test_json_says_the_same(tmp_path: Path) -> None:
    content = {
        "terraform": [{"required_providers": {"helm": {"source": "hashicorp/helm"}}}],
        "variable": {
            "name": {"type": "list(string)"},
            "size": [{"type": "number", "default": 1}],
        },
        "output": {"arn": {"value": "${var.name}", "sensitive": True}},
        "module": {"inner": {"source": "../inner"}},
    }
    found = interface(module(tmp_path, main__tf__json=json.dumps(content)), tmp_path)
    assert {name: (one.type, one.required) for name, one in found.variables.items()} == {
        "name": ("list(string)", True),
        "size": ("number", False),
    }
    assert found.outputs == {"arn": True}
    assert (set(found.providers), found.modules) == ({"helm"}, ("../inner",))


def test_all_files_of_the_folder_and_no_other(tmp_path: Path) -> None:
    folder = module(tmp_path, a__tf='variable "a" {}', b__tf='variable "b" {}', README__md="#")
    (folder / "inner").mkdir()
    (folder / "inner" / "c.tf").write_text('variable "c" {}')
    assert set(interface(folder, tmp_path).variables) == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('variable "a" {\n  type = \n}\n', "media/main.tf:2:10: is no Terraform file."),
        ("{{ template }}", "media/main.tf:1:1: is no Terraform file."),
        ("\x00", "media/main.tf"),
        ("a = " + "[" * 5000, "media/main.tf"),
    ],
    ids=["unfinished", "template", "nul", "deep"],
)
def test_files_that_terraform_would_not_take(tmp_path: Path, text: str, message: str) -> None:
    assert told(module(tmp_path, main__tf=text), tmp_path).startswith(message)


@pytest.mark.parametrize("text", ["[]", "{", '{"variable": 3}', '{"variable": {"a": 3}}', "[[[["])
def test_json_that_is_no_module_ends_in_a_sentence_or_nothing(tmp_path: Path, text: str) -> None:
    folder = module(tmp_path, main__tf__json=text)
    try:
        assert interface(folder, tmp_path).variables == {}
    except Unreadable as error:
        assert "media/main.tf.json" in str(error.problems[0])


def test_a_folder_without_modules_says_so(tmp_path: Path) -> None:
    assert "has no Terraform files" in told(module(tmp_path, README__md="#"), tmp_path)
    assert "does not exist" in told(tmp_path / "nowhere", tmp_path)


def test_a_module_of_any_size_is_read_in_bounded_time(tmp_path: Path) -> None:
    text = 'variable "a" {}\n' * 40_000
    assert "is too large" in told(module(tmp_path, a__tf=text, b__tf=text), tmp_path)


def test_what_was_read_is_kept_by_its_content(tmp_path: Path, cache: Path) -> None:
    folder = module(tmp_path, main__tf='variable "a" {}')
    first = interface(folder, tmp_path)
    assert interface(folder, tmp_path) == first
    assert len(list(cache.iterdir())) == 1
    module(tmp_path, main__tf='variable "b" {}')
    assert set(interface(folder, tmp_path).variables) == {"b"}
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"variables": 3}', "\x00"])
def test_a_broken_cache_is_never_the_reason(tmp_path: Path, cache: Path, text: str) -> None:
    folder = module(tmp_path, main__tf='variable "a" {}')
    first = interface(folder, tmp_path)
    (kept,) = cache.iterdir()
    kept.write_text(text)
    assert interface(folder, tmp_path) == first


def test_a_cache_that_cannot_be_written_is_never_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert set(interface(module(tmp_path, main__tf='variable "a" {}'), tmp_path).variables) == {"a"}
