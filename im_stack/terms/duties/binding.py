"""Obligations that bind a stack: those of the adopted texts, for its residents, in its role, by the answers it gives.

In: a declaration and the register. Out: obligations with their instrument, and the classes on which they bind it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from im_stack.terms.stack.declaration import Declaration, ResidencyException
from im_stack.terms.texts.library import STACK_POLICY, Library, available
from im_stack.terms.texts.model import DataClass, Obligation

PERMISSION = "residency-permission"
TRANSFER = "transfer"


def on_file(declaration: Declaration) -> set[str]:
    """Ids of the instruments that a declaration can adopt, and of the stack's own policy."""
    return {*available(), *(text.id for text in (declaration.terms.instruments if declaration.terms else ()))}


def binding(declaration: Declaration, library: Library) -> Iterator[tuple[str, Obligation]]:
    """Each obligation that binds the stack, with the id of its instrument; the stack's own policy is last."""
    return ((name, obligation) for name, obligation, why_not in adopted(declaration, library) if not why_not)


def adopted(declaration: Declaration, library: Library) -> Iterator[tuple[str, Obligation, str]]:
    """Each obligation of the adopted texts, with the id of its instrument, and why it does not bind the stack."""
    for name in (*declaration.instruments, STACK_POLICY):
        text, by = library.instruments.get(name), declaration.instruments.get(name)
        for obligation in text.obligations if text else ():
            asked = obligation.storage.asks if obligation.storage else {}
            why_not = ""
            if by and by.role and obligation.role not in (None, by.role):
                why_not = f"is owed by the {obligation.role}, and the stack adopts {name} as {by.role}"
            elif by and any(by.answers.get(question) != answer for question, answer in asked.items()):
                why_not = f"does not apply by the answers to {', '.join(asked)}"
            elif not concerns(obligation, declaration.residents, library):
                why_not = f"is about residents of {', '.join(obligation.jurisdictions)}, and the stack has none"
            yield name, obligation, why_not


def demands_place(obligation: Obligation) -> bool:
    """Whether it wants data to stay in a place, and is no mere permission."""
    return obligation.storage is not None and obligation.kind != PERMISSION


def excepted(
    obligation: Obligation, declaration: Declaration, place: str, library: Library, today: date
) -> dict[str, ResidencyException]:
    """The classes that may rest in a place on that day all the same, each with its exception: from the demand itself;
    from any, where it names no place, and so wants no more than what the stack declares."""
    named = obligation.storage and obligation.storage.within
    return {
        each.data_class: each
        for each in declaration.exceptions
        if today <= each.until
        and (each.obligation == obligation.id or not named)
        and inside(place, each.target, library)
    }


def concerns(obligation: Obligation, residents: Iterable[str] | None, library: Library) -> bool:
    """Whether an obligation is about one of the residents: of its places, of a part, or of a whole that has them."""
    if not obligation.jurisdictions or residents is None:
        return True
    pairs = [(one, other) for one in residents for other in obligation.jurisdictions]
    return any(inside(one, other, library) or inside(other, one, library) for one, other in pairs)


def inside(place: str, area: str, library: Library) -> bool:
    """Whether a place is an area, or a part of it."""
    waiting, parts = [area], {area}
    while waiting:
        row = library.jurisdictions.get(waiting.pop())
        new = {*row.members} - parts if row else set()
        parts |= new
        waiting += new
    return place in parts


def known_classes(declaration: Declaration, library: Library) -> dict[str, DataClass]:
    """Classes that a stack may declare, by id: those of the adopted texts and of the stack's own policy.

    A class that is the same data as others stands for these where no text on file here has them itself.
    """
    adopted = (name for name in (*declaration.instruments, STACK_POLICY) if name in library.instruments)
    every = [row for name in adopted for row in library.instruments[name].classes]
    own = {row.id: row for row in every if not row.same_as}
    return {same: row for row in every for same in row.same_as} | own


def classes_of(names: Iterable[str], known: Mapping[str, DataClass]) -> tuple[str, ...]:
    """The classes under which a stack declares what a text calls so."""
    rows = ((name, known.get(name)) for name in names)
    return tuple(dict.fromkeys(same for name, row in rows for same in ((row and row.same_as) or (name,))))


def kept_apart(obligation: Obligation, declaration: Declaration, library: Library) -> tuple[str, ...]:
    """The classes of a stack that an obligation keeps apart from every other one, sorted."""
    apart, known = obligation.apart, known_classes(declaration, library)
    named = classes_of(apart.classes, library.classes) if apart else ()
    alike = {name for name, row in known.items() if apart and row.sensitivity == apart.sensitivity}
    return tuple(name for name in sorted(declaration.classes) if name in named or name in alike)


def elements_of(data_class: str, known: Mapping[str, DataClass]) -> tuple[str, ...]:
    """What each text that is about a class lists of it."""
    rows = (row for row in known.values() if data_class in (row.id, *row.same_as))
    return tuple(dict.fromkeys(element for row in rows for element in row.elements))
