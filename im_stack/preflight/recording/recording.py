"""Recording: the registrations of one program run as JSON data, and their conversion to resources.

It is JSON so that the program can run in a process of its own.
"""

from collections.abc import Iterable
from typing import Any, Final, NotRequired, TypedDict, TypeGuard, cast, get_origin, get_type_hints

from im_stack.facts.mechanism.identities import ID, forms
from im_stack.facts.model import Options, Resource, Value
from im_stack.facts.values.decode import decode_inputs, decode_mentions, decode_outputs
from im_stack.facts.wire.constants import UNKNOWN

SPEC: Final = "spec.json"
ANSWER: Final = "answer.json"
OWN: Final = "own"
"""In the folder of one run: what to run, what it answered, and the program's own temporary folder."""
LARGEST: Final = 64 << 20
"""Bytes of the largest answer, and of the largest file a program may write: fifty times a stack of a thousand
resources."""


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
    dependencies: NotRequired[list[str]]  # URNs: it is made after them and deleted before them
    unseen: NotRequired[list[str]]  # what a preview does about it that cannot be had offline
    made: NotRequired[list[str]]  # arguments that a callback makes out of what they depend on: no resource's own value
    type_errors: NotRequired[list[str]]  # arguments of a kind that its provider does not take
    known: NotRequired[dict[str, Any]]  # its id and outputs as far as they are known: of what is read, or deployed
    source: str  # the program's own line
    library: NotRequired[str]  # the line of a library that makes it for the program


def label(r: Registration) -> str:
    """A resource for people: its type's last part, and its name."""
    return f"{r['type'].rsplit(':', 1)[-1]} {r['name']}"


class Recording(TypedDict):
    """What a run of a program registered, in order, its notices, and what of it was not seen: what, where."""

    registrations: list[Registration]
    notices: list[str]
    not_seen: NotRequired[list[list[str]]]


_KINDS: Final = {key: get_origin(kind) or kind for key, kind in get_type_hints(Registration).items()}


def registration(**fields: Any) -> Registration:
    """A registration with these fields; all others are empty."""
    return cast(Registration, {key: kind() for key, kind in _KINDS.items()} | fields)


def is_recording(answer: Any) -> TypeGuard[Recording]:
    """Whether an answer has the shape of a recording: it comes from the process of a program that may be anything."""
    return (
        isinstance(answer, dict)
        and answer.keys() == {"registrations", "notices", "not_seen"}
        and all(isinstance(answer[key], list) for key in answer)
        and all(isinstance(notice, str) for notice in answer["notices"])
        and all(isinstance(note, list) and [*map(type, note)] == [str, str] for note in answer["not_seen"])
        and all(_is_registration(row) for row in answer["registrations"])
    )


def _is_registration(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == _KINDS.keys()
        and all(isinstance(row[key], kind) for key, kind in _KINDS.items())
        and all(isinstance(urn, str) for urns in row["links"].values() for urn in urns)
        and all(
            isinstance(text, str)
            for key in ("ignore_changes", "dependencies", "unseen", "made", "type_errors")
            for text in row[key]
        )
    )


def to_resources(registrations: Iterable[Registration]) -> list[Resource]:
    """Registrations as resources: inputs lifted, everything not judged left behind."""
    return [
        Resource(
            urn=r["urn"],
            type=r["type"],
            name=r["name"],
            inputs=decode_inputs(r["inputs"], r["type"], r["custom"]),
            custom=r["custom"],
            parent=r["parent"] or None,
            provider=r["provider"] or None,
            links={key: tuple(urns) for key, urns in r["links"].items() if urns and key not in r.get("made", ())},
            options=Options(r["protect"], tuple(r["ignore_changes"]), r["retain_on_delete"], r.get("deleted_with", "")),
            after=tuple(r.get("dependencies", ())),
            source=r["source"] or None,
            mentions=decode_mentions(r["inputs"], r["type"], r["custom"]),
            external=r["read"],
            **_told(r),
        )
        for r in registrations
    ]


class _Told(TypedDict):
    id: str | None
    outputs: dict[str, Value]


def _told(r: Registration) -> _Told:
    """What names a resource beside its arguments: nothing of it is known of what is yet to be made."""
    known = r.get("known", {})
    nothing = {} if r["read"] or not r["custom"] else dict.fromkeys(forms(r["type"]), UNKNOWN)
    outputs = decode_outputs(nothing | known, r["type"])
    identity = outputs.get(ID)
    return {"id": identity if isinstance(identity, str) else None, "outputs": outputs}
