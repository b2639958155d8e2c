"""The register read from `im_stack/terms/*.yaml`, checked against the schema and indexed by id.

A check runs hundreds of times a day and adopts one or two instruments: `load_library` reads only the instruments asked
for, with libyaml's parser, and each file once per process.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from im_stack.terms.model import Assumption, Conflict, DataClass, Instrument, Jurisdiction, Obligation, Region, Word
from im_stack.terms.yaml_file import read_yaml

_HERE = Path(__file__).parent

Key = TypeVar("Key")
Row = TypeVar("Row")
Model = TypeVar("Model", bound=BaseModel)


class LibraryError(ValueError):
    """A file of the register that cannot be used; the message names the file and the row."""


@dataclass(frozen=True)
class Library:
    """The law as data: what was asked for, by id. `regions` are keyed by cloud and id."""

    instruments: Mapping[str, Instrument]
    obligations: Mapping[str, Obligation]
    classes: Mapping[str, DataClass]
    regions: Mapping[tuple[str, str], Region]
    jurisdictions: Mapping[str, Jurisdiction]
    conflicts: Mapping[str, Conflict]
    assumptions: Mapping[str, Assumption]


def load_library(instruments: Iterable[str] | None = None) -> Library:
    """The register with the named instruments, or with all of them. Raises `LibraryError`."""
    return _library(available() if instruments is None else tuple(sorted(set(instruments))))


def load_glossary() -> Mapping[str, Word]:
    """The vocabulary by word, in alphabetical order. Raises `LibraryError`."""
    return _index(_rows("glossary", Word), lambda row: row.word, "glossary.yaml")


@cache
def available() -> tuple[str, ...]:
    """Ids of the instruments on file."""
    return tuple(sorted(path.stem for path in (_HERE / "instruments").glob("*.yaml")))


@cache
def _library(ids: tuple[str, ...]) -> Library:
    texts = [_instrument(id_) for id_ in ids]
    where = f"instruments {', '.join(ids)}"
    return Library(
        instruments=_index(texts, lambda text: text.id, where),
        obligations=_index((o for text in texts for o in text.obligations), lambda o: o.id, where),
        classes=_index((c for text in texts for c in text.classes), lambda c: c.id, where),
        regions=_index(_rows("regions", Region), lambda region: (region.cloud, region.id), "regions.yaml"),
        jurisdictions=_index(_rows("jurisdictions", Jurisdiction), lambda place: place.id, "jurisdictions.yaml"),
        conflicts=_index(_rows("conflicts", Conflict), lambda conflict: conflict.id, "conflicts.yaml"),
        assumptions=_index(_rows("assumptions", Assumption), lambda row: row.id, "assumptions.yaml"),
    )


@cache
def _instrument(id_: str) -> Instrument:
    if id_ not in available():
        raise LibraryError(f"{id_!r} is no instrument on file; there are {', '.join(available())}")
    path = _HERE / "instruments" / f"{id_}.yaml"
    text = _check(Instrument, _read(path), path.name)
    if text.id != id_:
        raise LibraryError(f"{path.name}: holds the instrument {text.id!r}")
    return text


@cache
def _rows(stem: str, model: type[Model]) -> tuple[Model, ...]:
    path = _HERE / f"{stem}.yaml"
    rows = _read(path)
    if not isinstance(rows, list):
        raise LibraryError(f"{path.name}: expected a list of {model.__name__} rows")
    return tuple(_check(model, row, f"{path.name}, row {n} ({_name(row)})") for n, row in enumerate(rows, 1))


def _read(path: Path) -> object:
    try:
        return read_yaml(path)
    except yaml.YAMLError as error:
        raise LibraryError(f"{path.name}: {error}") from error


def _check(model: type[Model], row: object, where: str) -> Model:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        faults = "; ".join(f"{_path(row, fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise LibraryError(f"{where}: {faults}") from error


def _path(row: object, loc: tuple[int | str, ...]) -> str:
    """Where in a row, with the ids of the rows inside it: `obligations IM-RET-02 bound default`."""
    parts = []
    for step in loc:
        try:
            row = row[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            row = None
        parts.append(_name(row) if isinstance(step, int) and isinstance(row, dict) else str(step))
    return " ".join(parts) or "the row"


def _name(row: object) -> str:
    return str(row["id"]) if isinstance(row, dict) and "id" in row else "no id"


def _index(rows: Iterable[Row], key: Callable[[Row], Key], where: str) -> Mapping[Key, Row]:
    table: dict[Key, Row] = {}
    for row in rows:
        if table.setdefault(key(row), row) is not row:
            raise LibraryError(f"{where}: {key(row)} is there twice")
    return MappingProxyType(table)
