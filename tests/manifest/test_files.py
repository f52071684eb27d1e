"""Odd files: an error that says what is wrong, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import ManifestError
from manifest import load_repository
from manifest.document import MOST_NODES

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = b"apiVersion: groundplan.dev/v1\nname: odd\ncloud: &cloud\n  provider: aws\n"
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
)

BYTES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "odd.yaml: is empty."),
    "only a comment": (b"# nothing\n", "odd.yaml: is empty."),
    "a scalar": (b"hello\n", "odd.yaml:1:1: is not a map."),
    "NUL": (MANIFEST + b"a: b\0c\n", "odd.yaml:5:5: holds a NUL character."),
    "UTF-16": (MANIFEST.decode().encode("utf-16"), "odd.yaml: is UTF-16 text."),
    "latin-1": (MANIFEST + b"# caf\xe9\n", "odd.yaml:5:6: is no UTF-8 text."),
    "control characters": (MANIFEST + b"a: \x07\n", "is no YAML"),
    "ten megabytes": (b"# " + b"x" * 10_000_000, "odd.yaml: has 10,000,002 bytes"),
    "two documents": (b"a: 1\n---\nb: 1\n", "odd.yaml:2:1: holds a second document."),
    "deep lists": (b"a: " + b"[" * 100_000, "is nested more than 50 levels deep."),
    "deep maps": (b"{a: " * 100_000, "is nested more than 50 levels deep."),
    "deep blocks": (
        b"".join(b" " * n + b"a:\n" for n in range(1_000)),
        "is nested more than 50 levels deep.",
    ),
    "alias bomb": (BOMB.encode(), f"makes more than {MOST_NODES:,} values."),
    "alias to itself": (b"a: &a [*a]\n", "refers to nothing that is complete."),
    "too many values": (b"a: [" + b"x," * (MOST_NODES + 1) + b"]", "makes more than"),
    "merge key": (b"a: &a {b: c}\nd:\n  <<: *a\n", "odd.yaml:3:3: is a merge key"),
    "key of a list": (b"? [a, b]\n: c\n", "odd.yaml:1:3: is a key that is no text."),
    "key of an alias": (b"a: &a [b]\n*a : c\n", "is no text."),
    "null as a key": (b"~: c\n", "the key null is no text."),
    "python object": (b"a: !!python/object/apply:os.system [id]\n", "has the tag"),
    "set": (b"a: !!set {b}\n", "has the tag"),
    "binary": (b"a: !!binary aGVsbG8=\n", "has the tag"),
    "tabs": (b"a:\n\tb: c\n", "odd.yaml:2:1: is indented with a tab."),
    "directive": (b"%YAML 9.9\n---\na: b\n", "is no YAML"),
    "surrogate": (b'a: "\\ud800"\n', "odd.yaml"),
    "a hundred and one keys twice": (b"a: b\n" * 102, "the key a stands here twice."),
}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Where the only manifest of a repository stands."""
    (tmp_path / "groundplan.yaml").write_text("name: acme\n")
    (tmp_path / "infrastructures").mkdir()
    return tmp_path / "infrastructures" / "odd.yaml"


def told(odd: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        load_repository(odd.parent.parent)
    assert len(caught.value.problems) <= 110
    for problem in caught.value.problems:
        assert problem.remedy
        assert len(str(problem)) < 600
    return str(caught.value)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("content", "expected"), BYTES.values(), ids=BYTES)
def test_odd_bytes(odd: Path, content: bytes, expected: str) -> None:
    odd.write_bytes(content)
    assert expected in told(odd)


def link(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder": (lambda path: path.mkdir(), "odd.yaml: is no file."),
    "pipe": (os.mkfifo, "odd.yaml: is no file."),
    "device": (link("/dev/zero"), "odd.yaml: is a link that leaves the repository."),
    "dangling link": (link("nothing.yaml"), "odd.yaml: can't be read: No such file"),
    "link to itself": (link("odd.yaml"), "odd.yaml: "),
    "link that leaves": (link("/etc/hostname"), "odd.yaml: is a link that leaves the repository."),
    "link up and away": (link("../../../../etc/passwd"), "is a link that leaves the repository."),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("make", "expected"), KINDS.values(), ids=KINDS)
def test_odd_kinds_of_files(odd: Path, make: Callable[[Path], None], expected: str) -> None:
    make(odd)
    assert expected in told(odd)


