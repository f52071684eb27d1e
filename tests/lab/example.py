"""examples/acme as its users have it: pushed to their git host, checked, synthesized, deployed.

The copy differs from the example in two things: its git host is the laboratory's, which speaks
HTTP and has another address; and podinfo is left out, whose chart comes from the internet.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import checks
from errors import Problem
from manifest import load_repository
from stacks import synth
from tests.conftest import ROOT
from tests.lab import releases
from tests.lab.kubectl import Object
from tests.lab.laboratory import Laboratory
from tests.lab.releases import Release

SOURCE = ROOT / "examples" / "acme"
ADDRESS = "https://git.acme.example/platform.git"
LEFT_OUT = "applications/podinfo.yaml"
POLICY = "\n# The laboratory's git host.\npolicy: {source_schemes: [http]}\n"
INFRASTRUCTURE = "staging"
STACK = f"{INFRASTRUCTURE}-applications"

Bend = Callable[[Object], None]
"""Changes an object that was rendered, before it is sent."""


class Example:
    """The copy, and its stage `applications` on the cluster."""

    def __init__(self, lab: Laboratory, folder: Path, name: str = "platform") -> None:
        """`folder` takes what is synthesized; `name` is the git repository's."""
        self._lab = lab
        self._folder = folder
        self._deployed: dict[str, Release] = {}
        self.repository = lab.git.repository(name)
        self.restore()

    @property
    def root(self) -> Path:
        """The repository's folder."""
        return self.repository.tree

    def restore(self) -> None:
        """The example as it stands, pushed."""
        files = {
            str(file.relative_to(SOURCE)): file.read_text().replace(ADDRESS, self.repository.url)
            for file in SOURCE.rglob("*")
            if file.is_file() and ".groundplan" not in file.parts
        }
        del files[LEFT_OUT]
        files["groundplan.yaml"] += POLICY
        self.push({**dict.fromkeys(self.repository.files()), **files})

    def push(self, files: Mapping[str, str | None]) -> None:
        """Writes files, removes those that are None, pushes; the git host tells Argo CD of it."""
        self.head = self.repository.commit(files)
        self._lab.argocd.notify(self.repository.url, self.head)

    def edit(self, name: str, old: str, new: str) -> None:
        """Changes one text of one file, pushed."""
        text = (self.root / name).read_text()
        assert text.count(old) == 1, f"{old!r} in {name}"
        self.push({name: text.replace(old, new)})

    def problems(self) -> list[Problem]:
        """What `validate` finds."""
        return checks.problems(load_repository(self.root, [INFRASTRUCTURE]))

    def deploy(self, *, checked: bool = True, bend: Mapping[str, Bend] | None = None) -> list[str]:
        """The stage in terraform's order; returns the releases that were made, changed or removed.

        What is gone is removed first, last first; a release that is as it was is left alone.
        `bend` maps ids of releases to what is done to their object.
        """
        assert self.problems() == [] or not checked
        wanted = {one.id: one for one in self._releases()}
        for id_, change in (bend or {}).items():
            change(wanted[id_].values["manifests"][0])
        done = self._remove(set(self._deployed) - set(wanted))
        for one in releases.in_order(wanted.values()):
            if self._deployed.get(one.id) != one:
                chart = one.folder / one.chart
                self._lab.helm.install(one.name, chart, one.values, one.namespace, wait=True)
                self._deployed[one.id] = one
                done.append(one.id)
        return done

    def destroy(self) -> list[str]:
        """Removes all; returns the releases in the order in which they went."""
        return self._remove(set(self._deployed))

    def healthy(self, name: str) -> Object:
        """Waits until an application is Synced to what was pushed last, and Healthy."""
        return self._lab.argocd.healthy(name, revision=self.head)

    def _releases(self) -> list[Release]:
        outdir = self._folder / "cdktf.out"
        shutil.rmtree(outdir, ignore_errors=True)
        synth.synthesize(load_repository(self.root, [INFRASTRUCTURE]), outdir)
        return [one for one in releases.read(outdir) if one.stack == STACK]

    def _remove(self, ids: set[str]) -> list[str]:
        gone = [
            one for one in reversed(releases.in_order(self._deployed.values())) if one.id in ids
        ]
        for one in gone:
            self._lab.helm.uninstall(one.name, one.namespace)
            del self._deployed[one.id]
        return [one.id for one in gone]
