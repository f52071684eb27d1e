"""Kubernetes Secrets whose contents come from the secret store and stand in no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdktf import ITerraformDependable
from constructs import Construct
from constructs.kubernetes.local_chart import local_chart
from constructs.kubernetes.release import Release, ReleaseConfig
from constructs.shared.block import Block
from constructs.shared.references import expression


@dataclass(frozen=True)
class Content:
    """What a key of a Secret holds."""

    value: str
    """A reference to an ephemeral variable."""
    revision: str
    """A reference to a number that changes with it."""


@dataclass(frozen=True)
class SecretConfig:
    """One Secret."""

    name: str
    secret: Mapping[str, Content]
    plain: Mapping[str, str] = field(default_factory=dict)
    """What is no secret, and stands in the plan: key → text."""
    labels: Mapping[str, str] = field(default_factory=dict)


class Secrets(Block):
    """Makes Secrets through a local chart.

    The contents travel as write-only values, in base64: whatever characters they have, none means
    anything to Helm's `--set`. In the values they go by numbers, so that names need no escape.
    """

    release: Release

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        namespace: str,
        secrets: Sequence[SecretConfig],
        after: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id_)
        contents: list[Content] = []
        described = [_described(one, contents) for one in secrets]
        self.release = Release(
            self,
            "Default",
            ReleaseConfig(
                name=name,
                namespace=namespace,
                chart=local_chart(scope, "secrets"),
                values={"secrets": described},
                secrets={
                    f"contents.c{index}": f"${{base64encode({expression(one.value)})}}"
                    for index, one in enumerate(contents)
                },
                secrets_revision=_revision(contents),
                after=after,
            ),
        )


def _described(config: SecretConfig, contents: list[Content]) -> dict[str, Any]:
    """A Secret as the chart takes it; adds its contents to `contents`."""
    numbered = {}
    for key, content in config.secret.items():
        numbered[key] = f"c{len(contents)}"
        contents.append(content)
    return {
        "name": config.name,
        "labels": dict(config.labels),
        "plain": dict(config.plain),
        "secret": numbered,
    }


def _revision(contents: Sequence[Content]) -> str:
    """Changes when any content's revision does."""
    return f"${{{' + '.join(expression(one.revision) for one in contents)}}}"
