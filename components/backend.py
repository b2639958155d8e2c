"""Backend of the instant-messaging feature: one component that holds all services of a stack, from its declaration."""

import re
from importlib import import_module

import pulumi

from im_stack.components.composition import Catalogue, compose
from im_stack.components.contract import Contract
from im_stack.components.secrets import Secrets
from im_stack.components.service import Service, update_guard
from im_stack.terms.packages import install_command
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.declaration import NAME, Declaration
from im_stack.terms.stack.wire import Declares

__all__ = ["ImBackend", "Secrets"]


class ImBackend(Service):
    """Everything behind the feature in one region, on the cloud that the declaration names.

    `contract` is what an application may rely on, `provider` the provider of the declared region, for resources of the
    program's own. Raises `InputError` for what the services need and the declaration does not choose.
    """

    contract: Contract
    provider: pulumi.ProviderResource

    def __init__(
        self, name: str, declaration: Declaration, secrets: Secrets, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        if not re.fullmatch(NAME, name):
            right = "letters, digits and single hyphens, such as im-test: it begins every name in the account"
            raise InputError(Problem(f"the backend cannot be called {name!r}", right))
        declared = declaration.model_dump(mode="json", by_alias=True)
        super().__init__("im:index:Backend", name, Declares(), {"declaration": declared}, opts)
        self.region, self.guard = declaration.region, update_guard()
        self.provider, self.contract = compose(self, name, declaration, secrets, _catalogue(declaration.cloud))
        self.register_outputs({"contract": self.contract.export()})


def _catalogue(cloud: str) -> Catalogue:
    """The catalogue of a cloud. Nothing of the others is imported, so that their packages need not be installed."""
    try:
        found: Catalogue = import_module(f"im_stack.components.{cloud}.catalogue").CATALOGUE
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "im_stack":
            raise
        what = f"needs the package {package}, which is not installed"
        raise InputError(Problem(what, install_command(package), "im:cloud")) from error
    return found
