"""A recording: every registration of one program run, as data, and how it becomes resources.

The wire format is JSON so that the program can run in a process of its own.
"""

from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from facts.lift import lift_inputs
from facts.model import Options, Resource


class Registration(TypedDict):
    """One registered resource as the recording monitor saw it. `inputs` is still in wire form."""

    urn: str
    type: str
    name: str
    custom: bool
    read: bool
    parent: str
    provider: str
    inputs: dict[str, Any]
    links: dict[str, list[str]]
    protect: bool
    ignore_changes: list[str]
    retain_on_delete: bool
    deleted_with: NotRequired[str]
    unseen: NotRequired[list[str]]  # what a preview does about it that cannot be had offline
    misfits: NotRequired[list[str]]  # arguments of a kind that its provider does not take
    source: str


class Recording(TypedDict):
    """What a run of a program registered, in order, and the notices it printed."""

    registrations: list[Registration]
    notices: list[str]


def to_resources(registrations: Iterable[Registration]) -> list[Resource]:
    """Registrations as resources: inputs lifted, everything not judged left behind."""
    return [
        Resource(
            urn=r["urn"],
            type=r["type"],
            name=r["name"],
            inputs=lift_inputs(r["inputs"], r["type"], r["custom"]),
            custom=r["custom"],
            parent=r["parent"] or None,
            provider=r["provider"] or None,
            links={key: tuple(urns) for key, urns in r["links"].items() if urns},
            options=Options(r["protect"], tuple(r["ignore_changes"]), r["retain_on_delete"], r.get("deleted_with", "")),
            source=r["source"] or None,
            external=r["read"],
        )
        for r in registrations
    ]
