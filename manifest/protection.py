"""Section `protection`: what keeps an infrastructure from being destroyed. Pure."""

from __future__ import annotations

from typing import Literal

from manifest.section import Section, about


class Protection(Section):
    """Written as literals into what is deployed, so that Terraform itself refuses."""

    destroy: Literal["never", "confirm", "allow"] = about(
        "`never`: refused, and storage, network, zone and cluster carry `prevent_destroy`; "
        "`confirm`: the name must be typed; `allow`: may go without a question.",
        "confirm",
    )
