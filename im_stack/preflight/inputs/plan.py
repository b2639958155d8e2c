"""Terraform plan as resources: what would exist after `terraform apply`, from the output of `terraform show -json`.

In: the file's path. Out: `Contents`, with Pulumi's types and arguments, so that the same readers judge them. Raises
`InputError` for any other file, an errored plan, or one without resources. A plan does not contain `ignore_changes`
or `prevent_destroy`; its values already take them into account. A `terraform_data` with `imDeclares` in its input
stands for a component: its declaration applies to the resources of its module, or to those in its `members`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from im_stack.facts.mechanism.cloud import judged_arguments
from im_stack.facts.mechanism.identities import forms
from im_stack.facts.model import Options, Resource, Value
from im_stack.facts.values.decode import decode_inputs, decode_mentions, decode_outputs
from im_stack.facts.wire.constants import UNKNOWN, holds_unknown
from im_stack.facts.wire.walk import walk
from im_stack.preflight.inputs.contents import DEEPEST, URN, Contents, Shape, as_block, document_of, unproven
from im_stack.preflight.inputs.plan_instances import Instance, instances
from im_stack.preflight.inputs.plan_providers import providers
from im_stack.preflight.inputs.plan_references import Found, References
from im_stack.preflight.terraform.table import Row, package_called, row_called
from im_stack.preflight.terraform.values import Given, from_terraform, joined, paths_in_blocks, paths_set
from im_stack.terms.stack.wire import INPUT

_WHAT: Final = "what `terraform show -json` prints of a plan"
MARKER: Final = "terraform_data"
COMPONENT: Final = "terraform:module:Module"
_TIMEOUTS: Final = "timeouts"
"""How long Terraform waits for a provider: written like an argument, and none."""
_ACCEPTS: Final = ("engine-accepts", "The engine and the provider accept every resource")
_ACTIONS: Final = frozenset({"no-op", "create", "read", "update", "delete"})
"""What a change does to an object without leaving anything of it outside the plan."""
_PARTS: Final = frozenset(
    {
        *("format_version", "terraform_version", "variables", "planned_values", "resource_drift", "resource_changes"),
        *("deferred_changes", "deferred_action_invocations", "output_changes", "action_invocations", "prior_state"),
        *("configuration", "relevant_attributes", "checks", "timestamp", "applyable", "complete", "errored"),
        *("proposed_unknown", "provider_schemas", "provider_format_version", "plan_format_version"),
    }
)
"""Parts of a plan (jsonplan of Terraform 1.14 and OpenTofu 1.11, and what their services add)."""


def load_plan(path: Path) -> Contents:
    """The resources of a plan. Raises `InputError` for what is no plan, or an incomplete one.

    The parsed document is taken apart on the way, so that not all of it and all that is made of it exist at once.
    """
    shape = Shape(path)
    document = document_of(path, _WHAT)
    _demand(document, shape)
    changes = _changes(document.pop("resource_changes", None), shape)
    planned = shape.block(
        shape.block(document.pop("planned_values", None), "planned_values").get("root_module"),
        "planned_values.root_module",
    )
    there = list(instances(planned, shape))
    if not there:
        raise shape.fault("the plan leaves no resource: nothing is deployed, so nothing is judged", "planned_values")
    loader = _Loader(document, there, changes, shape)
    loader.load()
    return loader.contents


def _demand(document: Mapping[str, Any], shape: Shape) -> None:
    version = shape.text(document.get("format_version"), "format_version")
    if not re.fullmatch(r"1\.\d{1,6}", version):
        raise shape.fault(f"a plan of format {version!r:.40} is not known here", "format_version", f"1.x: {_WHAT}")
    if document.get("errored") is True:
        raise shape.fault("the plan ended with an error, so it does not say everything", "errored")


def _changes(rows: Any, shape: Shape) -> dict[str, list[dict[str, Any]]]:
    """Changes by address: of the object that is there now or will be, and of those that it replaces (`deposed`)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number, change in enumerate(shape.rows(rows, "resource_changes")):
        row = shape.block(change, f"resource_changes[{number}]")
        found.setdefault(shape.text(row.get("address"), "resource_changes[].address"), []).append(row)
    return found