def test_a_link_inside_of_the_repository_is_read(odd: Path) -> None:
    (odd.parent.parent / "shared.yaml").write_text(
        "apiVersion: groundplan.dev/v1\nname: odd\n"
        'cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'
    )
    odd.symlink_to("../shared.yaml")
    assert list(load_repository(odd.parent.parent).infrastructures) == ["odd"]


def test_a_folder_that_is_a_link_out_of_the_repository_is_not_read(odd: Path) -> None:
    (odd.parent.parent / "modules").symlink_to("/etc")
    assert "modules: is a link that leaves the repository." in told(odd)


def test_a_byte_order_mark_is_no_problem(odd: Path) -> None:
    odd.write_bytes(
        b"\xef\xbb\xbfapiVersion: groundplan.dev/v1\nname: odd\n"
        b'cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'
    )
    assert list(load_repository(odd.parent.parent).infrastructures) == ["odd"]


def test_what_is_no_manifest_does_not_disturb(odd: Path) -> None:
    root = odd.parent.parent
    for name in (".gitlab-ci.yml", "docker-compose.yaml", "infrastructures/.hidden.yaml"):
        (root / name).write_text("]: this is {no YAML\n")
    (odd.parent / "README.md").write_text("# Manifests\n")
    (odd.parent / "scripts").mkdir()
    assert load_repository(root).infrastructures == {}


def test_a_manifest_with_another_ending_is_not_passed_over_in_silence(odd: Path) -> None:
    odd.with_suffix(".yml").write_text("name: odd\n")
    assert "infrastructures/odd.yml: is not read. Rename it to odd.yaml." in told(odd)


def test_two_files_of_one_infrastructure(odd: Path) -> None:
    odd.write_text("name: odd\n")
    odd.with_suffix(".yaml.j2").write_text("name: odd\n")
    assert "describes odd, as infrastructures/odd.yaml does." in told(odd)


def test_definitions_of_an_infrastructure_that_is_gone(odd: Path) -> None:
    (odd.parent / "gone" / "modules").mkdir(parents=True)
    (odd.parent / "gone" / "modules" / "audit.yaml").write_text("source: ./audit\n")
    assert "infrastructures/gone: has definitions, and there is no manifest gone.yaml." in told(odd)


def test_names_of_files_are_printable_in_messages(odd: Path) -> None:
    (odd.parent / "a\x1b[31m\nb.yaml").write_text("")
    assert "\x1b" not in told(odd)


def test_settings_and_manifests_are_told_together(odd: Path) -> None:
    (odd.parent.parent / "groundplan.yaml").write_text("name: Acme Inc\n")
    odd.write_text("name: odd\n")
    text = told(odd)
    assert "groundplan.yaml:1:7: name: does not have the right form." in text
    assert "odd.yaml:1:1: apiVersion: is missing." in text


def test_a_problem_in_the_defaults_is_told_once_and_there(odd: Path) -> None:
    root = odd.parent.parent
    (root / "groundplan.yaml").write_text("name: acme\ndefaults:\n  cloud: {provider: azure}\n")
    for name in ("one", "two"):
        odd.with_name(f"{name}.yaml").write_text(f"apiVersion: groundplan.dev/v1\nname: {name}\n")
    assert told(odd).splitlines() == [
        "groundplan.yaml:3:3: cloud: has no known provider. "
        "Write `provider:` with one of `aws`, `google`."
    ]


@pytest.mark.timeout(120)
def test_the_worst_files_need_little_memory(odd: Path) -> None:
    """In a process that may have 1 GiB of addresses in all."""
    for name, content in (("bomb", BOMB.encode()), ("deep", b"[" * 1_000_000)):
        odd.with_name(f"{name}.yaml").write_bytes(content)
    odd.with_name("loop.yaml.j2").write_text(
        "{% for a in range(60000) %}{% for b in range(60000) %}{{ b }}{% endfor %}{% endfor %}"
    )
    odd.with_name("text.yaml").write_text("a: \"${{ 'a' * 10**9 }}\"\n")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    program = (
        "import sys; from pathlib import Path; from manifest import load_repository\n"
        "from errors import ManifestError\n"
        "try: load_repository(Path(sys.argv[1]))\n"
        "except ManifestError as error: print(len(error.problems))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(odd.parent.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=limit,
        check=False,
    )
    assert done.stderr == ""
    assert int(done.stdout) >= 4
