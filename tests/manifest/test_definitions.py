"""Definitions and defaults: which apply, which replace which, and that all are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import ManifestError
from manifest import Infrastructure, load_repository

HEAD = "apiVersion: groundplan.dev/v1\nname: {name}\n"
CLOUD = '  cloud: {provider: aws, region: eu-central-1, account: "111122223333"}\n'


class Home:
    """A repository under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("groundplan.yaml", f"name: acme\ndefaults:\n{CLOUD}")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def manifest(self, name: str, text: str = "") -> None:
        self.write(f"infrastructures/{name}.yaml", HEAD.format(name=name) + text)

    def load(self) -> dict[str, Infrastructure]:
        return load_repository(self.root).infrastructures

    def told(self) -> list[str]:
        with pytest.raises(ManifestError) as caught:
            load_repository(self.root)
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_common_definition_without_selector_is_for_all(home: Home) -> None:
    home.write("modules/audit.yaml", "source: ./audit\n")
    home.manifest("one")
    home.manifest("two", "labels: {a: b}\n")
    assert {name: list(one.modules) for name, one in home.load().items()} == {
        "one": ["audit"],
        "two": ["audit"],
    }


def test_a_selector_wants_all_of_its_labels(home: Home) -> None:
    home.write("modules/audit.yaml", 'selector: {tier: "1", audit: "yes"}\nsource: ./audit\n')
    home.manifest("both", 'labels: {tier: "1", audit: "yes", more: x}\n')
    home.manifest("half", 'labels: {tier: "1"}\n')
    home.manifest("none")
    assert {name: list(one.modules) for name, one in home.load().items()} == {
        "both": ["audit"],
        "half": [],
        "none": [],
    }


@pytest.mark.parametrize("where", ["folder", "manifest"])
def test_an_own_definition_replaces_the_common_one_whole(home: Home, where: str) -> None:
    home.write("modules/audit.yaml", "source: ./common\nvariables: {a: common}\n")
    home.manifest("other")
    if where == "folder":
        home.manifest("own")
        home.write("infrastructures/own/modules/audit.yaml", "source: ./own\n")
    else:
        home.manifest("own", "modules: {audit: {source: ./own}}\n")
    loaded = home.load()
    assert loaded["own"].modules["audit"].source == "./own"
    assert loaded["own"].modules["audit"].variables == {}
    assert loaded["other"].modules["audit"].variables == {"a": "common"}


def test_an_own_definition_can_switch_the_common_one_off(home: Home) -> None:
    home.write("modules/audit.yaml", "source: ./common\n")
    home.write("infrastructures/own/modules/audit.yaml", "enabled: false\n")
    home.manifest("own")
    home.manifest("other")
    loaded = home.load()
    assert loaded["own"].modules == {}
    assert list(loaded["other"].modules) == ["audit"]


def test_a_wrong_definition_is_told_at_its_own_file_and_once(home: Home) -> None:
    home.write("modules/audit.yaml", "source: ./common\nvariable: {a: b}\n")
    home.manifest("one")
    home.manifest("two")
    assert home.told() == [
        "modules/audit.yaml:2:1: modules.audit.variable: is not known here. "
        "Did you mean `variables`?"
    ]


def test_a_wrong_definition_is_told_though_nothing_selects_it(home: Home) -> None:
    home.write("modules/audit.yaml", "selector: {no: one}\nsorce: ./audit\n")
    home.write(
        "applications/shop.yaml",
        'selector: {no: one}\nwave: "${{ manifest.wave }}"\nnamespace: S_\n',
    )
    home.manifest("one")
    assert [line.rpartition(": ")[0] for line in home.told()] == [
        "applications/shop.yaml:3:12: namespace: does not have the right form. Write one name "
        "without dots",
        "modules/audit.yaml:1:1: source",
        "modules/audit.yaml:2:1: sorce",
    ]


def test_an_output_that_no_stage_gives_is_told_though_nothing_selects_the_definition(
    home: Home,
) -> None:
    home.write(
        "modules/audit.yaml",
        "selector: {no: one}\nsource: ./audit\nvariables:\n"
        '  good: "${{ stages.backend.key_id }} ${{ infrastructure.colour }}"\n'
        '  bad: ["${{ stages.backend.kye_id }}"]\n',
    )
    home.manifest("one")
    assert home.told() == [
        "modules/audit.yaml:5:9: variables.bad.0: stages.backend gives no kye_id (known: bucket, "
        "config_prefix, key_id, secret_prefix). Correct the expression in `${{ }}`."
    ]


def test_templates_of_a_common_definition_are_each_infrastructures_own(home: Home) -> None:
    home.write("modules/audit.yaml", 'source: ./a\nvariables: {n: "${{ infrastructure.name }}"}\n')
    home.manifest("one")
    home.manifest("two")
    names = [one.modules["audit"].variables["n"] for one in home.load().values()]
    assert names == ["one", "two"]


