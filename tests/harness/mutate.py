"""Hand-written changes to a recorded stack, as functions that change a list of registrations in place.

A resource of a provider is named by the last word of its type and its name (`Bucket im-media`), a component by
its name alone. A path is made of keys and positions: `lifecycleRules.0.expiration.days`.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from im_stack.preflight.recording.recording import Registration
from tests.harness.world import UNKNOWN

Change = Callable[[list[Registration]], None]
REMOVED = object()


def changed(registrations: list[Registration], *changes: Change) -> list[Registration]:
    """The registrations after all changes; the recording stays as it is. A change that changes nothing is refused."""
    mine = deepcopy(registrations)
    for change in changes:
        before = deepcopy(mine)
        change(mine)
        assert mine != before, "this changes nothing"
    return mine


def find(registrations: list[Registration], label: str) -> Registration:
    """The one resource or component of that name."""
    kind, _, name = label.rpartition(" ")
    found = [
        r
        for r in registrations
        if r["name"] == name and r["custom"] is bool(kind) and (not kind or r["type"].rsplit(":", 1)[-1] == kind)
    ]
    assert len(found) == 1, f"{len(found)} are called {label}"
    return found[0]


def put(label: str, path: str, value: Any) -> Change:
    """An input set to a value, or taken away where that is REMOVED."""

    def change(registrations: list[Registration]) -> None:
        _put(find(registrations, label)["inputs"], path, value)

    return change


def declare(component: str, path: str, value: Any) -> Change:
    """A component that declares something else."""
    return put(component, f"imDeclares.{path}", value)


def told(label: str, variable: str, path: str, value: Any) -> Change:
    """A function told something else by a variable of its environment that is JSON."""

    def change(registrations: list[Registration]) -> None:
        environment = find(registrations, label)["inputs"]["environment"]
        environment = environment.get("variables", environment)
        inner = json.loads(environment[variable])
        _put(inner, path, value)
        environment[variable] = json.dumps(inner)

    return change


def statement(label: str, index: int, path: str, value: Any, argument: str = "policy") -> Change:
    """A policy, of a bucket or anything else, with one statement changed."""

    def change(registrations: list[Registration]) -> None:
        inputs = find(registrations, label)["inputs"]
        document = json.loads(inputs[argument])
        _put(document[_member(document)], f"{index}.{path}".rstrip("."), value)
        inputs[argument] = json.dumps(document)

    return change


def beside(label: str, *statements: dict[str, Any], argument: str = "policy") -> Change:
    """A policy with more statements."""

    def change(registrations: list[Registration]) -> None:
        inputs = find(registrations, label)["inputs"]
        document = json.loads(inputs[argument])
        document[_member(document)] += statements
        inputs[argument] = json.dumps(document)

    return change


def instead(label: str, *statements: dict[str, Any]) -> Change:
    """A policy with other statements in place of its first one."""

    def change(registrations: list[Registration]) -> None:
        inputs = find(registrations, label)["inputs"]
        document = json.loads(inputs["policy"])
        document[_member(document)][0:1] = statements
        inputs["policy"] = json.dumps(document)

    return change


def _member(document: dict[str, Any]) -> str:
    """The member of a policy that is its statements."""
    return "statement" if "statement" in document else "Statement"


def option(label: str, **options: Any) -> Change:
    """A resource with other options."""

    def change(registrations: list[Registration]) -> None:
        find(registrations, label).update(options)  # type: ignore[typeddict-item]  # as the caller names them

    return change


def lose(*labels: str) -> Change:
    """Resources that are not there."""

    def change(registrations: list[Registration]) -> None:
        for label in labels:
            registrations.remove(find(registrations, label))

    return change


def add(type_: str, name: str, inputs: dict[str, Any], **links: str) -> Change:
    """One more resource, beside all components; each of `links` is an argument that is another's output."""

    def change(registrations: list[Registration]) -> None:
        like = next(r for r in registrations if r["custom"] and not r["type"].startswith("pulumi:"))
        targets = {argument: find(registrations, label) for argument, label in links.items()}
        registrations.append(
            {
                **like,
                "urn": f"{like['urn'].rsplit('::', 2)[0]}::{type_}::{name}",
                "type": type_,
                "name": name,
                "parent": "",
                "inputs": dict.fromkeys(links, UNKNOWN) | inputs,
                "links": {argument: [target["urn"]] for argument, target in targets.items()},
                "protect": False,
            }
        )

    return change


def twin(label: str, name: str, *changes: Change) -> Change:
    """A second resource like one that is there; the changes are made to the second, which they name as the first."""

    def change(registrations: list[Registration]) -> None:
        copy = deepcopy(find(registrations, label))
        for make in changes:
            make([copy])
        copy["urn"], copy["name"] = f"{copy['urn'].rpartition('::')[0]}::{name}", name
        registrations.append(copy)

    return change


def _put(inner: Any, path: str, value: Any) -> None:
    *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    for step in way:
        inner = inner[step]
    if value is REMOVED:
        del inner[last]
    elif isinstance(inner, list) and isinstance(last, int) and last >= len(inner):
        inner.append(value)
    else:
        inner[last] = value
