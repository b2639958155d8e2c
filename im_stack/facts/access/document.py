"""Policy documents as text: JSON in, `Statement`s out, for any language of this shape.

IAM of AWS and CAM of Tencent Cloud write the same thing: statements with an effect, principals, actions, resources
and conditions, each of the last four a list, or all but a list. What differs is in a `Dialect`. A text that is no
document, or longer than a service takes, is None; a member that is not read leaves its statement unsure.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from im_stack.facts.access.conditions import Operators, read_conditions
from im_stack.facts.access.patterns import ANY, RESERVED
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint
from im_stack.facts.access.statements import Principal, Statement

LONGEST = 100_000
"""Characters of a document: several times what any of the services takes (AWS: 32 KB, Tencent Cloud: 20 KB)."""
MOST = 1_000
"""Statements of a document: more than fit into what any of the services takes."""
_LONGEST_PATTERN = 2_048
_RESERVED = re.compile(rf"[{RESERVED}]|\\u[eE]00[0-4]")
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, eq=False)
class Dialect:
    """What one language has of its own.

    `versions` are those that are read, the first where a document names none. `effects` are the words for allowing
    (True) and refusing. `members` are the names of a statement's members as the service takes them. `principals` reads
    the value of a principal; `action` and `resource` turn a pattern of the document into one that certainly matches no
    more, and one that certainly matches no less.
    """

    versions: tuple[str, ...]
    effects: Mapping[str, bool]
    members: frozenset[str]
    operators: Operators
    principals: Callable[[Any], tuple[Principal, ...]]
    action: Callable[[str], tuple[str, str]]
    resource: Callable[[str], tuple[str, str]]


def read_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or None where the text is none, or leaves open which of two equal keys counts."""
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as it stands. Two keys that differ in case at most leave open which one counts."""
    if len({key.lower() for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def texts(value: Any) -> list[str] | None:
    """A text or a list of texts; None for anything else, and for an empty list."""
    if isinstance(value, str):
        return [value]
    good = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    return value if good else None


Place = Literal["identity", "resource", "role"]
"""Where a document stands: with the identity that has it (it names no principals), with the resource that it is about,
or as the trust policy of a role (it names no resources)."""


def read_principals(value: Any, kinds: Callable[[str, str], Principal]) -> tuple[Principal, ...]:
    """The principals of `{kind: names}`, each made by `kinds`; what is no such thing may mean anyone."""
    anyone = Principal("", "anyone", frozenset({ANY}), exact=False)
    if not isinstance(value, dict):
        return (anyone,)
    listed = [(kind, texts(names)) for kind, names in value.items() if names != []]
    named = (kinds(kind, name) for kind, names in listed for name in names or ())
    return (*named, *([anyone] if not listed or any(names is None for _, names in listed) else []))


def read_document(text: object, dialect: Dialect, place: Place = "resource") -> tuple[Statement, ...] | None:
    """The statements of a policy document; None where `text` is none."""
    # equivalent(comparison): a document that is too long is only more work
    if not isinstance(text, str) or len(text) > LONGEST or _RESERVED.search(text):
        return None
    return _read(text, dialect, place)


@lru_cache(maxsize=500)
def _read(text: str, dialect: Dialect, place: Place) -> tuple[Statement, ...] | None:
    document = _lower(read_object(text) or {})
    if str(document.get("version", dialect.versions[0])) not in dialect.versions:
        return None
    blocks = document.get("statement")
    blocks = [blocks] if isinstance(blocks, dict) else blocks
    # equivalent(comparison, operand): too many statements are only more work
    if not isinstance(blocks, list) or len(blocks) > MOST or not all(isinstance(block, dict) for block in blocks):
        return None
    outer = {key: document[key] for key in (PRINCIPAL,) if key in document}
    return tuple(_statement(n, outer, block, dialect, place) for n, block in enumerate(blocks, 1))


def _statement(
    number: int, outer: Mapping[str, Any], raw: Mapping[str, Any], dialect: Dialect, place: Place
) -> Statement:
    block = {**outer, **_lower(raw)}
    word = block.get("effect")
    allows = dialect.effects.get(word) if isinstance(word, str) else None
    sure, may = _Bound(), _Bound()
    # equivalent(comparison): no statement has a member and its negation and all others
    sure.broken = not set(raw) <= dialect.members
    principals = _principals(block, dialect, place, sure, may)
    _patterns(ACTION, block, dialect.action, True, sure, may)
    _patterns(
        RESOURCE, block, dialect.resource, place == "identity" or (place, allows) == ("resource", False), sure, may
    )
    for surely, possibly in read_conditions(block.get("condition", {}), dialect.operators):
        sure.add(surely)
        if possibly is not None:
            may.add(possibly)
    named = block.get("sid")
    return Statement(
        label=f"statement {named}" if isinstance(named, str) and named else f"statement {number}",
        allows=allows is not False,
        denies=allows is not True,
        sure=None if sure.broken else tuple(sure.found),
        may=tuple(may.found),
        principals=principals,
    )


class _Bound:
    """Constraints that are gathered; `broken` where one of them is not known."""

    def __init__(self) -> None:
        self.found: list[Constraint] = []
        self.broken = False  # equivalent(constant): set for `sure` before it is read, and of `may` nothing reads it

    def add(self, constraint: Constraint | None) -> None:
        if constraint is None:
            self.broken = True
        else:
            self.found.append(constraint)


def _principals(
    block: Mapping[str, Any], dialect: Dialect, place: Place, sure: _Bound, may: _Bound
) -> tuple[Principal, ...]:
    """Whom a statement is about, as it names them: a list, or (and then nobody is named) all but a list.

    Of those left out by a list, sessions and accounts may be meant all the same.
    """
    positive, negative = (name in block for name in (PRINCIPAL, f"not{PRINCIPAL}"))
    if not positive and not negative:
        sure.broken |= place != "identity"
        return ()
    named = dialect.principals(block[PRINCIPAL] if positive else block[f"not{PRINCIPAL}"])
    exact = frozenset[str]().union(*(p.words for p in named if p.exact))
    if not negative:
        sure.add(Constraint(PRINCIPAL, exact) if exact else None)
        may.add(Constraint(PRINCIPAL, frozenset[str]().union(*(p.words for p in named))))
        return named
    whole = not positive and all(p.exact for p in named)
    sure.add(Constraint(PRINCIPAL, exact, inverted=True) if whole else None)
    return ()  # equivalent(return): whoever asks takes none for nobody


def _patterns(
    key: str,
    block: Mapping[str, Any],
    reads: Callable[[str], tuple[str, str]],
    needed: bool,
    sure: _Bound,
    may: _Bound,
) -> None:
    """What a statement says of actions or resources: a list, or all but a list."""
    positive, negative = (name in block for name in (key, f"not{key}"))
    if not positive and not negative:
        sure.broken |= needed
        return
    inverted = negative
    listed = texts(block[f"not{key}" if inverted else key])
    # equivalent(comparison): one character more or less is as much work
    if (positive and negative) or listed is None or any(len(each) > _LONGEST_PATTERN for each in listed):
        sure.broken = True
        return
    # equivalent(constant): every bound is a pair
    less, more = zip(*(_bounds(each, reads) for each in listed), strict=True)
    low, high = (more, less) if inverted else (less, more)
    certain, possible = frozenset(filter(None, low)), frozenset(filter(None, high))
    sure.add(Constraint(key, certain, inverted=inverted) if certain else None)
    may.add(Constraint(key, possible, inverted=inverted))


def _bounds(pattern: str, reads: Callable[[str], tuple[str, str]]) -> tuple[str, str]:
    """A pattern that matches no more, and one that matches no less; a variable may stand for anything."""
    if _VARIABLE.search(pattern):
        return "", reads(_VARIABLE.sub(ANY, pattern))[1]
    return reads(pattern)


def _lower(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in block.items()}
