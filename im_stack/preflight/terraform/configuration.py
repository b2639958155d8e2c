"""A recording as a configuration of Terraform (`*.tf.json`) whose plan is the same: the view, put to the test."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.terraform.table import SOURCES
from im_stack.preflight.terraform.values import REDACTED
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
            providers.setdefault(config["name"], []).append(alias | _literal(given))
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
        value, unknown = planned.there.value.get(name), planned.there.unknown.get(name, False)
        sources = iter(_shared(_sources(expression), list(_gaps(value, unknown, name))))
        made[name] = _filled(_hidden(value, planned.there.secret.get(name)), unknown, sources)
    if "." in planned.provider_key:
        made["provider"] = planned.provider_key
    return made


class _Reference(str):
    """A text that is an expression."""


def _hidden(value: Any, secret: Any) -> Any:
    """A value that takes its secrets from a variable that is one."""
    if secret is True and isinstance(value, str):
        return _Reference(f"${{var.{_SECRET}}}")
    if isinstance(value, dict) and isinstance(secret, dict):
        return {key: _hidden(part, secret.get(key)) for key, part in value.items()}
    if isinstance(value, list) and isinstance(secret, list):
        return [_hidden(part, mark) for part, mark in zip(value, secret, strict=True)]
    return value


def _sources(expression: Mapping[str, Any]) -> list[str]:
    """The address of each resource that an argument is built from."""
    return [name.removesuffix(".id") for name in expression.get("references", ()) if name.endswith(".id")]


def _filled(value: Any, unknown: Any, sources: Iterator[str]) -> Any:
    """A value with a reference to the next source wherever it is not known."""
    if unknown is True:
        return f"${{{next(sources)}.id}}"
    if isinstance(value, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        return {key: _filled(value.get(key), marks.get(key, False), sources) for key in _keys(value, marks)}
    if isinstance(value, list):
        marks_of = unknown if isinstance(unknown, list) else [False] * len(value)
        return [_filled(item, mark, sources) for item, mark in zip(value, marks_of, strict=True)]
    return _literal(value)


def _gaps(value: Any, unknown: Any, name: str) -> Iterator[str]:
    """What everything that is not known is called, in the order in which it is filled in."""
    if unknown is True:
        yield name
    elif isinstance(value, dict) and isinstance(unknown, dict):
        for key in _keys(value, unknown):
            yield from _gaps(value.get(key), unknown.get(key, False), key)
    elif isinstance(value, list) and isinstance(unknown, list):
        for item, mark in zip(value, unknown, strict=True):
            yield from _gaps(item, mark, name)


def _keys(value: Mapping[str, Any], marks: Mapping[str, Any]) -> list[str]:
    return [*value, *(key for key in marks if key not in value)]


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
    if isinstance(value, dict):
        return {key: _literal(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_literal(part) for part in value]
    if isinstance(value, str) and not isinstance(value, _Reference):
        for sign, escaped in _ESCAPED:
            value = value.replace(sign, escaped)
    return value
