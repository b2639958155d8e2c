"""The tables of a cloud: `im_stack/facts/<cloud>/limits.yaml`, `requests.yaml`, `defaults.yaml` and others.

Numbers live here with their source, never in code. Components choose settings by these limits and the
ledger re-derives the bound from them; neither imports the other.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from im_stack.facts.model import Value
from im_stack.terms.period import parse_period
from im_stack.terms.yaml_file import read_yaml


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitRow(_Row):
    """A number of the provider: the least, most and default of a setting, and a lag no contract bounds."""

    id: str
    unit: str
    least: str | None = None
    most: str | None = None
    default: str | None = None
    lag: str | None = None
    source: str
    as_of: str
    note: str = ""


class Limit(_Row):
    """A `LimitRow` as periods. `unit` is one step of the provider's argument."""

    id: str
    unit: timedelta
    least: timedelta | None
    most: timedelta | None
    default: timedelta | None
    lag: timedelta
    source: str
    as_of: str
    note: str


class LeakRow(_Row):
    """A path a stack must not open: an argument and the values it may have, or a whole type.

    `allow` lists exact values; `home` stands for the stack's own region, `absent` for not set.
    `argument` may be a dotted path; a `[]` after a name means every member of the list.
    """

    type: str
    argument: str | None = None
    allow: tuple[str | int | bool, ...] = ()
    path: Literal["border", "door", "clear", "remains", "copy", "network"]
    why: str
    source: str
    irreversible: bool = False


class Objective(_Row):
    """What is lost and how long it takes, in words: most providers bound neither."""

    rpo: str
    rto: str


class DeletionRow(_Row):
    """What deleting a type leaves behind (`stays`), or why it is `refused` while `argument` is `value`.

    What stays for a time stays for as long as `argument` says, in the unit of the row `limit` of the limits.
    """

    type: str
    stays: str = ""
    refused: str = ""
    argument: str = ""
    value: bool | None = None
    limit: str = ""
    source: str


class RecoveryRow(_Row):
    """Recovery of one service from the loss of a zone and from a deletion by mistake."""

    service: str
    zone: Objective
    mistake: Objective
    source: str


class RequestRow(_Row):
    """What one request to the cloud may hold, in bytes."""

    id: str
    most: int
    source: str
    as_of: str
    note: str = ""


class ChangeRow(_Row):
    """Arguments of a type, or dotted paths into them, that an update leaves as they are: `fixed` ones are refused any
    other value, those that only grow a smaller one."""

    type: str
    fixed: tuple[str, ...] = ()
    grows: tuple[str, ...] = ()
    source: str


class TypesTable(_Row):
    """Types that hold and copy nothing: known, and not judged beyond their place."""

    inert: tuple[str, ...]


_HERE = Path(__file__).parents[1]


def _read(cloud: str, table: str) -> Any:
    return read_yaml(_HERE / cloud / f"{table}.yaml")


def _period(text: str | None) -> timedelta | None:
    return None if text is None else parse_period(text, "shortest")


@cache
def limits(cloud: str) -> Mapping[str, Limit]:
    """The limits of a cloud by id."""
    rows = TypeAdapter(tuple[LimitRow, ...]).validate_python(_read(cloud, "limits"))
    return {
        row.id: Limit(
            id=row.id,
            unit=parse_period(row.unit),
            least=_period(row.least),
            most=_period(row.most),
            default=_period(row.default),
            lag=_period(row.lag) or timedelta(0),
            source=row.source,
            as_of=row.as_of,
            note=row.note,
        )
        for row in rows
    }


@cache
def request_limits(cloud: str) -> Mapping[str, RequestRow]:
    """What a request may hold, by id."""
    rows = TypeAdapter(tuple[RequestRow, ...]).validate_python(_read(cloud, "requests"))
    return {row.id: row for row in rows}


@cache
def leaks(cloud: str) -> Mapping[str, tuple[LeakRow, ...]]:
    """The leak rows of a cloud by resource type."""
    table: dict[str, tuple[LeakRow, ...]] = {}
    for row in TypeAdapter(tuple[LeakRow, ...]).validate_python(_read(cloud, "forbidden_settings")):
        table[row.type] = (*table.get(row.type, ()), row)
    return table


@cache
def changes(cloud: str) -> Mapping[str, ChangeRow]:
    """What of a type cannot be changed at will, by type."""
    rows = TypeAdapter(tuple[ChangeRow, ...]).validate_python(_read(cloud, "changes"))
    return {row.type: row for row in rows}


@cache
def defaults(cloud: str) -> Mapping[str, Mapping[str, Value]]:
    """What the provider makes of an absent argument, by type: generated from its own `Check`."""
    types: Mapping[str, Mapping[str, Value]] = _read(cloud, "defaults")["types"]
    return types


@cache
def deletions(cloud: str) -> Mapping[str, DeletionRow]:
    """What is special about the deletion of a type, by type."""
    rows = TypeAdapter(tuple[DeletionRow, ...]).validate_python(_read(cloud, "deletion"))
    return {row.type: row for row in rows}


@cache
def recovery(cloud: str) -> Mapping[str, RecoveryRow]:
    """Recovery objectives by service."""
    rows = TypeAdapter(tuple[RecoveryRow, ...]).validate_python(_read(cloud, "recovery"))
    return {row.service: row for row in rows}


@cache
def inert(cloud: str) -> frozenset[str]:
    return frozenset(TypesTable.model_validate(_read(cloud, "types")).inert)
