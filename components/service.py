"""What every component of the stack has in common."""

from collections.abc import Mapping
from typing import Any

import pulumi

from terms.wire import INPUT, Declares


class Service(pulumi.ComponentResource):
    """One service of the backend.

    Its arguments are component inputs, so that policies can read them; `imDeclares` among them says
    which data it holds. Every resource made inside takes `self.child()` as options.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        declares: Declares,
        args: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        wire = declares.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"version": declares.version}
        super().__init__(kind, name, {**(args or {}), INPUT: wire}, opts)

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a resource inside this component."""
        return pulumi.ResourceOptions(parent=self, **options)
