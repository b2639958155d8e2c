"""Answers of the stand-in about a resource: inputs with defaults and names, id, outputs, effect of a change.

Pure functions of the tables beside this file, the tables of defaults, and the text of the SDK. Inputs and outputs are
in wire format without secrets, as bridged providers receive them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from im_stack.facts.mechanism.identities import forms
from im_stack.facts.mechanism.tables import defaults
from im_stack.facts.wire.constants import UNKNOWN, is_unknown
from im_stack.preflight.sdk import resource_types
from im_stack.preflight.sdk.schema_check import type_errors
from tests.engine.standin.forms import drawn, made

CLOUDS = {"tencentcloud": "tencent", "aws": "aws"}
_NOW = "2026-11-30 00:00:00"
_NAMED = re.compile(r"\{(\w+)\}")
_MADE_UP = {"text": "", "number": 0, "flag": False, "list": [], "map": {}, "block": {}}


@dataclass(frozen=True)
class Row:
    """Row of the table about a type; empty for a type that it does not list."""

    of: str = ""
    unique: str = ""
    named: str = "name"
    emptied_by: str = ""
    alone: str = ""
    fixed: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """All answers of the stand-in for one provider. `region` comes from its configuration."""

    package: str
    region: str = ""

    @property
    def version(self) -> str:
        return str(_table(self.package)["version"])

    def knows(self, type_: str) -> bool:
        return bool(resource_types.arguments(type_))

    def row(self, type_: str) -> Row:
        return _rows(self.package).get(type_, Row())

    def checked(self, type_: str, name: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs after the provider's `Check`: with defaults, and a generated name where there is none."""
        known = resource_types.arguments(type_)
        filled = {key: value for key, value in defaults(CLOUDS[self.package]).get(type_, {}).items() if key not in news}
        named = self.row(type_).named
        if named in known and news.get(named) is None and news.get(f"{named}Prefix") is None:
            filled[named] = olds.get(named) or f"{name}-{drawn('[0-9a-f]{7}', f'{type_} {name}')}"
        return {**news, **filled, **({"__defaults": sorted(filled)} if filled else {})}

    def failures(self, type_: str, inputs: Mapping[str, Any]) -> Iterator[str]:
        """Arguments of a wrong kind, the only ones refused without an order of a test."""
        yield from type_errors(type_, inputs, resource_types.arguments(type_))

    def identities(self, type_: str, seed: str, inputs: Mapping[str, Any]) -> dict[str, str]:
        """Id and naming outputs of a new resource, in the provider's form, different for every seed."""
        account = str(_table(self.package)["account"])
        return made(type_, inputs, seed, {"region": self._region(inputs), "account": account, "partition": "aws"})

    def outputs(self, type_: str, inputs: Mapping[str, Any], identities: Mapping[str, str] | None) -> dict[str, Any]:
        """All outputs of a resource. Without identities (in a preview) what only the cloud knows is unknown."""
        arguments, properties = resource_types.arguments(type_), resource_types.properties(type_)
        given = {key: value for key, value in inputs.items() if not key.startswith("__") and value is not None}
        computed = {key: _made_up(key, a.shape.kind) for key, a in properties.items() if key not in arguments}
        computed |= {"id": None, **dict.fromkeys(key for key in forms(type_) if key in properties)}
        computed |= self.row(type_).answers
        if "region" in arguments:
            computed["region"] = "{region}"
        if "tagsAll" in computed:
            computed["tagsAll"] = given.get("tags", {})
        if identities is None:
            return {**dict.fromkeys(computed, UNKNOWN), **given}
        values = {**given, **identities, "region": self._region(inputs)}
        answers = {key: identities[key] if key in identities else _filled(v, values) for key, v in computed.items()}
        return {**answers, **given}

    def _region(self, inputs: Mapping[str, Any]) -> str:
        return str(inputs.get("region") or self.region)

    def changed(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
        """Arguments that differ, internal ones left out."""
        keys = sorted({key for key in {**olds, **news} if not key.startswith("__")})
        return [key for key in keys if not _same(olds.get(key), news.get(key))]

    def replacing(self, type_: str, changed: list[str]) -> list[str]:
        """Changed arguments that cannot be changed in place."""
        return [key for key in changed if key in (*self.row(type_).fixed, "region")]

    def instance(self, type_: str, id_: str, inputs: Mapping[str, Any]) -> str:
        """Id of the instance that a change to this resource changes: the one it is a setting of, or itself."""
        of = self.row(type_).of
        return str(inputs.get(of) or "") if of else id_


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    """An answer of the table with the values that it refers to."""
    if isinstance(template, list):
        return [_filled(item, values) for item in template]
    if isinstance(template, dict):
        return {key: _filled(item, values) for key, item in template.items()}
    if not isinstance(template, str):
        return template
    whole = _NAMED.fullmatch(template)
    if whole and not isinstance(values.get(whole[1], ""), str):
        return values[whole[1]]
    return _NAMED.sub(lambda part: str(values.get(part[1]) or ""), template)


def _made_up(key: str, kind: str) -> Any:
    if kind == "text" and key.lower().endswith(("time", "date", "modified")):
        return _NOW
    return _MADE_UP[kind]


def _same(old: Any, new: Any) -> bool:
    """Whether two inputs are equal: unknown differs from everything, absent equals empty."""
    if is_unknown(new):
        return False
    return old == new or (old in (None, [], {}) and new in (None, [], {}))


@cache
def _table(package: str) -> Any:
    text = (Path(__file__).parent / f"{CLOUDS[package]}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _rows(package: str) -> Mapping[str, Row]:
    return {type_: Row(**row) for type_, row in _table(package)["types"].items()}
