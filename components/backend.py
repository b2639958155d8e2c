"""The backend of the instant-messaging feature: all services of one stack, from its declaration."""

from dataclasses import dataclass, field, fields
from importlib import import_module
from typing import Any

import pulumi

from im_stack.components.contract import Contract
from im_stack.components.service import Service
from im_stack.components.updates import guard
from im_stack.terms.declaration import Declaration
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.wire import Declares


@dataclass(frozen=True)
class Secrets:
    """Values the stack needs and nothing may print. In a preview they may be placeholders."""

    mysql_root_password: pulumi.Input[str] = field(repr=False)
    mongodb_password: pulumi.Input[str] = field(repr=False)
    redis_password: pulumi.Input[str] = field(repr=False)
    producer_password: pulumi.Input[str] = field(repr=False)
    consumer_password: pulumi.Input[str] = field(repr=False)

    def by_name(self) -> dict[str, pulumi.Input[str]]:
        """Each value by the short name under which it is stored: `mysql-root-password`."""
        return {each.name.replace("_", "-"): getattr(self, each.name) for each in fields(self)}


class ImBackend(Service):
    """Everything behind the feature in one region, on the cloud that the declaration names.

    `contract` is what an application may rely on. Raises `InputError` for what the services need and the declaration
    does not choose.
    """

    contract: Contract

    def __init__(
        self, name: str, declaration: Declaration, secrets: Secrets, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        declared = declaration.model_dump(mode="json", by_alias=True)
        super().__init__("im:index:Backend", name, Declares(), {"declaration": declared}, opts)
        self.region, self.guard = declaration.region, guard()
        self.contract = _composition(declaration.cloud).compose(self, name, declaration, secrets)
        self.register_outputs({"contract": self.contract.export()})


def _composition(cloud: str) -> Any:
    """The composition of a cloud. Nothing of the others is imported, and their packages need not be there."""
    try:
        return import_module(f"im_stack.components.{cloud}.compose")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "im_stack":
            raise
        how = f"install requirements-{cloud}.lock, or run `make preflight` with STACK={cloud}-<region>"
        raise InputError(Problem(f"needs the package {package}, which is not installed", how, "im:cloud")) from error
