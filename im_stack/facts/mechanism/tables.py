"""Tables of a cloud, `im_stack/facts/<cloud>/*.yaml`, as checked rows by id or by type.

Limits, defaults and sources of a provider live here, never in code: components choose settings by them, and the ledger
derives the bound from them again. Types are written in tables as the SDK has them (`s3.Bucket`), and are tokens
(`aws:s3/bucket:Bucket`) once read. Durations are ISO 8601 in a table and `timedelta` once read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BeforeValidator, Field

from im_stack.facts.model import Value
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.terms.files.yaml_file import Row, load
from im_stack.terms.period import parse_period

R = TypeVar("R", bound="TypeRow")
T = TypeVar("T")

PACKAGES: Final = {"tencent": "tencentcloud", "aws": "aws"}
"""The provider package of each cloud: the first word of its type tokens."""
_HERE: Final = Path(__file__).parents[1]
_SNAKE: Final = re.compile(r"(?<!^)(?=[A-Z])")


def _period(value: object) -> object:
    return parse_period(value, "shortest") if isinstance(value, str) else value


Period = Annotated[timedelta, BeforeValidator(_period)]


class Limit(Row):
    """A period of the provider. `unit` is one step of its argument; `least`, `most` and `default` are its range.

    `disputed` is a longer least that another document of the provider gives. `lag` is what may pass between its end and
    the removal, an assumption where no document bounds it.
    """

    id: str
    unit: Period
    least: Period | None = None
    most: Period | None = None
    default: Period | None = None
    disputed: Period | None = None
    lag: Period = timedelta(0)
    source: str
    as_of: str
    note: str = ""


Opened = Literal["border", "door", "clear", "remains", "copy", "lock", "network"]


class ForbiddenTable(Row):
    """`source` is what a row's source is unless it has one of its own, with `{type}`, `{resource}` and `{member}`."""

    source: str
    rows: tuple["ForbiddenRows", ...]


class ForbiddenRows(Row):
    """What each of `arguments` of each of `types` may be; without arguments the types are refused. With one of `reads`
    the public may read, and no more."""

    types: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    allow: tuple[str | int | bool, ...] = ("absent",)
    reads: tuple[str | int | bool, ...] = ()
    path: Opened
    why: str
    source: str = "{}"
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class ForbiddenRow:
    """A path a stack must not open: an argument and the values it may have, or a whole type.

    `allow` lists exact values; `home` stands for the stack's own region, `absent` for not set.
    `argument` may be a dotted path; a `[]` after a name means every member of the list.
    """

    type: str
    argument: str | None
    allow: tuple[str | int | bool, ...]
    path: Opened
    why: str
    source: str
    irreversible: bool = False
    reads: tuple[str | int | bool, ...] = ()


class Objective(Row):
    """What is lost and how long it takes, in words: most providers bound neither."""

    rpo: str
    rto: str


class RecoveryRow(Row):
    """Recovery of one service from the loss of a zone and from a deletion by mistake, by its `copies`."""

    service: str
    copies: tuple[str, ...] = ()
    zone: Objective
    mistake: Objective
    source: str


class RequestRow(Row):
    """What one request to the cloud may hold, in bytes."""

    id: str
    most: int
    source: str
    as_of: str
    note: str = ""


class TypeRow(Row):
    """A row about one resource type."""

    type: str


class DeletionRow(TypeRow):
    """What deleting a type leaves behind (`stays`), or why it is `refused` while `argument` is `value`.

    What stays for a time stays for as long as `argument` says, in the unit of the row `limit` of the limits.
    """

    stays: str = ""
    refused: str = ""
    argument: str = ""
    value: bool | None = None
    limit: str = ""
    source: str


class ChangeRow(TypeRow):
    """Arguments of a type, or dotted paths into them, that an update leaves as they are: `fixed` ones are refused any
    other value, those that only grow a smaller one."""

    fixed: tuple[str, ...] = ()
    grows: tuple[str, ...] = ()
    source: str


