"""Obligations of a stack as its report shows them: each adopted one stands as exactly one `Standing`.

In: duties, findings, declared hops, and what the owner's file says. Out: an `ObligationRow` for each, in the order of
the texts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from im_stack.policies.judge import DeclaredHop
from im_stack.policies.rule import Outcome, Verdict
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.problem import some_of
from im_stack.terms.texts.model import Obligation

if TYPE_CHECKING:
    from im_stack.terms.stack.owner import Paper


class Standing(StrEnum):
    """How an obligation, or a duty, stands: worst first, then by who can show it."""

    FAIL = "fail"
    UNPROVEN = "unproven"
    CONDITIONAL = "conditional"
    PROVEN = "proven"
    PAPER = "paper"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule that bears on an obligation, and what it was judged on."""

    rule: str
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of a stack. `hops` are the declared hops that it leans on, by their number in the report, from 1."""

    id: str
    standing: Standing
    hops: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """One adopted obligation. `why` is why it is not judged, `rest` what of it no plan shows, where some of it is."""

    obligation: Obligation
    instrument: str
    standing: Standing
    duties: tuple[DutyRow, ...] = ()
    shown: tuple[Shown, ...] = ()
    hops: tuple[int, ...] = ()
    waived: tuple[str, ...] = ()
    rest: str = ""
    why: str = ""
    paper: "Paper | None" = None

    @property
    def not_judged(self) -> bool:
        return self.standing is Standing.NOT_JUDGED

    @property
    def on_paper(self) -> str:
        return f"{self.paper.owner} answers for it: {self.paper.evidence}" if self.paper else ""

    @property
    def stands(self) -> str:
        """The standing in a few words."""
        hops = f" on hops {ranges(self.hops)}" if self.hops else ""
        return f"{self.obligation.id} {self.standing}{hops}{f' ({self.paper.owner})' if self.paper else ''}"

    @property
    def says(self) -> str:
        """What the standing rests on, in words."""
        parts = [f"{each.rule} on {some_of(list(each.on))}" for each in self.shown]
        if self.hops:
            parts.append(
                f"if hop{'s' if len(self.hops) > 1 else ''} {ranges(self.hops)} hold{'s' * (len(self.hops) == 1)}"
            )
        if self.waived:
            parts.append(f"waived: {', '.join(self.waived)}")
        return "; ".join(filter(None, (*parts, self.rest, self.on_paper, self.why)))


def obligations(
    adopted: Iterable[tuple[str, Obligation, str]],
    duties: Iterable[Duty],
    verdicts: Iterable[Verdict],
    hops: Sequence[DeclaredHop],
    papers: "Mapping[str, Paper]",
) -> tuple[ObligationRow, ...]:
    """Every obligation of the adopted texts, with how it stands."""
    of: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        for served in verdict.duties:
            of.setdefault(served, []).append(verdict)
    own: dict[str, list[Duty]] = {}
    for duty in duties:
        own.setdefault(duty.obligation.id, []).append(duty)
    return tuple(
        ObligationRow(obligation, instrument, Standing.NOT_JUDGED, why=why_not)
        if why_not
        else _row(obligation, instrument, own.get(obligation.id, []), of, hops, papers.get(obligation.id))
        for instrument, obligation, why_not in adopted
    )


def _row(
    obligation: Obligation,
    instrument: str,
    duties: Sequence[Duty],
    of: Mapping[str, Sequence[Verdict]],
    hops: Sequence[DeclaredHop],
    paper: "Paper | None",
) -> ObligationRow:
    rows = tuple(_duty(duty, of.get(duty.id, ()), hops) for duty in duties)
    verdicts = list({id(v): v for duty in duties for v in of.get(duty.id, ())}.values())
    judged = [row.standing for row in rows if row.standing is not Standing.NOT_JUDGED]
    if not judged:
        standing = Standing.PAPER if paper else Standing.NOT_JUDGED
        why = "" if paper else _why(obligation, duties, verdicts)
        return ObligationRow(obligation, instrument, standing, rows, why=why, paper=paper)
    rest = _rest(obligation) if not paper else ""
    standing = min(judged, key=list(Standing).index)
    if standing is Standing.PROVEN and _rest(obligation):
        standing = Standing.CONDITIONAL
    return ObligationRow(
        obligation,
        instrument,
        standing,
        rows,
        _shown(verdicts, standing),
        tuple(sorted({n for row in rows for n in row.hops})),
        tuple(dict.fromkeys(v.rule for v in verdicts if v.waived)),
        rest,
        paper=paper,
    )


def _duty(duty: Duty, verdicts: Sequence[Verdict], hops: Sequence[DeclaredHop]) -> DutyRow:
    """A duty by the verdicts that serve it: the worst decides, and what passes leans on hops that bear on its rule."""
    blocking = {verdict.outcome for verdict in verdicts if verdict.blocks}
    if blocking:
        return DutyRow(duty.id, Standing.FAIL if Outcome.FAIL in blocking else Standing.UNPROVEN)
    rules = {v.rule for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE}
    if not rules:
        return DutyRow(duty.id, Standing.NOT_JUDGED)
    classes: tuple[str | None, ...] = duty.classes or (None,)
    leaning = tuple(
        number
        for number, hop in enumerate(hops, 1)
        if any(hop.bears_on(rule, data_class) for rule in rules for data_class in classes)
    )
    waived = any(verdict.waived for verdict in verdicts)
    return DutyRow(duty.id, Standing.CONDITIONAL if leaning or waived else Standing.PROVEN, leaning)


def _shown(verdicts: Iterable[Verdict], standing: Standing) -> tuple[Shown, ...]:
    """The rules that decide, each with the names of what it was judged on."""
    blocked = standing in (Standing.FAIL, Standing.UNPROVEN)
    on: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        if verdict.blocks if blocked else verdict.outcome is Outcome.PASS:
            on.setdefault(verdict.rule, {})[verdict.name] = None
    return tuple(Shown(rule, tuple(names)) for rule, names in on.items())


def _rest(obligation: Obligation) -> str:
    """What of an obligation no plan shows."""
    seen = {"runtime": "only a running system shows the rest of it", "procedural": "the rest of it is on paper"}
    return " and ".join(seen[how] for how in obligation.check if how in seen)


def _why(obligation: Obligation, duties: Sequence[Duty], verdicts: Sequence[Verdict]) -> str:
    """Why an obligation is not judged."""
    if verdicts:
        return "; ".join(sorted({verdict.message for verdict in verdicts})[:3])
    if obligation.rules:
        return "no verdict is about it" if duties else "does not apply to what is declared"
    if "static" in obligation.check:
        return "no rule judges it"
    how = "only a running system shows it" if "procedural" not in obligation.check else "no plan shows it"
    return f"{how}, and the owner's file has no evidence for it"


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, those that follow each other as a range: `1-3, 7`."""
    found: list[list[int]] = []
    for n in numbers:
        if found and found[-1][-1] == n - 1:
            found[-1].append(n)
        else:
            found.append([n])
    return ", ".join(f"{of[0]}-{of[-1]}" if len(of) > 1 else str(of[0]) for of in found)
