"""Identities: the texts by which one resource may name another, as `facts/<cloud>/identities.yaml` has them.

In: a resource, with its id and outputs as far as an update or a state has them. Out: the texts that name it, and
whether a given text can be one of them. A text is an identity where it is an output or follows from known arguments. An
id that a service generates and that is no known output cannot stand as a known text in another resource either.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from im_stack.facts.mechanism.tables import PACKAGES, identities
from im_stack.facts.model import ABSENT, Resource

ID: Final = "id"
PLACE: Final = frozenset({"region", "account", "partition"})
"""Parts of a form that say where a resource is made."""
_NOWHERE: Final[Mapping[str, str | None]] = {}
_PART: Final = re.compile(r"\{(?P<name>\w+)(?:\|(?P<default>[^}]*))?\}|<(?:(?P<count>\d+)(?P<kind>[dh]?)|uuid)>")
_SIGNS: Final = {"": "[A-Za-z0-9]", "d": "[0-9]", "h": "[0-9a-f]"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form. `text` is literal, the name of what stands there, or the pattern of what is made up."""

    kind: Literal["literal", "identity", "argument", "place", "made"]
    text: str
    default: str | None = None


Forms = Mapping[str, tuple[Part, ...]]
"""The forms of a type's identities by name; `id` is among them."""
_ANY: Final[Forms] = {ID: (Part("made", ".+"),)}


@cache
def forms(type_: str) -> Forms:
    """The forms of a type's identities; of a type that no table knows, an id that may be anything."""
    cloud = next((cloud for cloud, package in PACKAGES.items() if type_.startswith(f"{package}:")), None)
    row = identities(cloud).get(type_) if cloud else None
    return {name: tuple(_parts(name, form, frozenset(row))) for name, form in row.items()} if row else _ANY


def _parts(own: str, form: str, row: frozenset[str]) -> Iterator[Part]:
    at = 0
    for match in _PART.finditer(form):
        if match.start() > at:
            yield Part("literal", form[at : match.start()])
        name = match["name"]
        if name is None:
            count = match["count"]
            yield Part("made", f"{_SIGNS[match['kind']]}{{{count}}}" if count else "[0-9a-f-]{36}")
        elif name in PLACE:
            yield Part("place", name)
        else:
            yield Part("identity" if name in row and name != own else "argument", name, match["default"])
        at = match.end()
    if at < len(form):
        yield Part("literal", form[at:])


@cache
def arguments(type_: str) -> frozenset[str]:
    """The arguments that a type's identities are made of."""
    return frozenset(part.text for form in forms(type_).values() for part in form if part.kind == "argument")


@cache
def stands_for_another(type_: str) -> bool:
    """Whether the id of a type is one argument, the name of what it is a setting of, or only where it is made."""
    form = forms(type_)[ID]
    return len(form) == 1 and form[0].kind in ("argument", "place")


def may_become(text: str, resource: Resource) -> bool:
    """Whether a text has the form of an identity that the service makes up, where no output of the resource says yet
    what that is."""
    return any(_output(resource, n) is None and p.fullmatch(text) for n, p in _to_be_made_up(resource.type).items())


@cache
def _to_be_made_up(type_: str) -> Mapping[str, re.Pattern[str]]:
    """Patterns of the identities of a type in which something is made up, whatever else is in them."""
    found = forms(type_) if forms(type_) is not _ANY else {}
    return {
        name: re.compile("".join(_some(part) for part in form))
        for name, form in found.items()
        if any(part.kind == "made" for part in form)
    }


def _some(part: Part) -> str:
    """A pattern of a part of which nothing is known."""
    return part.text if part.kind == "made" else re.escape(part.text) if part.kind == "literal" else "[^:/]*"


def known(resource: Resource) -> frozenset[str]:
    """The texts that certainly name a resource."""
    return frozenset(text for name in forms(resource.type) if (text := _text(resource, name)) is not None)


def may_be(text: str, resource: Resource, place: Mapping[str, str | None] = _NOWHERE) -> bool:
    """Whether a text that is made from a resource can be one of its identities: it is known to be, or has the form of
    one that is no known output. `place` is where the resource is made, a part None where the plan does not say."""
    if text in known(resource):
        return True
    open_ = (name for name in forms(resource.type) if _output(resource, name) is None)
    return any((pattern := _pattern(resource, name, place)) and re.fullmatch(pattern, text) for name in open_)


def _output(resource: Resource, name: str) -> str | None:
    value = resource.id if name == ID and resource.id is not None else resource.outputs.get(name)
    return value if isinstance(value, str) else None


def _text(resource: Resource, name: str) -> str | None:
    """An identity as the outputs have it, or as it follows from arguments. A chosen name that looks like an id which
    the service generates counts for nothing: it may be another's."""
    output = _output(resource, name)
    if output is not None:
        return output
    parts: list[str] = []
    for part in forms(resource.type)[name]:
        value = _value(resource, part)
        if value is None:
            return _from_id(resource, name)
        parts.append(value)
    text = "".join(parts)
    return None if _looks_made_up(resource.type, text) else text


def _value(resource: Resource, part: Part) -> str | None:
    if part.kind == "literal":
        return part.text
    if part.kind == "identity":
        return _text(resource, part.text)
    if part.kind == "argument":
        value = resource.inputs.get(part.text, ABSENT)
        value = part.default if value in (ABSENT, "") and part.default is not None else value
        return value if isinstance(value, str) and value else None
    return None


def _from_id(resource: Resource, name: str) -> str | None:
    """An identity as the part of a known id that it is."""
    form = forms(resource.type)[ID]
    if resource.id is None or Part("identity", name) not in form or len(form) == 1:
        return None
    pattern = "".join(
        re.escape(part.text) if part.kind == "literal" else f"(?P<{name}>.+?)" if part.text == name else ".+?"
        for part in form
    )
    match = re.fullmatch(pattern, resource.id)
    return match[name] if match else None


def _pattern(resource: Resource, name: str, place: Mapping[str, str | None]) -> str | None:
    """A pattern of an identity that is no output; None where no text that is known already can be that identity."""
    silent = name not in resource.outputs  # not even as one that is not known
    form, found = forms(resource.type)[name], list[str]()
    if {part.kind for part in form} <= {"literal", "argument"} and not silent:
        return None  # it follows from arguments, or is not known
    for part in form:
        value = place.get(part.text) if part.kind == "place" else _value(resource, part)
        if value is not None:
            found.append(re.escape(value))
        elif part.kind == "place" and part.text in place:
            found.append("[a-z0-9-]*")
        elif silent:
            found.append(part.text if part.kind == "made" else ".+")
        else:
            return None
    return "".join(found)


@cache
def _made_up(type_: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of the identities of a type that are made up and literal signs, and nothing else."""
    return tuple(
        re.compile("".join(part.text if part.kind == "made" else re.escape(part.text) for part in form))
        for form in forms(type_).values()
        if {part.kind for part in form} in ({"made"}, {"made", "literal"})
    )


def _looks_made_up(type_: str, text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in _made_up(type_))