class NameRow(Row):
    """An argument of types that names what is made, and the whole pattern of the names that the service takes."""

    types: tuple[str, ...]
    argument: str
    pattern: str
    source: str


class AnswerRow(TypeRow):
    """An output, and what it says: of an argument by its value, of a setting as a whole, or of members of a list."""

    output: str
    argument: str = ""
    values: Mapping[str | int | bool, str | int | bool] = Field(default_factory=dict)
    other: str | int | bool = UNKNOWN
    gone: tuple[str | int | bool, ...] = ()
    members: str = ""
    switch: str = ""


class InertRow(Row):
    """Types that hold and copy no personal data: known, and judged by their place and what they name."""

    types: tuple[str, ...]
    why: str


class ManagedPolicyTable(Row):
    """Policies that the provider writes, by name: the actions that each allows on every resource."""

    source: str
    as_of: str
    policies: dict[str, tuple[str, ...]]


class DeclaredRow(Row):
    """Types of a `service` whose settings do not say what they hold, so that a program declares it. `arguments` neither
    keep, log, copy nor open anything."""

    types: tuple[str, ...]
    service: str
    arguments: tuple[str, ...]
    why: str


class MachineTable(Row):
    """Machines from which nothing is kept: `families` are the types without disks of their own, by their first word;
    `actions` are all those by which a machine's role gets nothing onto anything that keeps it; `services` answer
    nobody without a role."""

    source: str
    as_of: str
    families: frozenset[str]
    actions: frozenset[str]
    services: frozenset[str] = frozenset()


class ReferenceRow(Row):
    """Arguments of types that no reader reads, and the types that they `may_name`, with the reason: all patterns.

    Without arguments it is about types that act on a whole account.
    """

    types: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    may_name: tuple[str, ...] = ("*",)
    why: str = Field(min_length=10)


class ReferenceTable(Row):
    """`account_wide`: types that act on a whole account or organization, whatever their arguments. `alone`: types that
    hold nothing, have no argument that could name what the proof leans on, and act on nothing but themselves."""

    account_wide: tuple[str, ...]
    alone: tuple[str, ...]
    rows: tuple[ReferenceRow, ...]


class DefaultsTable(Row):
    """What the provider, in this version, makes of absent arguments."""

    provider: str
    version: str
    as_of: str
    types: dict[str, dict[str, Any]]


class IdentityTable(Row):
    """The forms of a type's identities by name."""

    types: dict[str, dict[str, str]]


@cache
def limits(cloud: str) -> Mapping[str, Limit]:
    """The limits of a cloud by id."""
    return {row.id: row for row in _rows(cloud, "limits", tuple[Limit, ...])}


@cache
def request_limits(cloud: str) -> Mapping[str, RequestRow]:
    """What a request may hold, by id."""
    return {row.id: row for row in _rows(cloud, "requests", tuple[RequestRow, ...])}


@cache
def forbidden_settings(cloud: str) -> Mapping[str, tuple[ForbiddenRow, ...]]:
    """The forbidden settings of a cloud by resource type."""
    table: dict[str, list[ForbiddenRow]] = {}
    document = _rows(cloud, "forbidden_settings", ForbiddenTable)
    for rows in document.rows:
        for name in rows.types:
            for row in _single(rows, name, token_of(cloud, name), document.source):
                table.setdefault(row.type, []).append(row)
    return {type_: tuple(rows) for type_, rows in table.items()}


def _single(rows: ForbiddenRows, name: str, type_: str, source: str) -> Iterator[ForbiddenRow]:
    resource = _SNAKE.sub("_", name.replace(".", "_")).replace("__", "_").lower()
    for argument in rows.arguments or (None,):
        member = f".{_SNAKE.sub('_', argument.replace('[]', '')).lower()}" if argument else ""
        said = rows.source.format(source.format(type=name, resource=resource, member=member))
        allow = rows.allow if argument else ()
        yield ForbiddenRow(type_, argument, allow, rows.path, rows.why, said, rows.irreversible, rows.reads)


