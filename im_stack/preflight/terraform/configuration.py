"""Recording as a Terraform configuration (`*.tf.json`) with the same plan: it shows that the plan view is right."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from im_stack.facts.wire.constants import is_secret, is_unknown
from im_stack.facts.wire.walk import children, map_values
from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.terraform.table import SOURCES
from im_stack.preflight.terraform.values import REDACTED, split
from im_stack.preflight.terraform.view import Planned, View

_SECRET: Final = "secret"
_NOTHING: Final = "terraform_data.stack"
"""What stands for a source where nothing is known of one."""
_ESCAPED: Final = (("${", "$${"), ("%{", "%%{"))


def configuration(recording: Recording) -> str:
    """The configuration of a recording. What is not known yet is taken from the resources that it is built from."""
    view = View(recording)
    blocks: dict[str, dict[str, dict[str, Any]]] = {"resource": {}, "data": {}}
    for planned in view.planned():
        kind = blocks["resource" if planned.managed else "data"]
        kind.setdefault(planned.type, {})[planned.name] = _resource(planned)
    providers: dict[str, list[dict[str, Any]]] = {}
    for config in view.providers().values():
        if config["name"] in SOURCES:
            given = {
                name: part["constant_value"]
                for name, part in config.get("expressions", {}).items()
                if "constant_value" in part
            }
            alias = {"alias": config["alias"]} if "alias" in config else {}
            providers.setdefault(config["name"], []).append(alias | map_values(given, _literal))
    document = {
        "terraform": {"required_providers": {package: {"source": SOURCES[package]} for package in sorted(providers)}},
        "variable": {_SECRET: {"type": "string", "sensitive": True, "default": REDACTED}},
        "provider": providers,
        **{kind: types for kind, types in blocks.items() if types},
    }
    return json.dumps(document, indent=2) + "\n"


def _resource(planned: Planned) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, expression in planned.expressions.items():
        value = planned.wire.get(name)
        sources = iter(_shared(_sources(expression), list(_gaps(value, name))))
        made[name] = _filled(value, sources)
    if planned.depends_on:
        made["depends_on"] = planned.depends_on
    if "." in planned.provider_key:
        made["provider"] = planned.provider_key
    return made


def _sources(expression: Mapping[str, Any]) -> list[str]:
    """The address of each resource that an argument is built from."""
    return [name.removesuffix(".id") for name in expression.get("references", ()) if name.endswith(".id")]


def _filled(value: Any, sources: Iterator[str]) -> Any:
    """A value with a reference to the next source wherever it is unknown, and to the variable where it is secret."""
    if is_unknown(value):
        return f"${{{next(sources)}.id}}"
    if is_secret(value):
        shown = split(value).value
        return f"${{var.{_SECRET}}}" if isinstance(shown, str) else shown
    if isinstance(value, dict):
        return {key: _filled(part, sources) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(item, sources) for item in value]
    return _literal(split(value).value)


def _gaps(value: Any, name: str) -> Iterator[str]:
    """The names of everything unknown in a value, in the order in which it is filled in."""
    if is_unknown(value):
        yield name
    elif not is_secret(value):
        for key, inner in value.items() if isinstance(value, dict) else ((name, inner) for inner in children(value)):
            yield from _gaps(inner, key)


def _shared(sources: list[str], names: list[str]) -> list[str]:
    """A source for each name: first for those whose words are in a source's type (`subnet_ids`), and each source once
    as long as they last. Which part of an argument is built from which resource no recording says."""
    sources = sources or [_NOTHING]
    free, chosen = list(sources), dict[int, str]()
    for gap in sorted(range(len(names)), key=lambda gap: -max(_alike(source, names[gap]) for source in sources)):
        chosen[gap] = max(free or sources, key=lambda source: _alike(source, names[gap]))
        if free:
            free.remove(chosen[gap])
    return [chosen[gap] for gap in range(len(names))]


def _alike(source: str, name: str) -> int:
    """How many words a resource's type and an argument's name have in common."""
    words = {word.removesuffix("s") for word in name.split("_")}
    return sum(word.removesuffix("s") in words for word in source.partition(".")[0].split("_")[1:])


def _literal(value: Any) -> Any:
    """A value in which nothing is taken for an expression."""
    if isinstance(value, str):
        for sign, escaped in _ESCAPED:
            value = value.replace(sign, escaped)
    return value
