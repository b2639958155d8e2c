"""Exported Pulumi state as resources: what the engine has recorded as deployed, from `pulumi stack export`.

In: the file's path. Out: `Contents`: the inputs as the provider checked them, with outputs where these differ. Raises
`InputError` for any other file, or an inconsistent one. Secrets are dropped unread, encrypted or (`--show-secrets`)
in plaintext.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.model import Options, Resource
from im_stack.facts.values.answers import as_answered
from im_stack.facts.values.decode import decode_inputs, decode_mentions, decode_outputs
from im_stack.facts.wire.constants import SIGNATURE
from im_stack.preflight.inputs.contents import DEEPEST, Contents, Shape, as_block, as_list, document_of, unproven

_VERSIONS: Final = (3, 4)
_FEATURES: Final = frozenset({"refreshBeforeUpdate", "hooks", "taint", "views", "replaceWith"})
"""What a state of version 4 may use without anything that is read here meaning something else."""
_STACK: Final = "pulumi:pulumi:Stack"
_WHAT: Final = "what `pulumi stack export` prints"
_SET: Final = "run `pulumi refresh`, then `pulumi up`, and look at why it was switched off"
_AGAIN: Final = "run `pulumi up` or `pulumi refresh` to its end, and export again"


def load_state(path: Path) -> Contents:
    """The resources of an exported stack. Raises `InputError` for what is no export, or an incomplete one.

    The parsed document is taken apart on the way, so that not all of it and all that is made of it exist at once.
    """
    shape = Shape(path)
    document = document_of(path, _WHAT)
    _demand(document, shape)
    deployment = shape.block(document.pop("deployment", None) or {}, "deployment")
    rows = shape.rows(deployment.pop("resources", None) or [], "deployment.resources")
    contents, roots, urns = Contents(), set[str](), dict[str, int]()
    rows.reverse()
    while rows:
        _add(shape.block(rows.pop(), "deployment.resources[]"), contents, urns, roots, shape)
    _pending(deployment.get("pending_operations"), contents)
    _check_tree(contents, urns, roots, shape)
    if not contents.resources:
        raise shape.fault("the stack has no resources: nothing is deployed, so nothing is judged")
    return contents


def _demand(document: Mapping[str, Any], shape: Shape) -> None:
    version = document.get("version")
    if version not in _VERSIONS or isinstance(version, bool):
        known = " or ".join(map(str, _VERSIONS))
        raise shape.fault(f"a state of version {version!r:.40} is not known here", "version", f"{known}: {_WHAT}")
    used = document.get("features") or []
    listed = used if isinstance(used, list) else ["?"]
    others = [repr(feature)[:60] for feature in listed if str(feature) not in _FEATURES]
    if others:
        raise shape.fault(f"the state uses what is not known here: {', '.join(others)}", "features")


def _pending(operations: Any, contents: Contents) -> None:
    """An update that did not come to its end: what it was doing then may be there, or not."""
    for operation in map(as_block, as_list(operations)):
        urn = str(as_block(operation.get("resource")).get("urn", ""))
        doing = str(operation.get("type", "something"))
        why = f"an update ended while it was {doing} it: whether it exists is unknown"
        contents.doubts.append(unproven(urn, _name(urn), why, _AGAIN))


def _add(row: dict[str, Any], contents: Contents, urns: dict[str, int], roots: set[str], shape: Shape) -> None:
    urn = intern(shape.text(row.get("urn"), "deployment.resources[].urn"))
    type_ = intern(shape.text(row.get("type"), f"{urn}: type"))
    if type_ == _STACK:
        roots.add(urn)
        return
    if row.get("delete"):
        why = "it has been replaced, and the old one still waits for its deletion: what is in it is still there"
        contents.doubts.append(unproven(urn, _name(urn), why, _AGAIN))
        return
    if urn in urns:
        raise shape.fault(f"two resources have the URN {urn}")
    made_by = urns.get(str(row.get("provider") or "").rpartition("::")[0])
    region = "" if made_by is None else contents.resources[made_by].inputs.get("region")
    resource = _resource(row, urn, type_, shape, region if isinstance(region, str) else "")
    if resource is None:
        contents.doubts.append(unproven(urn, _name(urn), "the cloud answers that it is not in force any more", _SET))
        return
    urns[urn] = len(contents.resources)
    contents.doubts += (unproven(urn, _name(urn), why, _AGAIN) for why in _doubts(row))
    contents.resources.append(resource)
    if resource.custom:
        contents.arguments[urn] = _shared(frozenset(_paths(row.get("inputs") or {}, "", 0)))


@cache
def _shared(paths: frozenset[str]) -> frozenset[str]:
    """One set for all resources that have the same."""
    return paths


def _paths(value: Any, path: str, depth: int) -> Iterator[str]:
    """Dotted path of every argument in a value, down to `DEEPEST` levels."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _paths(item, path, depth + 1)
    elif isinstance(value, dict) and SIGNATURE not in value:
        for key, inner in value.items():
            if inner is not None and not key.startswith("__"):
                yield f"{path}{key}"
                yield from _paths(inner, f"{path}{key}.", depth + 1)


