"""Provider defaults: what a provider's plugin fills in for absent arguments. Writes `facts/<cloud>/defaults.yaml`.

    python -m im_stack.preflight.provider.defaults --write [PLUGIN]

The plugin runs without an engine. For every type in the tables it gets, through the engine's `Check` call, a resource
with only its required arguments, all of them unknown; what it adds is a default.
"""

import argparse
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import yaml

from im_stack.facts.mechanism.cloud import package_of
from im_stack.facts.mechanism.tables import forbidden_settings, inert
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.facts.wire.walk import map_values
from im_stack.preflight.provider.plugin import Plugin, find_plugin, running_plugin

_GENERATED: Final = ("tencent",)  # the plugin of the other cloud is not at hand: its table is written by hand
_NAMES: Final = ("first", "second")
_HEAD: Final = """\
# What the provider makes of an absent argument, by type. Generated from the plugin's own Check, not to be edited:
#     python -m im_stack.preflight.provider.defaults --write
"""


def defaults(plugin: Plugin, type_: str) -> dict[str, Any]:
    """The arguments that the plugin adds to a resource with only its required ones.

    What depends on the resource's name (a name made up for it) is no default.
    """
    first, second = (_added(plugin, type_, name) for name in _NAMES)
    return {key: map_values(value, _whole) for key, value in sorted(first.items()) if second.get(key) == value}


def _added(plugin: Plugin, type_: str, name: str) -> Mapping[str, Any]:
    given = dict.fromkeys(plugin.required[type_], UNKNOWN)
    inputs = plugin.check(f"urn:pulumi:defaults::defaults::{type_}::{name}", type_, name, given).inputs
    return {key: value for key, value in inputs.items() if key not in given and not key.startswith("__")}


def _whole(value: Any) -> Any:
    """The wire has floats only."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def table(cloud: str, plugin: Plugin) -> dict[str, Any]:
    """The whole table of a cloud: every type that anything here looks into and the plugin has."""
    judged = {*import_module(f"im_stack.facts.{cloud}").CLOUD.readers, *forbidden_settings(cloud), *inert(cloud)}
    types = {type_: defaults(plugin, type_) for type_ in sorted(judged) if type_ in plugin.required}
    return {
        "provider": package_of(cloud),
        "version": plugin.version,
        "types": {type_: found for type_, found in types.items() if found},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask a provider plugin for its defaults.")
    parser.add_argument("plugin", nargs="?", help="the plugin's file; else it is looked for on the path")
    parser.add_argument("--cloud", choices=_GENERATED, default="tencent")
    parser.add_argument("--write", action="store_true", help="write the table instead of printing it")
    given = parser.parse_args()
    binary = given.plugin or find_plugin(package_of(given.cloud))
    if binary is None:
        parser.error(f"pulumi-resource-{package_of(given.cloud)} is not on the path")
    with running_plugin(binary) as plugin:
        found = table(given.cloud, plugin)
    document = {"provider": found["provider"], "version": found["version"], "as_of": date.today().isoformat()}
    text = _HEAD + yaml.safe_dump(
        document | {"types": found["types"]}, sort_keys=False, width=120, default_flow_style=None
    )
    if given.write:
        (Path(__file__).parents[2] / "facts" / given.cloud / "defaults.yaml").write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
