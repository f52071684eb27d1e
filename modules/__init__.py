"""Customers' Terraform modules: where they come from, what they take and give. Only reads.

Callers: `stacks/module.py`, `stacks/synth.py` (which puts local ones beside their stack) and
`checks.py`. The way of the data: a definition's source → `address` → for a local one `interface`
(its variables and outputs, read from its HCL) → `problems`.
"""

from __future__ import annotations

from modules.address import Address, Local, Unknown, parse
from modules.interface import Interface, Variable, interface
from modules.problems import problems

__all__ = [
    "Address",
    "Interface",
    "Local",
    "Unknown",
    "Variable",
    "interface",
    "parse",
    "problems",
]
