"""Residents of a stack, by adopted text and place: the age that an application asks for, requests and the time to meet
them, what it announces. No infrastructure shows these, so the contract carries them.

An age that names a place replaces the one that a text has for everyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from im_stack.terms.duties.binding import concerns
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.texts.library import Library
from im_stack.terms.texts.model import Obligation


@dataclass(frozen=True)
class Request:
    """A right of people, with the time to meet it (ISO 8601) where the text has a number, and by how much it may be
    prolonged."""

    obligation: str
    summary: str
    within: str | None
    extension: str | None


@dataclass(frozen=True)
class Notice:
    """An announcement that a text promises."""

    obligation: str
    summary: str


@dataclass(frozen=True)
class Residents:
    """Residents of one place under one text. `minimum_age` None: the age of the local law, where `age_by` names an
    obligation, and else none that the text speaks of."""

    age_by: str | None
    minimum_age: int | None
    parental_consent: bool
    otherwise: str | None
    requests: tuple[Request, ...]
    notices: tuple[Notice, ...]
    authorities: tuple[str, ...]


def residents_of(declaration: Declaration, library: Library) -> dict[str, dict[str, Residents]]:
    """By instrument, and by place: the declared residents', or without them every place of which a text speaks."""
    texts = {name: library.instruments[name].obligations for name in sorted(declaration.instruments)}
    named = {place for obligations in texts.values() for o in obligations for place in o.jurisdictions}
    places = declaration.residents or sorted({declaration.jurisdiction, *named})
    return {
        name: {place: _residents(place, obligations, library) for place in places}
        for name, obligations in texts.items()
    }


def _residents(place: str, obligations: Sequence[Obligation], library: Library) -> Residents:
    about = [o for o in obligations if concerns(o, [place], library)]
    minors = [o for o in about if o.age]
    ages = [o for o in minors if o.jurisdictions] or minors
    strictest = max(ages, key=lambda o: (o.age and o.age.least) or 0, default=None)
    age, row = strictest and strictest.age, library.jurisdictions.get(place)
    requests = [(o, o.bound) for o in about if o.kind in ("response-deadline", "rights") and o.bound]
    return Residents(
        strictest.id if strictest else None,
        age.least if age else None,
        bool(age and age.parental),
        age.otherwise if age else None,
        tuple(Request(o.id, o.summary, bound.until.get("request"), bound.extension) for o, bound in requests),
        tuple(Notice(o.id, o.summary) for o in about if o.kind in ("transparency", "incident")),
        row.authorities if row else (),
    )
