"""Providers of a Terraform plan: their configuration as far as the plan says it.

In: the configuration's JSON, and the plan's variables. Out: providers as resources, and the URN of each by its key.
"""

from collections.abc import Mapping
from typing import Any

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.model import Resource
from im_stack.facts.values.decode import decode_inputs
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.preflight.inputs.contents import URN, Shape, as_block
from im_stack.preflight.terraform.table import SOURCES, package_called, row_called
from im_stack.preflight.terraform.values import Given, from_terraform


def providers(
    configuration: Mapping[str, Any], variables: Mapping[str, Any], shape: Shape
) -> tuple[list[Resource], dict[str, str]]:
    """The configured providers that have readers here, and their URNs by key."""
    made, urns = list[Resource](), dict[str, str]()
    for key, row in sorted(shape.block(configuration.get("provider_config") or {}, "provider_config").items()):
        config = shape.block(row, f"provider_config.{key}")
        package = package_called(str(config.get("full_name") or config.get("name") or key))
        expressions = config.get("expressions")
        if package not in SOURCES or not expressions:
            continue  # a provider without readers, or without a configuration
        # a variable of a module is given by its call, which says nothing by itself
        known = {} if config.get("module_address") else variables
        given = {name: _constant(each, known) for name, each in as_block(expressions).items()}
        type_ = f"{PROVIDER}{package}"
        urns[key] = f"{URN}root::{type_}::{key}"
        inputs = from_terraform(row_called(package, package), Given(given))
        made.append(Resource(urns[key], type_, key, decode_inputs(inputs, type_, True)))
    return made, urns


def _constant(expression: Any, variables: Mapping[str, Any]) -> Any:
    """The value of a provider's argument as far as the plan says it: a constant, or a variable of the plan."""
    if isinstance(expression, list) and len(expression) == 1:
        return _constant(expression[0], variables)
    if not isinstance(expression, dict):
        return UNKNOWN
    names = expression.get("references")
    if names is None and "constant_value" in expression:
        return expression["constant_value"]
    if not isinstance(names, list):
        return {key: _constant(part, variables) for key, part in expression.items()}
    one = str(names[0]) if len(names) == 1 else ""
    value = as_block(variables.get(one.removeprefix("var."))).get("value") if one.startswith("var.") else None
    return value if isinstance(value, str | int | float | bool) else UNKNOWN
