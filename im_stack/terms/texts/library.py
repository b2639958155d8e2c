"""The register of legal texts: `im_stack/terms/*.yaml`, checked against the schema and indexed by id.

A check runs hundreds of times a day and adopts one or two instruments: `load_library` reads only the instruments asked
for, with libyaml's parser, and each file once per process.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from im_stack.terms.files.yaml_file import load
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.texts.model import (
    Assumption,
    Conflict,
    DataClass,
    FormRow,
    Instrument,
    Jurisdiction,
    Obligation,
    OwnTerms,
    Region,
    ServiceRow,
    Word,
)

STACK_POLICY = "stack-policy"
"""Instrument that binds every stack."""
_HERE = Path(__file__).parent

Key = TypeVar("Key")
T = TypeVar("T")


@dataclass(frozen=True)
class Library:
    """Instruments, obligations and their tables by id. `regions` are keyed by cloud and id."""

    instruments: Mapping[str, Instrument]
    obligations: Mapping[str, Obligation]
    classes: Mapping[str, DataClass]
    regions: Mapping[tuple[str, str], Region]
    jurisdictions: Mapping[str, Jurisdiction]
    conflicts: Mapping[str, Conflict]
    assumptions: Mapping[str, Assumption]


def load_library(instruments: Iterable[str] | None = None, own: OwnTerms | None = None) -> Library:
    """The register with the named instruments, or with all, and with an owner's own terms. Raises `InputError`."""
    added = {text.id: text for text in own.instruments} if own else {}
    ids = {*available(), *added} if instruments is None else set(instruments)
    library = _library(tuple(sorted(ids - added.keys())))
    return _with_own(library, own, [text for id_, text in added.items() if id_ in ids]) if own else library


def load_glossary() -> Mapping[str, Word]:
    """The vocabulary by word, in alphabetical order. Raises `InputError`."""
    return _rows("glossary", Word, lambda row: row.word)


@cache
def services(cloud: str) -> Mapping[str, tuple[str, ...]]:
    """The services of a cloud that hold data, each with its logs that can be empty of a class."""
    rows = _file("services", tuple[ServiceRow, ...])
    return {row.service: row.logs for row in rows if row.cloud == cloud}


@cache
def passing() -> frozenset[str]:
    """The services of any cloud that hold data only to pass it on; in every other one it rests."""
    return frozenset(row.service for row in _file("services", tuple[ServiceRow, ...]) if row.rests != "durable")


@cache
def in_memory() -> frozenset[str]:
    """The services of any cloud that have what they pass on in memory alone."""
    return frozenset(row.service for row in _file("services", tuple[ServiceRow, ...]) if row.rests == "memory")


@cache
def by_person() -> frozenset[str]:
    """The services of any cloud from which one person's records can be deleted."""
    return frozenset(row.service for row in _file("services", tuple[ServiceRow, ...]) if row.by_person)


@cache
def of_lines() -> frozenset[str]:
    """The services of any cloud that keep lines of logs."""
    return frozenset(row.service for row in _file("services", tuple[ServiceRow, ...]) if row.lines)


@cache
def forms() -> Mapping[str, FormRow]:
    """The forms of a seal by name, in the order of their table."""
    return {row.form: row for row in _file("forms", tuple[FormRow, ...])}


@cache
def log_kinds() -> frozenset[str]:
    """The logs that can be empty of a class, of any service of any cloud."""
    return frozenset(log for row in _file("services", tuple[ServiceRow, ...]) for log in row.logs)


@cache
def available() -> tuple[str, ...]:
    """Ids of the instruments on file."""
    return tuple(sorted(path.stem for path in (_HERE / "instruments").glob("*.yaml")))


@cache
def _library(ids: tuple[str, ...]) -> Library:
    texts = [_instrument(id_) for id_ in ids]
    where = f"instruments {', '.join(ids)}"
    return Library(
        instruments=_index(texts, _id, where),
        obligations=_index((o for text in texts for o in text.obligations), _id, where),
        classes=_index((c for text in texts for c in text.classes), _id, where),
        regions=_rows("regions", Region, _region_id),
        jurisdictions=_rows("jurisdictions", Jurisdiction, _id),
        conflicts=_rows("conflicts", Conflict, _id),
        assumptions=_rows("assumptions", Assumption, _id),
    )


def _with_own(library: Library, own: OwnTerms, texts: Sequence[Instrument]) -> Library:
    """The register with more rows; an id that is there already is refused."""
    obligations = [obligation for text in texts for obligation in text.obligations]
    classes = [data_class for text in texts for data_class in text.classes]
    return replace(
        library,
        instruments=_more(library.instruments, texts, _id),
        obligations=_more(library.obligations, obligations, _id),
        classes=_more(library.classes, classes, _id),
        regions=_more(library.regions, own.regions, _region_id),
        jurisdictions=_more(library.jurisdictions, own.jurisdictions, _id),
    )


def _more(there: Mapping[Key, T], added: Iterable[T], key: Callable[[T], Key]) -> Mapping[Key, T]:
    return _index((*there.values(), *added), key, "own terms")


def _region_id(region: Region) -> tuple[str, str]:
    return region.cloud, region.id


def _id(row: Any) -> str:
    return str(row.id)


def _instrument(id_: str) -> Instrument:
    if id_ not in available():
        raise InputError(Problem(f"{id_!r} is no instrument on file; there are {', '.join(available())}"))
    text = _file(f"instruments/{id_}", Instrument)
    if text.id != id_:
        raise InputError(Problem(f"holds the instrument {text.id!r}", file=f"{id_}.yaml"))
    return text


def _file(stem: str, kind: type[T]) -> T:
    return load(_HERE / f"{stem}.yaml", kind)


def _rows(stem: str, kind: type[T], key: Callable[[T], Key]) -> Mapping[Key, T]:
    return _index(_file(stem, tuple[kind, ...]), key, f"{stem}.yaml")  # type: ignore[valid-type]


def _index(rows: Iterable[T], key: Callable[[T], Key], where: str) -> Mapping[Key, T]:
    table: dict[Key, T] = {}
    for row in rows:
        if table.setdefault(key(row), row) is not row:
            raise InputError(Problem(f"{key(row)} is there twice", file=where))
    return MappingProxyType(table)
