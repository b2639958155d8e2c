"""A recorded stack with one thing changed at a time: an argument that is not known, a resource that is not there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from im_stack.facts.model import Resource, Unknown
from im_stack.policies.judge import judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import to_resources
from im_stack.terms.resolve import Duties
from tests.harness.world import TODAY


@dataclass(frozen=True)
class Perturbed:
    """The resources of a stack and its duties. Types are named without their package: `Cos/bucket`."""

    resources: list[Resource]
    duties: Duties

    @classmethod
    def of(cls, check: Check) -> "Perturbed":
        return cls(to_resources(check.recording["registrations"]), check.duties)

    def passes(self, resources: list[Resource] | None = None) -> bool:
        found = self.resources if resources is None else resources
        return judge(found, self.duties, today=TODAY).outcome is Outcome.PASS

    def passes_unknown(self) -> set[str]:
        """What may be unknown and the stack still passes: a type and the place in its arguments.

        Arguments made from other resources are not known anyway: their links say what they are.
        """
        passed = set()
        for at, resource in enumerate(self.resources):
            for argument in resource.inputs if resource.custom else ():
                for path in _places(resource.inputs[argument], (argument,)):
                    name = _called(resource, path)
                    if name in passed or resource.links.get(argument):
                        continue
                    changed = replace(resource, inputs=_unknown_at(dict(resource.inputs), path))
                    if self.passes([*self.resources[:at], changed, *self.resources[at + 1 :]]):
                        passed.add(name)
        return passed

    def passes_without(self) -> set[str]:
        """The types of resources that may be left out, one at a time, and the stack still passes."""
        return {
            _short(resource)
            for at, resource in enumerate(self.resources)
            if resource.custom and self.passes([*self.resources[:at], *self.resources[at + 1 :]])
        }


def _short(resource: Resource) -> str:
    return resource.type.partition(":")[2].rsplit(":", 1)[0]


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value: itself, and every member of its blocks and lists."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, part in inner:
        yield from _places(part, (*path, key))


def _unknown_at(value: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return Unknown("changed")
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: _unknown_at(value[head], tuple(rest))}
    return tuple(_unknown_at(part, tuple(rest)) if at == head else part for at, part in enumerate(value))


def _called(resource: Resource, path: tuple[str | int, ...]) -> str:
    steps = "".join("[]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{_short(resource)} {steps.removeprefix('.')}"
