"""The stack that a construct stands in."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from cdktf import TerraformStack
from constructs import Construct

_known: WeakKeyDictionary[Construct, TerraformStack] = WeakKeyDictionary()


def stack_of(construct: Construct) -> TerraformStack:
    """The stack, or the construct itself if it is one. Node is asked once: it answers slowly."""
    if isinstance(construct, TerraformStack):
        return construct
    if construct not in _known:
        _known[construct] = TerraformStack.of(construct)
    return _known[construct]
