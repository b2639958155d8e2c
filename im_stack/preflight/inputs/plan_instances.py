"""Resource instances of a Terraform plan, module by module, from its `planned_values`.

In: the root module's JSON. Out: `Instance`s. Raises `InputError` for a missing part or an address that occurs twice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from im_stack.preflight.inputs.contents import Shape, as_block


@dataclass
class Instance:
    """One instance of a resource. `module` is the address of its module, empty for the root."""

    address: str
    module: str
    type: str
    managed: bool
    provider: str
    values: Mapping[str, Any]
    secret: Mapping[str, Any]

    @property
    def input(self) -> Mapping[str, Any]:
        """The block that a `terraform_data` keeps."""
        return as_block(self.values.get("input"))

    @property
    def called(self) -> str:
        """How the configuration of its module calls the resource: without the key of the instance."""
        name = re.split(r"\[", self.name, maxsplit=1)[0]
        return f"{'' if self.managed else 'data.'}{self.type}.{name}"

    @property
    def name(self) -> str:
        """Its name, with its key where there are several."""
        return (
            self.address.removeprefix(f"{self.module}." if self.module else "").removeprefix("data.").partition(".")[2]
        )


def instances(root: Mapping[str, Any], shape: Shape) -> Iterator[Instance]:
    """Instances of all modules. Raises `InputError` for a part with another format."""
    seen: set[str] = set()
    modules: list[Mapping[str, Any]] = [root]
    while modules:
        module = modules.pop()
        below = module.get("child_modules")
        modules += [
            shape.block(child, "child_modules[]") for child in (shape.rows(below, "child_modules") if below else ())
        ]
        where = str(module.get("address") or "")
        resources = module.get("resources")
        for row in shape.rows(resources, "resources") if resources else ():
            address = shape.text(shape.block(row, "resources[]").get("address"), "resources[].address")
            if address in seen:
                raise shape.fault(f"two resources have the address {address}")
            seen.add(address)
            yield Instance(
                address,
                where,
                shape.text(row.get("type"), f"{address}: type"),
                row.get("mode") != "data",
                str(row.get("provider_name") or ""),
                shape.block(row.get("values") or {}, f"{address}: values"),
                as_block(row.get("sensitive_values")),
            )
