"""Contradictions of an owner's own texts with what else a stack adopts: kept longer than another text lets it be kept.

In: a declaration and the register with its own texts. Out: one `Problem` for each pair of obligations that no stack can
fulfil together. Those between this project's texts are decided in `conflicts.yaml`.
"""

from collections.abc import Iterator
from datetime import timedelta

from im_stack.terms.declaration import Declaration
from im_stack.terms.library import Library
from im_stack.terms.model import Obligation
from im_stack.terms.period import parse_period, spell_period
from im_stack.terms.problem import Problem

_Period = tuple[Obligation, timedelta]


def contradictions(declaration: Declaration, library: Library) -> Iterator[Problem]:
    """The problems, by class."""
    if declaration.terms is None:
        return
    own = {obligation.id for text in declaration.terms.instruments for obligation in text.obligations}
    texts = [library.instruments[name] for name in declaration.instruments if name in library.instruments]
    obligations = [obligation for text in texts for obligation in text.obligations]
    for name, choice in declaration.classes.items():
        about = [each for each in obligations if name in each.classes or not each.classes]
        leasts = [*_periods(about, "retention-min")]
        for least, kept in leasts:
            for most, ended in _periods(about, "retention-max"):
                if kept > ended and {least.id, most.id} & own:
                    what = f"{least.id} keeps {name} for at least {spell_period(kept)}, {most.id} ends it within"
                    right = f"one of the two texts, or {name} in a stack of its own"
                    yield Problem(f"{what} {spell_period(ended)}", right, "im:instruments", least.id)
            if choice.period and least.id in own and parse_period(choice.period) < kept:
                what = f"{name} ends after {spell_period(parse_period(choice.period))}, {least.id} keeps it longer"
                yield Problem(what, f"at least {spell_period(kept)}", f"im:classes.{name}.period", least.id)


def _periods(obligations: list[Obligation], kind: str) -> Iterator[_Period]:
    """The obligations of a kind with the period that they state."""
    for obligation in obligations:
        bound, least = obligation.bound, kind == "retention-min"
        text = bound and (bound.least if least else bound.most)
        if obligation.kind == kind and text:
            yield obligation, parse_period(text, "longest" if least else "shortest")
