"""What a program sees of `bindings`: ordinary imports, ordinary errors, a line when it matters."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bindings.session import JSII_VERSION
from tests.bindings.conftest import ROOT, Run, clean_environment

START = "import bindings; bindings.start()\n"
STACK = """
import os
from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.vpc import Vpc
app = App(outdir=os.environ["OUT"])
stack = TerraformStack(app, "one")
AwsProvider(stack, "aws", region="eu-central-1")
vpc = Vpc(stack, "vpc", cidr_block="10.0.0.0/16", tags={"a": "b"})
TerraformOutput(stack, "id", value=vpc.id)
app.synth()
"""
FINISH = "bindings.finish()\n"


def test_a_stack_is_written_and_nothing_is_said(run: Run, tmp_path: Path) -> None:
    run(START + FINISH)  # the first run prepares, and says so
    done = run(START + STACK + FINISH)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert '"cidr_block": "10.0.0.0/16"' in (tmp_path / "out/stacks/one/cdk.tf.json").read_text()


def test_what_it_saves_is_not_imported(run: Run) -> None:
    spared = "{'typeguard', 'asyncio', 'unittest.mock', 'cattrs'}"
    done = run(f"{START}{STACK}import sys; print(sorted({spared} & sys.modules.keys()))\n{FINISH}")
    assert done.stdout == "[]\n", done.stderr


def test_the_first_run_says_what_it_does_in_one_line(run: Run, tmp_path: Path) -> None:
    cache = tmp_path / "empty"
    first = run(START + STACK + FINISH, XDG_CACHE_HOME=str(cache))
    assert first.returncode == 0
    assert first.stderr.startswith("groundplan: preparing cdktf_cdktf_provider_aws, ")
    assert ", once after an install" in first.stderr
    assert first.stderr.count("\n") == 1
    assert run(START + STACK + FINISH, XDG_CACHE_HOME=str(cache)).stderr == ""


def test_several_first_runs_at_once(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START + STACK + FINISH],
            cwd=ROOT,
            env={
                **clean_environment(),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                "OUT": str(tmp_path / f"out{number}"),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    written = {
        (tmp_path / f"out{number}/stacks/one/cdk.tf.json").read_text() for number in range(3)
    }
    assert len(written) == 1
    assert sum("preparing" in text for text in said) == 1


def test_a_damaged_entry_is_made_anew(run: Run, cache_home: Path, tmp_path: Path) -> None:
    where = f"{START}from bindings import session; print(session.current().place.name)\n{FINISH}"
    entry = run(where).stdout.strip()
    shutil.copytree(cache_home, tmp_path / "cache")
    victim = tmp_path / "cache/groundplan/bindings" / entry / "code/cdktf"
    content = victim.read_bytes()
    victim.write_bytes(content[:5000] + b"\0\0\0" + content[5003:])
    done = run(START + STACK + FINISH, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    assert "code/cdktf in the cache is damaged" in done.stderr
    assert victim.read_bytes() == content
    assert '"cidr_block": "10.0.0.0/16"' in (tmp_path / "out/stacks/one/cdk.tf.json").read_text()


def test_an_unlisted_submodule_is_refused_with_the_line_to_add(run: Run) -> None:
    done = run(
        f"{START}from errors import GroundplanError\n"
        "try:\n    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue\n"
        f"except GroundplanError as error:\n    print(error)\n{FINISH}"
    )
    assert done.stdout == (
        'cdktf_cdktf_provider_aws.sqs_queue is not prepared: add "sqs_queue" to the list of '
        '"cdktf_cdktf_provider_aws" in bindings/modules.py.\n'
    )


def test_a_submodule_that_does_not_exist_is_an_ordinary_error(run: Run) -> None:
    done = run(f"{START}import cdktf_cdktf_provider_aws.no_such_thing\n")
    assert "ModuleNotFoundError: No module named 'cdktf_cdktf_provider_aws.no_such" in done.stderr


def test_the_package_imports_what_is_asked_of_it(run: Run) -> None:
    done = run(
        f"{START}import cdktf_cdktf_provider_aws as aws\n"
        f"from cdktf_cdktf_provider_aws import subnet\n"
        f"print(aws.vpc.Vpc.__name__, subnet.Subnet.__name__, hasattr(aws, 'nothing'))\n{FINISH}"
    )
    assert done.stdout == "Vpc Subnet False\n", done.stderr


ERRORS = {
    "at synth": (
        "from cdktf import App, TerraformStack\n"
        "from cdktf_cdktf_provider_aws.vpc import Vpc\n"
        "app = App(outdir=os.environ['OUT']); Vpc(TerraformStack(app, 's'), 'v'); app.synth()",
        "RuntimeError",
        "Found resources without a matching provider construct",
    ),
    "in a constructor": (
        "from cdktf import App, TerraformStack\n"
        "app = App(); TerraformStack(app, 's'); TerraformStack(app, 's')",
        "RuntimeError",
        "There is already a Construct with name 's'",
    ),
    "a wrong type": (
        "from cdktf import App, TerraformStack\n"
        "from cdktf_cdktf_provider_aws.vpc import Vpc\n"
        "Vpc(TerraformStack(App(), 's'), 'v', cidr_block=['10.0.0.0/16'])",
        "RuntimeError",
        "cidrBlock",
    ),
    "in an override called back": (
        "from cdktf import App, TerraformStack\n"
        "class S(TerraformStack):\n"
        "    def to_terraform(self):\n        raise ValueError('from python')\n"
        "app = App(outdir=os.environ['OUT']); S(app, 's'); app.synth()",
        "RuntimeError",
        "from python",
    ),
}


@pytest.mark.parametrize(("code", "kind", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_of_node_come_as_exceptions(run: Run, code: str, kind: str, message: str) -> None:
    done = run(f"import os\n{START}{code}\n{FINISH}")
    assert done.returncode == 1
    assert kind in done.stderr
    assert message in done.stderr


def test_an_aspect_in_python_is_called_back(run: Run, tmp_path: Path) -> None:
    aspect = """