class _Loader:
    """One plan on its way to resources."""

    def __init__(
        self, document: Mapping[str, Any], there: list[Instance], changes: dict[str, list[dict[str, Any]]], shape: Shape
    ) -> None:
        self.contents = Contents()
        self._document = document
        self._there = there
        self._changes = changes
        self._shape = shape
        by_name: dict[tuple[str, str], list[str]] = {}
        for instance in there:
            by_name.setdefault((instance.module, instance.called), []).append(instance.address)
        self._configuration = shape.block(document.get("configuration"), "configuration")
        root = shape.block(self._configuration.get("root_module"), "configuration.root_module")
        self._references = References(root, by_name)
        self._texts: dict[str, frozenset[str]] = {}
        self._parents: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._options: dict[str, Mapping[str, Any]] = {}
        self._modules: dict[str, str] = {}
        self._urns: dict[str, str] = {}

    def load(self) -> None:
        self._stack_doubts()
        made, self._providers = providers(self._configuration, as_block(self._document.get("variables")), self._shape)
        self.contents.resources += made
        markers = [instance for instance in self._there if instance.type == MARKER and instance.managed]
        for marker in markers:
            self._read_names(marker)
        self._call()
        self.contents.addresses = {urn: address for address, urn in self._urns.items()}
        for marker in markers:
            self._read_marker(marker)
        for instance in self._there:
            self._texts[instance.address] = frozenset(_texts(instance.values))
        for marker in markers:
            self._add_marker(marker)
        for instance in self._there:
            if instance.type != MARKER or not instance.managed:
                self._add(instance)
                instance.values = {}

    def _call(self) -> None:
        """Give everything a URN: by its name, or where two of a type have that by its address."""
        taken: set[str] = set()
        for instance in self._there:
            head = f"{URN}{instance.module or 'root'}::{_token(instance)}::"
            urn = f"{head}{self._name(instance)}"
            self._urns[instance.address] = f"{head}{instance.address}" if urn in taken else urn
            taken.add(urn)

    def _stack_doubts(self) -> None:
        partly = self._document.get("complete") is False or bool(self._document.get("deferred_changes"))
        if partly:
            why = "it is not complete: another plan is to follow, and what that changes this one does not say"
            self._doubt("", "the plan", why, "make a plan without -target, of everything")
        for part in sorted(self._document.keys() - _PARTS):
            self._doubt("", "the plan", f"it has the part {part!r:.60}, of which nothing is known here")
        for address, rows in sorted(self._changes.items()):
            for why in dict.fromkeys(_left_behind(rows)):
                self._doubt(f"{URN}root::::{address}", address, why)
        for part in ("action_invocations", "deferred_action_invocations"):
            for number, row in enumerate(self._shape.rows(self._document.get(part) or [], part)):
                address = str(self._shape.block(row, f"{part}[{number}]").get("address") or f"{part}[{number}]")
                self._doubt(f"{URN}root::::{address}", address, "it is an action that nothing here judges")

    def _doubt(self, urn: str, name: str, why: str, fix: str = "") -> None:
        self.contents.doubts.append(unproven(urn, name, why, fix))

    def _read_names(self, marker: Instance) -> None:
        """Names of a component's resources, from the `members` of its marker."""
        for address, name in as_block(marker.input.get("members")).items():
            if isinstance(name, str) and name:
                self._names[address] = name

    def _read_marker(self, marker: Instance) -> None:
        """Which resources a component has, and what a recording says of their options."""
        given = marker.input
        component = INPUT in given or "type" in given
        for address in as_block(given.get("members")):
            self._parents.setdefault(address, self._urns[marker.address] if component else "")
        self._options |= {address: as_block(said) for address, said in as_block(given.get("options")).items()}
        if not isinstance(given.get("members"), dict) and INPUT in given:
            self._modules.setdefault(marker.module, self._urns[marker.address])

    def _add_marker(self, marker: Instance) -> None:
        inputs, unknown = marker.input, self._unknown(marker).get("input")
        declared = {INPUT: inputs.get(INPUT)} if INPUT in inputs else {}
        if unknown is True or (
            isinstance(unknown, dict) and INPUT in unknown and holds_unknown(joined(inputs.get(INPUT), unknown[INPUT]))
        ):
            declared = {INPUT: UNKNOWN}
        if self._secret(marker).get("input") is True:
            declared = {INPUT: UNKNOWN}
        self._judge_provisioners(marker)
        if INPUT not in inputs and "type" not in inputs and not declared:
            return  # no component, and kept nowhere but in Terraform's own state
        type_ = _token(marker)
        kept = decode_inputs(declared, type_, False)
        self.contents.resources.append(
            Resource(
                self._urns[marker.address], type_, self._name(marker), kept, custom=False, parent=self._parent(marker)
            )
        )

    def _add(self, instance: Instance) -> None:
        package = package_called(instance.provider)
        row = row_called(instance.type, package)
        if not instance.managed and row.token.split(":")[1] == "terraform":
            return  # looked up, and of no type that could be judged: its values stand where they are used
        urn = self._urns[instance.address]
        config = self._references.resource(instance.module, instance.called)
        if config is None:
            self._doubt(urn, self._name(instance), "the configuration says nothing about it")
        expressions = (config or {}).get("expressions")
        set_by = expressions if isinstance(expressions, dict) else None
        if instance.managed and self._change(instance) is None:
            raise self._shape.fault(
                f"{instance.address} is planned, and no change says what is unknown of it", "resource_changes"
            )
        given = Given(instance.values, self._unknown(instance), self._secret(instance), set_by)
        wire = from_terraform(row, given)
        links = self._links(instance, row.token, set_by or {}, wire, config or {})
        given_here = {name: inner for name, inner in (set_by or {}).items() if name != _TIMEOUTS}
        self.contents.arguments[urn] = frozenset(
            (*paths_set(row, given_here, DEEPEST), *paths_in_blocks(row, instance.values, DEEPEST))
        )
        said = self._options.get(instance.address, {})
        deleted_with = str(said.get("deletedWith") or "")
        self._judge_provisioners(instance)
        for why in _texts_of(said.get("unproven")):
            self.contents.doubts.append(unproven(urn, self._name(instance), why, "", *_ACCEPTS))
        identity = instance.values.get("id")
        key = (config or {}).get("provider_config_key")
        self.contents.resources.append(
            Resource(
                urn=urn,
                type=row.token,
                name=self._name(instance),
                inputs=decode_inputs(wire, row.token, True),
                parent=self._parent(instance),
                provider=self._providers.get(str(key)),
                links=links,
                after=self._after(instance, config or {}),
                options=Options(
                    said.get("protect") is True,
                    _texts_of(said.get("ignoreChanges")),
                    said.get("retainOnDelete") is True,
                    self._urns.get(deleted_with, deleted_with),
                ),
                id=identity if isinstance(identity, str) and identity else None,
                outputs=self._outputs(instance, row),
                mentions=decode_mentions(wire, row.token, True),
                external=not instance.managed,
            )
        )

    def _outputs(self, instance: Instance, row: Row) -> dict[str, Value]:
        unknown, secret, outputs = self._unknown(instance), self._secret(instance), dict[str, Any]()
        for name in forms(row.token):
            there = row.terraform_name(name)
            if unknown.get(there):
                outputs[name] = UNKNOWN
            elif there in instance.values and not secret.get(there):
                outputs[name] = instance.values[there]
        return decode_outputs(outputs, row.token)

    def _after(self, instance: Instance, config: Mapping[str, Any]) -> tuple[str, ...]:
        """What it is destroyed before: all that its configuration refers to."""
        named = {"references": config.get("depends_on")}, config.get("expressions")
        found = [self._references.behind(instance.module, each).addresses for each in named]
        return tuple(self._urns[address] for addresses in found for address in addresses)

    def _links(
        self,
        instance: Instance,
        token: str,
        set_by: Mapping[str, Any],
        wire: Mapping[str, Any],
        config: Mapping[str, Any],
    ) -> dict[str, tuple[str, ...]]:
        row = row_called(instance.type, package_called(instance.provider))
        judged = judged_arguments(token)
        links = {}
        for name, expression in set_by.items():
            argument = row.pulumi_path("", name)
            found = self._references.behind(instance.module, expression, config.get("for_each_expression"))
            unknown = holds_unknown(wire.get(argument))
            if unknown and not found.whole and argument in judged:
                why = f"what {argument} is built from cannot be followed in the plan, and its value is not known yet"
                self._doubt(self._urns[instance.address], self._name(instance), why, "name the resource itself there")
            addresses = found.addresses if unknown else self._named(found, wire.get(argument))
            if addresses:
                links[argument] = tuple(self._urns[address] for address in addresses)
        return links

    def _named(self, found: Found, value: Any) -> list[str]:
        """Of the resources that a known value may come from, those that contain it."""
        texts = set(_texts(value))
        long = [text for text in texts if "{" in text]
        return [
            address
            for address in found.addresses
            if texts & self._texts.get(address, frozenset())
            or any(part in text for text in long for part in self._texts.get(address, ()) if len(part) > 3)
        ]

    def _judge_provisioners(self, instance: Instance) -> None:
        config = self._references.resource(instance.module, instance.called) or {}
        if config.get("provisioners"):
            self._doubt(
                self._urns[instance.address],
                self._name(instance),
                "it runs commands (a provisioner) that nothing here judges",
            )

    def _change(self, instance: Instance) -> Any:
        """The change of the object itself; None where the plan has none."""
        rows = self._changes.get(instance.address, ())
        return next((row.get("change") for row in rows if "deposed" not in row), None)

    def _unknown(self, instance: Instance) -> Mapping[str, Any]:
        return as_block(as_block(self._change(instance)).get("after_unknown"))

    def _secret(self, instance: Instance) -> Mapping[str, Any]:
        both = dict(as_block(as_block(self._change(instance)).get("after_sensitive")))
        for key, mark in instance.secret.items():
            both[key] = mark if both.get(key) is not True else True
        return both

    def _name(self, instance: Instance) -> str:
        return self._names.get(instance.address, instance.name)

    def _parent(self, instance: Instance) -> str | None:
        """The component that something is part of: one that names it, else the nearest one around its module."""
        if instance.address in self._parents:
            return self._parents[instance.address] or None
        module = instance.module
        while True:
            marker = self._modules.get(module)
            if marker is not None and marker != self._urns[instance.address]:
                return marker
            if not module:
                return None
            module = module[: max(module.rfind(".module."), 0)]


def _left_behind(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What the changes of one address leave of it that the plan does not show."""
    for row in rows:
        actions = as_block(row.get("change")).get("actions")
        done = {str(action) for action in actions} if isinstance(actions, list) else set()
        old = "the object that it replaces" if "deposed" in row or len(done) > 1 else "it"
        if "forget" in done:
            yield f"{old} is forgotten and not deleted: what is in it stays, and is not judged"
        elif not done or done - _ACTIONS or ("deposed" in row and "delete" not in done):
            yield f"what happens to {old} is not known here ({', '.join(sorted(done)) or 'no action is named'})"


def _token(instance: Instance) -> str:
    """Its type as Pulumi calls it; for a component what it says itself."""
    if instance.type == MARKER and instance.managed:
        return str(instance.input.get("type") or COMPONENT)
    return row_called(instance.type, package_called(instance.provider)).token


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value that could name something."""
    return (text for text in walk(value) if isinstance(text, str) and text and text != UNKNOWN)


def _texts_of(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
