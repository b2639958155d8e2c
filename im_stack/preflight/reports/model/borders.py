"""Borders of a stack: its regions, and everything that is sent to another one.

In: a `Check`, and the verdicts on its borders. Out: `Borders`. A place that could not be read counts as one that may
be outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from im_stack.facts.model import Located, Unresolved
from im_stack.policies.judge import Verdict
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check

BORDER: Final = ("home-region", "copies-stay-home")
"""The rules about borders."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region (empty: no plan says which), with how many resources are there, or how many ways lead there."""

    region: str
    jurisdiction: str
    home: bool
    resources: int
    declared: bool  # located only by a declaration


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that a resource sends, or lets be used, elsewhere."""

    what: str
    of: str
    region: str
    jurisdiction: str
    home: bool


@dataclass(frozen=True, slots=True)
class Borders:
    """`state` is for the style, `says` in words whether anything crosses; `open` is what is neither proven to stay nor
    excepted."""

    state: str
    says: str
    places: tuple[Place, ...]
    sent: tuple[Sent, ...]
    open: tuple[Verdict, ...]
    proven: int  # how many places and ways out were judged, and stay


def borders(check: Check, verdicts: Sequence[Verdict]) -> Borders:
    """The borders of one judged stack. `verdicts` are those of the rules about them."""
    located = check.judgement.facts.of(Located)
    weak = tuple(verdict for verdict in verdicts if verdict.weak)
    state, says = _said(check, verdicts, weak)
    return Borders(
        state,
        says,
        _places(check, [place for place in located if not place.crosses]),
        _sent(check, [place for place in located if place.crosses]),
        weak,
        sum(verdict.outcome is Outcome.PASS for verdict in verdicts),
    )


def _said(check: Check, verdicts: Sequence[Verdict], weak: tuple[Verdict, ...]) -> tuple[str, str]:
    home = check.duties.home
    border = f"{home.id} ({home.jurisdiction})"
    judged = {verdict.rule for verdict in verdicts}
    if len(judged) < len(BORDER):
        return "unproven", f"Nothing was judged of what crosses the border of {border}."
    failing = sum(v.outcome is Outcome.FAIL for v in weak)
    if failing:
        return "fail", f"{failing} of the things below cross the border of {border}, or are outside it."
    if weak:
        return "unproven", f"{len(weak)} of the things below are not known to stay inside {border}."
    unread = check.judgement.facts.of(Unresolved)
    if unread:
        return "unproven", f"Nothing that could be read crosses the border of {border}; not everything could be read."
    abroad = sum(bool(place.region) and place.region != home.id for place in check.judgement.facts.of(Located))
    if abroad:
        return "conditional", f"{abroad} of the things below are outside of {border}, by exceptions (im:exceptions)."
    said = f"Nothing crosses the border of {border}: every place is inside, and so is all that is sent"
    words = sum(bool(place.declared) for place in check.judgement.facts.of(Located) if place.region is None)
    return "pass", f"{said}; of {words} zones that rests on a declaration." if words else f"{said}."


def _places(check: Check, located: list[Located]) -> tuple[Place, ...]:
    resources: dict[tuple[str, bool], set[str]] = {}
    for place in located:
        declared = place.region is None and bool(place.declared)
        resources.setdefault((place.region or "", declared), set()).add(place.subject)
    home = check.duties.home.id
    rows = [
        Place(region, _jurisdiction(check, region), region == home, len(subjects), declared)
        for (region, declared), subjects in resources.items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.home, row.region, row.declared)))


def _sent(check: Check, located: list[Located]) -> tuple[Sent, ...]:
    name, home = check.judgement.facts.name, check.duties.home.id
    rows = {
        Sent(p.what, name(p.subject), p.region or "", _jurisdiction(check, p.region or ""), p.region == home)
        for p in located
    }
    return tuple(sorted(rows, key=lambda row: (row.home, row.region, row.of, row.what)))


def _jurisdiction(check: Check, region: str) -> str:
    """The jurisdiction of a region of the stack's cloud; empty for a region that no table has."""
    known = check.duties.library.regions.get((check.duties.home.cloud, region))
    return known.jurisdiction if known else ""