@cache
def names(cloud: str) -> Mapping[str, NameRow]:
    """What names of a type look like, by type."""
    return {token_of(cloud, type_): row for row in _rows(cloud, "names", tuple[NameRow, ...]) for type_ in row.types}


@cache
def changes(cloud: str) -> Mapping[str, ChangeRow]:
    """What of a type cannot be changed at will, by type."""
    return _by_type(cloud, _rows(cloud, "changes", tuple[ChangeRow, ...]))


@cache
def answers(cloud: str) -> Mapping[str, tuple[AnswerRow, ...]]:
    """What outputs say of arguments, by type."""
    table: dict[str, tuple[AnswerRow, ...]] = {}
    for row in _rows(cloud, "answers", tuple[AnswerRow, ...]):
        type_ = token_of(cloud, row.type)
        table[type_] = (*table.get(type_, ()), row)
    return table


@cache
def defaults(cloud: str) -> Mapping[str, Mapping[str, Value]]:
    """What the provider makes of an absent argument, by type: generated from its own `Check`."""
    return {token_of(cloud, name): row for name, row in _rows(cloud, "defaults", DefaultsTable).types.items()}


@cache
def deletions(cloud: str) -> Mapping[str, DeletionRow]:
    """What is special about the deletion of a type, by type."""
    return _by_type(cloud, _rows(cloud, "deletion", tuple[DeletionRow, ...]))


@cache
def recovery(cloud: str) -> Mapping[str, RecoveryRow]:
    """Recovery objectives by service."""
    return {row.service: row for row in _rows(cloud, "recovery", tuple[RecoveryRow, ...])}


@cache
def inert(cloud: str) -> frozenset[str]:
    """The types that hold and copy nothing."""
    rows = _rows(cloud, "types", tuple[InertRow, ...])
    return frozenset(token_of(cloud, name) for row in rows for name in row.types)


@cache
def managed_policies(cloud: str) -> ManagedPolicyTable:
    """The policies that the provider writes and that are known here."""
    return _rows(cloud, "managed_policies", ManagedPolicyTable)


@cache
def machines(cloud: str) -> MachineTable:
    """What keeps nothing that a machine has in memory."""
    return _rows(cloud, "machines", MachineTable)


@cache
def declared_types(cloud: str) -> Mapping[str, DeclaredRow]:
    """The types that a program must declare, by token."""
    rows = _rows(cloud, "declared_types", tuple[DeclaredRow, ...])
    return {token_of(cloud, name): row for row in rows for name in row.types}


@cache
def references(cloud: str) -> ReferenceTable:
    """What arguments that no reader reads may name."""
    return _rows(cloud, "references", ReferenceTable)


@cache
def identities(cloud: str) -> Mapping[str, Mapping[str, str]]:
    """The forms of the identities of a type by name, by type."""
    return {token_of(cloud, name): row for name, row in _rows(cloud, "identities", IdentityTable).types.items()}


def token_of(cloud: str, name: str) -> str:
    """The token of a type that a table calls by its SDK's name; a token is itself."""
    module, _, type_ = name.rpartition(".")
    return f"{PACKAGES[cloud]}:{module}/{type_[0].lower()}{type_[1:]}:{type_}" if module else name


@cache
def name_in_tables(type_: str) -> str:
    """What a table calls a type (`s3.Bucket`), from its token."""
    return f"{type_.split(':')[1].partition('/')[0]}.{type_.rpartition(':')[2]}"


def _rows(cloud: str, table: str, kind: type[T]) -> T:
    return load(_HERE / cloud / f"{table}.yaml", kind)


def _by_type(cloud: str, rows: Iterable[R]) -> dict[str, R]:
    return {token_of(cloud, row.type): row for row in rows}
