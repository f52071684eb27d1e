"""One laboratory for all tests in it; each test has a namespace of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.laboratory import Laboratory

HERE = Path(__file__).parent
WEB = HERE / "charts" / "web"
"""A chart with one of each kind that takes its time to get ready."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who uses the laboratory is of its tests, in one process; the first may wait for a build."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker("lab")
            item.add_marker(pytest.mark.xdist_group("lab"))
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    """A running laboratory."""
    with Laboratory.start() as running:
        yield running


@pytest.fixture
def namespace(lab: Laboratory, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace named after the test, with nothing in it; gone at the end."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())
    # Short: it begins the names of applications, which Argo CD takes for helm's releases.
    digest = hashlib.sha256(request.node.name.encode()).hexdigest()
    name = f"{words[:24].strip('-')}-{digest[:4]}"
    yield lab.kubectl.namespace(name)
    lab.kubectl("delete", "namespace", name, "--wait=false")