import jsii
from cdktf import Aspects, IAspect
@jsii.implements(IAspect)
class Tag:
    def visit(self, node):
        if hasattr(node, "cidr_block"):
            node.add_override("tags.seen", node.node.id)
"""
    used = STACK.replace("app.synth()", "Aspects.of(stack).add(Tag())\napp.synth()")
    done = run(START + aspect + used + FINISH)
    assert done.returncode == 0, done.stderr
    assert '"seen": "vpc"' in (tmp_path / "out/stacks/one/cdk.tf.json").read_text()


def test_the_end_of_node_is_one_sentence(run: Run) -> None:
    done = run(
        f"{START}import os, signal, cdktf\nfrom bindings import session\n"
        "from errors import GroundplanError\n"
        "os.kill(session.process().pid, signal.SIGKILL)\n"
        f"try:\n    cdktf.App().node\nexcept GroundplanError as error:\n    print(error)\n{FINISH}"
    )
    assert done.stdout.startswith("Node.js, which runs CDKTF, ended with signal 9"), done.stderr


@pytest.mark.parametrize("stock", ["", "1"], ids=["fast", "stock"])
def test_finish_gives_the_code_after_the_output(run: Run, stock: str) -> None:
    done = run(
        f"{START}import cdktf, sys; cdktf.App()\nprint('out'); print('err', file=sys.stderr)\n"
        "bindings.finish(7)",
        GROUNDPLAN_STOCK_BINDINGS=stock,
    )
    assert (done.returncode, done.stdout) == (7, "out\n")
    assert done.stderr.endswith("err\n")


def test_finish_leaves_no_process_and_no_folder(run: Run, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = f"{START}{STACK}from bindings import session; print(session.process().pid)\n"
    for end in (FINISH, "", "raise SystemExit(3)"):
        done = run(code + end, TMPDIR=str(temporary))
        assert not Path("/proc", done.stdout.strip()).exists()
        assert list(temporary.iterdir()) == []


def test_what_node_prints_is_passed_through(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "loud.js"
    script.write_text('console.log("to stdout"); console.error("to stderr");')
    run(START + FINISH)
    done = run(f"{START}import cdktf\n{FINISH}", NODE_OPTIONS=f"--require={script}")
    assert (done.stdout, done.stderr) == ("to stdout\n", "to stderr\n")


def test_start_twice_is_start_once(run: Run) -> None:
    done = run(
        f"{START}from bindings import session\nfirst = session.current()\n"
        f"bindings.start()\nassert session.current() is first\n{FINISH}"
    )
    assert done.returncode == 0, done.stderr


FALLBACKS = {
    "another jsii": ("import bindings.session as s; s.JSII_VERSION = '1.0.0'\n", JSII_VERSION),
    "too late": ("import jsii\n", "before bindings.start()"),
}


@pytest.mark.parametrize("case", ["another jsii", "too late"])
def test_where_the_fast_way_is_closed_the_stock_one_is_gone(
    run: Run, tmp_path: Path, case: str
) -> None:
    before, reason = FALLBACKS[case]
    assert reason is not None
    empty = "import os, cdktf\na = cdktf.App(outdir=os.environ['OUT'])\n"
    done = run(f"{before}{START}{empty}cdktf.TerraformStack(a, 's'); a.synth()\n{FINISH}")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("groundplan:")]
    assert reason in line and "the slow way" in line
    assert (tmp_path / "out/stacks/s/cdk.tf.json").exists()


@pytest.mark.parametrize("error", ["PermissionError", "ValueError", "LookupError"])
def test_what_can_not_be_prepared_means_the_stock_way(run: Run, error: str) -> None:
    code = (
        "import bindings.cache\n"
        f"def root():\n    raise {error}('for a reason')\n"
        f"bindings.cache.root = root\n{START}import sys\nprint(len(sys.meta_path))\n{FINISH}"
    )
    done = run(code)
    assert done.returncode == 0
    assert done.stderr == (
        "groundplan: the bindings can't be prepared (for a reason); "
        "loading the provider packages the slow way\n"
    )
