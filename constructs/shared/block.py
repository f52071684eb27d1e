"""A construct that knows its stack."""

from __future__ import annotations

from cdktf import TerraformStack
from constructs import Construct


class Block(Construct):
    """Made of resources, in a stack or in another block."""

    stack: TerraformStack

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.stack = stack_of(scope)


def stack_of(construct: Construct) -> TerraformStack:
    """The stack; the construct itself if it is one. Node, which knows it too, answers slowly."""
    if isinstance(construct, TerraformStack):
        return construct
    return construct.stack if isinstance(construct, Block) else TerraformStack.of(construct)
