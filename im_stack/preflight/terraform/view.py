"""Recording as a Terraform plan: the JSON that `terraform show -json` would print, for tools that read plans.

An unknown value becomes a reference to the resources it is built from. Secrets and credentials are replaced. A
component becomes a `terraform_data` with its declaration and the addresses of its resources.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, credential_arguments, judged_arguments, provider_of
from im_stack.facts.wire.secrets import plaintext
from im_stack.preflight.recording.recording import Recording, Registration
from im_stack.preflight.terraform.table import SOURCES, row_of
from im_stack.preflight.terraform.values import PlanValue, marks_any, split, to_terraform
from im_stack.terms.stack.wire import INPUT

FORMAT: Final = "1.2"
VERSION: Final = "1.11.4"
"""The version of Terraform whose plans look like this one."""
_BUILTIN: Final = "terraform.io/builtin/terraform"
_DEFAULT: Final = "default"


@dataclass(frozen=True)
class Planned:
    """One resource as Terraform would have it: its arguments as a wire value and as a plan shows them.

    `expressions` are those of its configuration.
    """

    address: str
    type: str
    name: str
    managed: bool
    provider: str
    provider_key: str
    wire: Mapping[str, Any]
    shown: PlanValue
    expressions: Mapping[str, Any]
    depends_on: list[str] = field(default_factory=list)


class View:
    """A recording, with an address for everything in it."""

    def __init__(self, recording: Recording) -> None:
        self._rows = sorted(recording["registrations"], key=lambda r: r["urn"])
        self._made = {r["urn"]: r for r in self._rows}
        self.addresses: dict[str, str] = {}
        taken: set[str] = set()
        for r in self._rows:
            if not r["type"].startswith(PROVIDER):
                self.addresses[r["urn"]] = _free(_address(r), taken)
        self._keys = self._provider_keys()

    def _provider_keys(self) -> dict[str, str]:
        """How Terraform calls each provider: by its package, and an alias where it is no default."""
        keys: dict[str, str] = {}
        taken: set[str] = set()
        for r in self._rows:
            if r["type"].startswith(PROVIDER):
                package = provider_of(r["type"])
                default = r["name"].startswith(_DEFAULT)
                keys[r["urn"]] = _free(package if default else f"{package}.{_identifier(r['name'])}", taken)
        return keys

    def planned(self) -> list[Planned]:
        """Resources in the order of their addresses."""
        made = [
            self._component(r) if not r["custom"] else self._resource(r)
            for r in self._rows
            if r["urn"] in self.addresses
        ]
        made.append(self._stack())
        return sorted(made, key=lambda planned: planned.address)

    def _resource(self, r: Registration) -> Planned:
        row, package = row_of(r["type"]), provider_of(r["type"])
        wire = to_terraform(row, r["inputs"], credential_arguments(r["type"]))
        shown, expressions = split(wire), {}
        for key in sorted(r["inputs"]):
            if r["inputs"][key] is None or key.startswith("__"):
                continue
            name = row.terraform_name(key)
            targets = [self.addresses[urn] for urn in r["links"].get(key, ()) if urn in self.addresses]
            expressions[name] = _expression(shown.value.get(name), shown.unknown.get(name), targets)
        key = self._keys.get(r["provider"], package)
        address = self.addresses[r["urn"]]
        return Planned(
            address,
            row.terraform,
            address.rpartition(".")[2],
            not r["read"],
            _registry(package),
            key,
            wire,
            shown,
            expressions,
            self._depends_on(r),
        )

    def _depends_on(self, r: Registration) -> list[str]:
        """What it comes after by its options, or by those of the components that it is in."""
        urns, at = set(r.get("dependencies", ())), r["parent"]
        while at in self._made:
            urns |= set(self._made[at].get("dependencies", ()))
            at = self._made[at]["parent"]
        made = (urn for urn in urns & self.addresses.keys() if self._made[urn]["custom"])
        return sorted(self.addresses[urn] for urn in made)

    def _component(self, r: Registration) -> Planned:
        declared = plaintext(r["inputs"].get(INPUT))
        given: dict[str, Any] = {"type": r["type"], "members": self._members(r["urn"])}
        if declared is not None:
            given[INPUT] = declared
        return self._marker(self.addresses[r["urn"]], given)

    def _stack(self) -> Planned:
        """Marker of the stack: resources outside components, and every option that a Terraform plan cannot show."""
        options = {
            self.addresses[r["urn"]]: said
            for r in self._rows
            if r["custom"] and r["urn"] in self.addresses
            for said in [_options(r, self.addresses)]
            if said
        }
        return self._marker(
            _free(f"{_MARKER}.stack", set(self.addresses.values())),
            {"members": self._members(""), "options": options},
        )

    def _members(self, parent: str) -> dict[str, str]:
        inside = [r for r in self._rows if r["parent"] == parent and r["urn"] in self.addresses]
        return {self.addresses[r["urn"]]: r["name"] for r in inside}

    def _marker(self, address: str, given: dict[str, Any]) -> Planned:
        wire = {"input": given}
        shown = split(wire)
        expressions = {"input": {"constant_value": shown.value["input"]}}
        name = address.rpartition(".")[2]
        return Planned(address, _MARKER, name, True, _BUILTIN, "terraform", wire, shown, expressions)

    def providers(self) -> dict[str, dict[str, Any]]:
        """The configuration of every provider: what is judged of it, and nothing else, least of all its credentials."""
        found: dict[str, dict[str, Any]] = {}
        for r in self._rows:
            key, package = self._keys.get(r["urn"], ""), provider_of(r["type"])
            if not key:
                continue
            inputs = {name: value for name, value in r["inputs"].items() if name in judged_arguments(r["type"])}
            shown = split(to_terraform(row_of(r["type"]), inputs, credential_arguments(r["type"])))
            expressions = {
                name: {"references": []} if name in shown.unknown else {"constant_value": value}
                for name, value in sorted({**dict.fromkeys(shown.unknown), **shown.value}.items())
            }
            config: dict[str, Any] = {"name": package, "full_name": _registry(package)}
            if "." in key:
                config["alias"] = key.partition(".")[2]
            found[key] = config | ({"expressions": expressions} if expressions and "." in key else {})
        for r in self._rows:
            package = provider_of(r["type"])
            if r["custom"] and r["urn"] in self.addresses and not r["provider"]:
                found.setdefault(package, {"name": package, "full_name": _registry(package)})
        return dict(sorted(found.items())) | {"terraform": {"name": "terraform", "full_name": _BUILTIN}}


_MARKER: Final = "terraform_data"


def plan_view(recording: Recording) -> str:
    """The JSON view of the plan of a recording."""
    view = View(recording)
    planned = view.planned()
    document = {
        "format_version": FORMAT,
        "terraform_version": VERSION,
        "planned_values": {"root_module": {"resources": [_value_row(p) for p in planned]}},
        "resource_changes": [_change_row(p) for p in planned],
        "configuration": {
            "provider_config": view.providers(),
            "root_module": {"resources": [_config_row(p) for p in planned]},
        },
        "complete": True,
        "errored": False,
    }
    return json.dumps(document, indent=2, sort_keys=False, ensure_ascii=True) + "\n"


def _head(p: Planned) -> dict[str, Any]:
    return {"address": p.address, "mode": "managed" if p.managed else "data", "type": p.type, "name": p.name}


def _value_row(p: Planned) -> dict[str, Any]:
    secret = {"sensitive_values": p.shown.secret}
    return _head(p) | {"provider_name": p.provider, "schema_version": 0, "values": p.shown.value} | secret


def _change_row(p: Planned) -> dict[str, Any]:
    change = {
        "actions": ["create"] if p.managed else ["read"],
        "before": None,
        "after": p.shown.value,
        "after_unknown": {**p.shown.unknown, "id": True},
        "before_sensitive": False,
        "after_sensitive": p.shown.secret,
    }
    return _head(p) | {"provider_name": p.provider, "change": change}


def _config_row(p: Planned) -> dict[str, Any]:
    depends_on = {"depends_on": p.depends_on} if p.depends_on else {}
    row = {"provider_config_key": p.provider_key, "expressions": p.expressions, "schema_version": 0}
    return _head(p) | row | depends_on


def _expression(value: Any, unknown: Any, targets: Iterable[str]) -> dict[str, Any]:
    """An argument as a configuration has it: what it refers to, or its value."""
    references = [name for target in targets for name in (f"{target}.id", target)]
    if references or marks_any(unknown):
        return {"references": references}
    return {"constant_value": value}


def _options(r: Registration, addresses: Mapping[str, str]) -> dict[str, Any]:
    deleted_with = r.get("deleted_with", "")
    said = {
        "protect": r["protect"],
        "ignoreChanges": r["ignore_changes"],
        "retainOnDelete": r["retain_on_delete"],
        "deletedWith": addresses.get(deleted_with, deleted_with),
        "unproven": [*r.get("unseen", ()), *r.get("type_errors", ())],
    }
    return {key: value for key, value in said.items() if value}


def _address(r: Registration) -> str:
    prefix = "data." if r["read"] else ""
    return f"{prefix}{row_of(r['type']).terraform if r['custom'] else _MARKER}.{_identifier(r['name'])}"


def _identifier(name: str) -> str:
    """A name that Terraform takes."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


def _free(address: str, taken: set[str]) -> str:
    """The address, or the first one after it that nothing has yet."""
    number, free = 1, address
    while free in taken:
        number += 1
        free = f"{address}_{number}"
    taken.add(free)
    return free


def _registry(package: str) -> str:
    return f"registry.terraform.io/{SOURCES.get(package, f'hashicorp/{package}')}"