def _doubts(row: Mapping[str, Any]) -> list[str]:
    doubts = []
    if row.get("pendingReplacement"):
        doubts.append("it was deleted to be replaced, and the new one is not there yet")
    if row.get("initErrors"):
        doubts.append("its provider did not come to an end with it: its settings may be others")
    return doubts


def _resource(row: Mapping[str, Any], urn: str, type_: str, shape: Shape, region: str) -> Resource | None:
    """A resource of a region as it is judged; None for a setting that its own outputs say is not there."""
    custom = row.get("custom") is True or type_.startswith(PROVIDER)
    inputs = shape.block(row.get("inputs") or {}, f"{urn}: inputs")
    outputs = shape.block(row.get("outputs") or {}, f"{urn}: outputs") if custom else {}
    judged = as_answered(inputs, outputs, type_, region) if custom and not type_.startswith(PROVIDER) else inputs
    if judged is None:
        return None
    identity = row.get("id")
    return Resource(
        urn=urn,
        type=type_,
        name=_name(urn),
        inputs=decode_inputs(judged, type_, custom),
        custom=custom,
        parent=intern(str(row.get("parent") or "")) or None,
        provider=intern(str(row.get("provider") or "").rpartition("::")[0]) or None,
        links=_links(row),
        after=_urns(row.get("dependencies")),
        options=Options(
            row.get("protect") is True,
            tuple(map(str, as_list(row.get("ignoreChanges")))),
            row.get("retainOnDelete") is True,
            str(row.get("deletedWith") or ""),
        ),
        id=identity if isinstance(identity, str) and identity else None,
        outputs=decode_outputs(outputs, type_),
        mentions=decode_mentions(judged, type_, custom),
        source=_source(str(row.get("sourcePosition") or "")),
        external=row.get("external") is True,
    )


def _links(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Dependencies by argument; under the empty name those of the resource, where the state has no others."""
    by_property, whole = row.get("propertyDependencies"), row.get("dependencies")
    rows = by_property.items() if isinstance(by_property, dict) else [("", whole)]
    return {str(key): found for key, urns in rows if (found := _urns(urns))}


def _urns(urns: Any) -> tuple[str, ...]:
    return tuple(intern(str(urn)) for urn in urns) if isinstance(urns, list) else ()


def _check_tree(contents: Contents, urns: Mapping[str, int], roots: set[str], shape: Shape) -> None:
    """Parents and providers must be there, and no resource may be inside itself: an engine keeps it so."""
    settled: set[str] = set()
    for index, resource in enumerate(contents.resources):
        if resource.provider and resource.provider not in urns:
            raise shape.fault(f"{resource.urn}: its provider {resource.provider} is not in the state")
        if resource.parent in roots:
            contents.resources[index] = replace(resource, parent=None)
            continue
        chain: set[str] = set()
        above: str | None = resource.urn
        while above and above not in roots and above not in settled:
            if above in chain:
                raise shape.fault(f"{resource.urn}: its parents go in a circle")
            if above not in urns:
                raise shape.fault(f"{resource.urn}: its parent {above} is not in the state")
            chain.add(above)
            above = contents.resources[urns[above]].parent
        settled |= chain


def _name(urn: str) -> str:
    """The name in a URN; it may hold the sign that divides a URN."""
    parts = urn.split("::", 3)
    return parts[3] if len(parts) == 4 else urn


def _source(position: str) -> str | None:
    """`project:///program.py#12,3` as file and line; nothing for a line of an installed library."""
    match = re.fullmatch(r"(?:project|file)://(/?)(.*?)#(\d+)(?:,\d+)?", position)
    if not match or "site-packages/" in match[2]:
        return None
    file = match[2] if position.startswith("project") else f"{match[1]}{match[2]}"
    return f"{file}:{match[3]}"
