"""Own terms as a whole: what the obligations of a folder's texts demand against each other.

In: a folder. Out: its `OwnTerms`. Raises `InputError` with file, line and key of every fault: those that `read_own`
finds, and two obligations that no stack can meet together, with whatever choices.
"""

from collections.abc import Collection, Iterator
from itertools import combinations
from pathlib import Path

from im_stack.terms.duties.binding import classes_of, demands_place, inside
from im_stack.terms.duties.ends import AGES, keeps, minimum, sooner
from im_stack.terms.files.yaml_file import Document
from im_stack.terms.period import spell_period
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.texts.library import Library, load_library
from im_stack.terms.texts.model import Obligation, OwnTerms
from im_stack.terms.texts.own import document_of, read_own


def check_own(folder: Path, rules: Collection[str]) -> OwnTerms:
    """The terms in a folder, without contradictions."""
    own = read_own(folder, rules)
    problems = list(_contradictions(folder, own, load_library(None, own)))
    if problems:
        raise InputError(*problems)
    return own


def _contradictions(folder: Path, own: OwnTerms, library: Library) -> Iterator[Problem]:
    rows = [(text.id, index, o) for text in own.instruments for index, o in enumerate(text.obligations)]
    documents: dict[str, Document] = {}
    for (_, _, one), (owner, index, other) in combinations(rows, 2):
        of = _common(one, other, library)
        if of is None or not (why := _against(one, other, library) or _against(other, one, library)):
            continue
        if owner not in documents:
            documents[owner] = document_of(folder, owner)
        where = f"{', '.join(of)}: " if of else ""
        right = "one of the two, classes or residents of their own (jurisdictions), or in two texts for two stacks"
        yield documents[owner].problem(["obligations", index], f"{where}{why}", right)


def _common(one: Obligation, other: Obligation, library: Library) -> tuple[str, ...] | None:
    """The classes that both are about (none: every class), where they can be about the same people; else None."""
    pairs = [(a, b) for a in one.jurisdictions for b in other.jurisdictions]
    if pairs and not any(inside(a, b, library) or inside(b, a, library) for a, b in pairs):
        return None
    if not one.classes or not other.classes:
        return one.classes or other.classes
    theirs = classes_of(other.classes, library.classes)
    return tuple(each for each in classes_of(one.classes, library.classes) if each in theirs) or None


def _against(one: Obligation, other: Obligation, library: Library) -> str:
    """Why nothing meets both, in words; nothing where something may. The other order is asked for, too."""
    kept, ends = minimum(one), sooner(other, minimum(one)) if keeps(one) else []
    if ends:
        within = spell_period(min(ends)[0])
        return f"{one.id} keeps it for at least {spell_period(kept)}, {other.id} ends it within {within}"
    if keeps(one) and kept and other.kind == "no-storage":
        return f"{one.id} keeps it for at least {spell_period(kept)}, {other.id} lets it not be stored"
    aged = [period for period, trigger in sooner(other) if trigger in AGES]
    if one.bound and one.bound.lives and aged:
        return f"{one.id} keeps it until an event, {other.id} ends it by age within {spell_period(min(aged))}"
    areas, others = (o.storage.within if o.storage and demands_place(o) else () for o in (one, other))
    pairs = [(a, b) for a in areas for b in others]
    if pairs and not any(inside(a, b, library) or inside(b, a, library) for a, b in pairs):
        return f"{one.id} wants it in {', '.join(areas)}, {other.id} in {', '.join(others)}"
    return ""