def test_a_definition_that_is_a_template_is_rendered_for_each(home: Home) -> None:
    home.write(
        "modules/zones.yaml.j2",
        "source: ./zones\nvariables:\n"
        "{% for zone in range(manifest.vpc.create.zones) %}"
        '  zone-{{ zone }}: "{{ infrastructure.name }} of ${{ stages.vpc.cidr }}"\n{% endfor %}',
    )
    home.manifest("one", "vpc: {create: {zones: 1}}\n")
    home.manifest("two", "vpc: {create: {zones: 2}}\n")
    loaded = home.load()
    assert list(loaded["one"].modules["zones"].variables) == ["zone-0"]
    assert list(loaded["two"].modules["zones"].variables) == ["zone-0", "zone-1"]


def test_a_template_can_not_use_what_is_a_template_itself(home: Home) -> None:
    home.manifest("one", 'labels: {a: "${{ 1 + 1 }}"}\n')
    home.write("modules/a.yaml.j2", "source: {{ infrastructure.labels.a }}\n")
    message = "is a template that uses infrastructure.labels.a, which is an expression itself."
    assert f"modules/a.yaml.j2: {message} Correct the template." in home.told()


def test_the_values_of_a_for_each_may_come_from_a_template(home: Home) -> None:
    home.manifest(
        "one",
        "vpc: {create: {zones: [eu-central-1a, eu-central-1b]}}\nmodules:\n"
        '  z: {source: ./z, for_each: "${{ manifest.vpc.create.zones }}", '
        'variables: {zone: "${{ each }}"}}\n',
    )
    modules = home.load()["one"].modules
    assert {name: one.variables for name, one in modules.items()} == {
        "z-eu-central-1a": {"zone": "eu-central-1a"},
        "z-eu-central-1b": {"zone": "eu-central-1b"},
    }


def test_each_is_known_in_its_module_only(home: Home) -> None:
    home.manifest(
        "one",
        "modules:\n  a: {source: ./a, for_each: [x]}\n"
        '  b: {source: ./b, variables: {v: "${{ each }}"}}\n',
    )
    assert "modules.b.variables.v: 'each' is undefined." in home.told()[0]


def test_defaults_lie_under_a_manifest_map_by_map(home: Home) -> None:
    home.write(
        "groundplan.yaml",
        f"name: acme\ndefaults:\n{CLOUD}  vpc: {{create: {{zones: 2, nat: none}}}}\n"
        "  labels: {a: default, b: default}\n",
    )
    home.manifest("one", "vpc: {create: {nat: single}}\nlabels: {a: own}\n")
    one = home.load()["one"]
    assert one.vpc
    assert one.vpc.create
    assert (one.vpc.create.zones, one.vpc.create.nat) == (2, "single")
    assert one.labels == {"a": "own", "b": "default"}


def test_a_manifests_way_pushes_the_defaults_way_aside(home: Home) -> None:
    home.write(
        "groundplan.yaml",
        f"name: acme\ndefaults:\n{CLOUD}  domain: {{create: {{zone: acme.example}}}}\n"
        "  modules: {m: {source: ./m, variables: {create: 1, reuse: 2}}}\n",
    )
    home.manifest(
        "one",
        "domain: {reuse: {zone: acme.org}}\nmodules: {m: {variables: {create: 3}}}\n",
    )
    one = home.load()["one"]
    assert one.domain
    assert one.domain.create is None
    assert one.modules["m"].variables == {"create": 3, "reuse": 2}


def test_a_default_builds_nothing_by_itself(home: Home) -> None:
    home.write(
        "groundplan.yaml",
        f"name: acme\ndefaults:\n{CLOUD}  kubernetes: {{create: {{version: '1.34'}}}}\n",
    )
    home.manifest("one", "vpc: {create: {}}\n")
    assert home.load()["one"].kubernetes is None


def test_the_layout_names_the_folders(home: Home) -> None:
    home.write(
        "groundplan.yaml",
        f"name: acme\nlayout: {{infrastructures: envs, modules: tf}}\ndefaults:\n{CLOUD}",
    )
    home.write("envs/one.yaml", HEAD.format(name="one"))
    home.write("envs/one/tf/own.yaml", "source: ./own\n")
    home.write("tf/all.yaml", "source: ./all\n")
    home.write("modules/unread.yaml", "]")
    assert sorted(home.load()["one"].modules) == ["all", "own"]


def test_a_layout_can_not_lead_out(home: Home) -> None:
    home.write("groundplan.yaml", "name: acme\nlayout: {modules: ../elsewhere}\n")
    assert "layout.modules: does not have the right form." in home.told()[0]
