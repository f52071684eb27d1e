"""Launch templates: the template's own tags are none of the data it launches with.

moto adds the tags of the request's `TagSpecifications` to the stored data, so that reading the
template back gives more than was written.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplateVersion


def complete() -> None:
    """Keeps only tag specifications of what is launched in a version's data."""
    stock = LaunchTemplateVersion.__init__

    def init(self: Any, template: Any, number: int, data: dict[str, Any], description: str) -> None:
        specifications = [
            one
            for one in data.get("TagSpecifications") or []
            if one.get("ResourceType") != "launch-template"
        ]
        kept = {key: value for key, value in data.items() if key != "TagSpecifications"}
        if specifications:
            kept["TagSpecifications"] = specifications
        stock(self, template, number, kept, description)

    LaunchTemplateVersion.__init__ = init  # type: ignore[method-assign]
