"""Own terms: an owner's own legal texts, jurisdictions and regions, by the schema of this project's (`model`).

In: a folder with `instruments/*.yaml`, `jurisdictions.yaml` and `regions.yaml`, each of them optional. Out: `OwnTerms`,
which a declaration carries. Raises `InputError` with file, line and key of every fault.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from im_stack.terms.files.bounded import read_text
from im_stack.terms.files.yaml_file import Document
from im_stack.terms.files.yaml_limits import LARGEST, check_plain
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.texts.library import Library, load_library
from im_stack.terms.texts.model import Instrument, Jurisdiction, OwnTerms, Region

_RIGHT: Final = "a file of an owner's own terms: instruments/*.yaml, jurisdictions.yaml or regions.yaml"
_TABLES: Final = {"jurisdictions.yaml": tuple[Jurisdiction, ...], "regions.yaml": tuple[Region, ...]}
_MOST: Final = 100
"""Files of a folder."""


def read_own(folder: Path, rules: Collection[str] | None = None) -> OwnTerms:
    """The terms in a folder. With the ids of all `rules`, obligations may name no others."""
    if not folder.is_dir():
        raise InputError(
            Problem("the folder of own terms is not there", "one beside Pulumi.yaml", "im:terms", file=_said(folder))
        )
    found = _Files(folder)
    own = OwnTerms(
        instruments=tuple(found.texts.values()),
        jurisdictions=found.tables["jurisdictions.yaml"],
        regions=found.tables["regions.yaml"],
    )
    problems = [*found.problems, *(_faults(found, own, rules) if not found.problems else ())]
    if problems:
        raise InputError(*problems)
    return own


def document_of(folder: Path, instrument: str) -> Document:
    """The file of a text in such a folder, to say where a fault is."""
    path = folder / "instruments" / f"{instrument}.yaml"
    return Document(_said(path), read_text(path, LARGEST, _RIGHT))


class _Files:
    """The documents of a folder, as far as they are what they should be; `problems` are those of the others."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.texts: dict[str, Instrument] = {}
        self.tables: dict[str, Any] = dict.fromkeys(_TABLES, ())
        paths = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
        if not paths or len(paths) > _MOST:
            what = "has no YAML files" if not paths else f"has more than {_MOST} YAML files"
            raise InputError(Problem(what, _RIGHT, "im:terms", file=_said(folder)))
        for path in paths:
            try:
                self._read(path, path.relative_to(folder).as_posix())
            except InputError as error:
                self.problems += error.problems

    def _read(self, path: Path, name: str) -> None:
        kind: Any = Instrument if path.parent.name == "instruments" and name.count("/") == 1 else _TABLES.get(name)
        if kind is None or path.suffix != ".yaml":
            near = get_close_matches(name, _TABLES, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InputError(Problem("is no file of own terms", f"{_RIGHT}{hint}", file=_said(path)))
        document = Document(_said(path), read_text(path, LARGEST, _RIGHT))
        document.check_keys()
        check_plain(document.value, Path(_said(path)))
        value = document.valid(kind)
        self.documents[name] = document
        if isinstance(value, Instrument):
            if value.id != path.stem:
                raise InputError(document.problem(["id"], f"the file of {value.id!r} has its name", f"{value.id}.yaml"))
            self.texts[name] = value
        else:
            self.tables[name] = value


def _said(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


def _faults(files: _Files, own: OwnTerms, rules: Collection[str] | None) -> Iterator[Problem]:
    """What refers to nothing, contradicts itself, or has the name of something on file."""
    register = load_library()
    jurisdictions = {*register.jurisdictions, *(each.id for each in own.jurisdictions)}
    classes = {*register.classes, *(each.id for text in own.instruments for each in text.classes)}
    taken = _Taken(register)
    for name, text in files.texts.items():
        at = files.documents[name]
        yield from taken.by(at, ["id"], "instrument", text.id)
        for index, data_class in enumerate(text.classes):
            yield from taken.by(at, ["classes", index, "id"], "class", data_class.id)
            yield from _unknown(at, ["classes", index, "same_as"], data_class.same_as, classes, "class")
        for index, obligation in enumerate(text.obligations):
            loc: list[int | str] = ["obligations", index]
            yield from taken.by(at, [*loc, "id"], "obligation", obligation.id)
            yield from _unknown(at, [*loc, "classes"], obligation.classes, classes, "class")
            if apart := obligation.apart:
                yield from _unknown(at, [*loc, "apart", "classes"], apart.classes, classes, "class")
            yield from _unknown(at, [*loc, "jurisdictions"], obligation.jurisdictions, jurisdictions, "jurisdiction")
            if storage := obligation.storage:
                yield from _unknown(at, [*loc, "storage", "within"], storage.within, jurisdictions, "jurisdiction")
                yield from _unknown(at, [*loc, "storage", "asks"], list(storage.asks), text.asks, "answer to ask for")
            yield from _unknown(at, [*loc, "conflicts"], obligation.conflicts, register.conflicts, "conflict")
            yield from _unknown(at, [*loc, "rules"], obligation.rules, rules or obligation.rules, "rule")
            if "static" in obligation.check and not obligation.rules:
                yield at.problem(
                    [*loc, "rules"], "no rule verifies what is static", "rules: [ceiling], or check: [procedural]"
                )
    for index, area in enumerate(own.jurisdictions):
        at = files.documents["jurisdictions.yaml"]
        yield from taken.by(at, [index, "id"], "jurisdiction", area.id)
        yield from _unknown(at, [index, "members"], area.members, jurisdictions, "jurisdiction")
    for index, region in enumerate(own.regions):
        at = files.documents["regions.yaml"]
        yield from taken.by(at, [index, "id"], f"region of {region.cloud}", region.id)
        yield from _unknown(at, [index, "jurisdiction"], [region.jurisdiction], jurisdictions, "jurisdiction")


class _Taken:
    """Ids that are in use."""

    def __init__(self, register: Library) -> None:
        self._ids: dict[str, set[str]] = {
            "instrument": {*register.instruments},
            "class": {*register.classes},
            "obligation": {*register.obligations},
            "jurisdiction": {*register.jurisdictions},
        }
        for cloud, region in register.regions:
            self._ids.setdefault(f"region of {cloud}", set()).add(region)

    def by(self, at: Document, loc: Sequence[int | str], what: str, id_: str) -> Iterator[Problem]:
        """The problem with an id that is taken already; from now on it is."""
        ids = self._ids.setdefault(what, set())
        if id_ in ids:
            yield at.problem(
                loc, f"the {what} {id_} is there already", "another id: what is on file cannot be replaced"
            )
        ids.add(id_)


def _unknown(
    at: Document, loc: Sequence[int | str], named: Sequence[str], known: Collection[str], what: str
) -> Iterator[Problem]:
    for index, name in enumerate(named):
        if name not in known:
            yield at.problem([*loc, index], f"there is no {what} {name!r}", one_of(name, sorted(known)))
