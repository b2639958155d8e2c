"""Owner's file `im-owner.yaml`, beside the files of the stacks: read, and checked against what was judged.

Nothing writes it. Out: the `Owner` of a stack, empty where there is no such file. Raises `InputError` with file, line
and key of every fault, and for an obligation, a class or a declared hop that it names and that is not there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from im_stack.preflight.stack_files.stack_file import StackFile, lines_of, read_mapping, stack_names
from im_stack.terms.duties.resolve import Duties
from im_stack.terms.problem import InputError, Problem, nearest, one_of
from im_stack.terms.texts.library import load_library

if TYPE_CHECKING:
    from im_stack.terms.stack.owner import Fulfilled, OfAll, OwnerFile, Paper, Party, Processing

NAME: Final = "im-owner.yaml"
_ADOPTED: Final = "an obligation of a text that the stack adopts"


@dataclass(frozen=True)
class Owner:
    """Statements of the owner that count for one stack: its own before those about every stack."""

    controller: "Party | None" = None
    officer: "Party | None" = None
    classes: "Mapping[str, Processing]" = field(default_factory=dict)
    obligations: "Mapping[str, Paper]" = field(default_factory=dict)
    fulfilled: "tuple[Fulfilled, ...]" = ()


def read_owner(
    stack: StackFile, duties: Duties, hops: Collection[str] | None, day: date, file: Path | None = None
) -> Owner:
    """What the owner's file says of a stack with these duties and declared hops, as of a day; without hops what it says
    of them is not looked at. `file`: another one."""
    path = file or stack.path.parent / NAME
    if file is None and not path.exists():
        return Owner()
    from im_stack.terms.stack.owner import OfStack, parse_owner

    try:
        said = parse_owner(read_mapping(path))
        problems = [
            *_of_all(said, duties),
            *_strangers(said, stack_names(stack.project_file.parent)),
            *_of_stack(said, stack.stack, duties, hops, day),
        ]
        if problems:
            raise InputError(*problems)
    except InputError as error:
        places = {key: (str(path), line) for key, line in lines_of(path).items()}
        raise InputError(*(each if each.line else each.at(places, str(path)) for each in error.problems)) from None
    own = said.stacks.get(stack.stack, OfStack())
    return Owner(
        own.controller or said.controller,
        own.officer or said.officer,
        said.classes | own.classes,
        said.obligations | own.obligations,
        own.fulfilled,
    )


def _strangers(said: "OwnerFile", stacks: list[str]) -> Iterator[Problem]:
    for name in said.stacks:
        if name not in stacks:
            yield Problem(f"there is no stack {name!r}", one_of(name, stacks), f"stacks.{name}")


def _of_all(said: "OwnerFile", duties: Duties) -> Iterator[Problem]:
    """What is said of every stack must be known to some of them: it is looked up among all texts."""
    known = {row.id for _, row in duties.adopted}
    strange = [name for name in said.obligations if name not in known]
    if strange or any(name not in duties.declaration.classes for name in said.classes):
        library = load_library(None, duties.declaration.terms)
        yield from _unknown(said, "", sorted(library.obligations), sorted(library.classes), "an obligation on file")


def _of_stack(
    said: "OwnerFile", stack: str, duties: Duties, hops: Collection[str] | None, day: date
) -> Iterator[Problem]:
    own = said.stacks.get(stack)
    if own is None:
        return
    key = f"stacks.{stack}"
    known = sorted(row.id for _, row in duties.adopted)
    yield from _unknown(own, f"{key}.", known, sorted(duties.declaration.classes), _ADOPTED)
    seen: set[str] = set()
    for index, each in enumerate(own.fulfilled):
        at = f"{key}.fulfilled.{index}"
        if each.hop in seen:
            yield Problem("is there twice", "one of the two", f"{at}.hop")
        elif hops is not None and each.hop not in hops:
            near = nearest(each.hop, hops)
            right = f"did you mean {near}" if near else "a hop that preflight check --details lists"
            what = f"{stack} has no declared hop {each.hop!r}: it is gone, or says something else now"
            yield Problem(what, right, f"{at}.hop")
        if each.when > day:
            yield Problem(f"{each.when} is after the day of the check, {day}", "a day that has been", f"{at}.when")
        seen.add(each.hop)


def _unknown(said: "OfAll", key: str, obligations: list[str], classes: list[str], what: str) -> Iterator[Problem]:
    for name in said.obligations:
        if name not in obligations:
            near = nearest(name, obligations)
            right = f"{what}{f'; did you mean {near}' if near else ''}"
            yield Problem(f"no obligation is called {name!r}, or it is gone", right, f"{key}obligations.{name}")
    for name in said.classes:
        if name not in classes:
            yield Problem(f"no class is called {name!r}", one_of(name, classes), f"{key}classes.{name}")
