"""What definitions of customers have in common, and the section `modules`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from manifest.section import Finding, Many, Section, about
from manifest.values import Identifier, Name, SecretReference, Value

MODULE_STAGE = "module-"
"""The stage of a module is called this and its name: the stack is `acme-module-media`."""


def _variable(value: Any) -> Any:
    """`{secret: name}` and nothing beside it is a reference; deeper in a value it is data."""
    if isinstance(value, dict) and set(value) == {"secret"} and isinstance(value["secret"], str):
        return SecretReference.model_validate(value)
    return value


Variable = Annotated[Value, AfterValidator(_variable)]


class Definition(Section):
    """What modules and applications have in common.

    A definition in the repository's own folder holds for every infrastructure whose labels carry
    all of `selector`; one of the same name in an infrastructure's folder replaces it there.
    """

    enabled: bool = about("`false` leaves it out.", True)
    selector: dict[str, str] = about("Labels an infrastructure must carry. Default: all do.", dict)
    depends_on: Many[Name] = about("Modules that must be deployed before.", ())


RESERVED = frozenset(
    {
        "source",
        "version",
        "providers",
        "count",
        "for_each",
        "lifecycle",
        "depends_on",
        "locals",
        "_",
    }
)
"""https://developer.hashicorp.com/terraform/language/values/variables"""


class Module(Definition):
    """A Terraform module of the customer's."""

    source: str = about(
        "Where it is: `./folder` in the repository, `git::https://…?ref=…`, a registry address, "
        "or an archive.",
        change="replaces",
    )
    version: str | None = about("The version, for a registry's module.", None)
    variables: dict[Identifier, Variable] = about(
        "The module's input variables. One that is `{secret: NAME}` gets that entry of the secret "
        "store, at run time.",
        dict,
    )
    providers: Many[Literal["helm"]] = about(
        "Providers that it gets besides the cloud's own: `helm`, with access to the cluster.", ()
    )
    for_each: Many[str] = about("Makes one module of each value, as `${{ each }}`.", ())
    outputs: Many[Identifier] = about(
        "Outputs to publish, of a module that is not in this repository. Default: those that "
        "others read. A local module's are all published.",
        (),
    )
    sensitive_outputs: Many[Identifier] = about(
        "Which of them are secret: they are published, and shown and written nowhere.", ()
    )

    def check(self) -> Iterator[Finding]:
        for name in self.variables:
            if name in RESERVED:
                yield Finding(
                    "is a name that Terraform keeps for itself.",
                    "No module has such a variable.",
                    at=f"variables.{name}",
                )
