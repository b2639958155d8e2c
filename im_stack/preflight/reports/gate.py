"""Gate: which of the findings that block decide the exit status of `preflight check`.

In: reports, and what the command line lets through: rules, known findings of a baseline, or all of them. Out: the same
reports, in which each such finding says why it is let through and the headline counts them; every verdict stays as it
is. What no waiver excuses is let through by nothing. Raises `InputError` for a rule or a baseline that is none.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from im_stack.policies.rule import Rule
from im_stack.preflight.reports.formats import save
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Judged, Report, Unjudged
from im_stack.terms.files.bounded import read_json
from im_stack.terms.problem import InputError, Problem, one_of

SCHEMA: Final = "im-preflight-baseline/1"
BASELINE: Final = Path(".preflight-baseline.json")
_LARGEST: Final = 64 << 20
_RIGHT: Final = "what preflight check --write-baseline writes"


@dataclass(frozen=True)
class Gate:
    """Of the `rules`, `only` are those that count (none: all), `skipped` those that do not; `soft` lets everything
    through that a waiver could excuse; `baseline` is the file of known findings, written first where `write` says so.

    Raises `InputError` for a baseline that is none, before anything is judged.
    """

    rules: Sequence[Rule]
    only: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    soft: bool = False
    baseline: Path | None = None
    write: bool = False
    _known: dict[str, Counter[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.baseline and not self.write:
            self._known.update(_read(self.baseline))

    def applied(self, reports: Sequence[Judged]) -> list[Judged]:
        """The reports with what is let through marked as such."""
        if self.baseline and self.write:
            save(self.baseline, self._written(reports), "--baseline")
            self._known.update(_read(self.baseline))
        return [report if isinstance(report, Unjudged) else self._applied(report) for report in reports]

    def _applied(self, report: Report) -> Report:
        left = Counter(self._known.get(report.stack, Counter()))
        findings = []
        for finding in report.findings:
            key, listed = _key(finding), ""
            if finding.blocks and left[key] > 0:
                left[key] -= 1
                listed = f"known in {self.baseline}"
            why = (listed or self._why(finding)) if self._may_pass(finding) else ""
            findings.append(replace(finding, let_through=why) if why else finding)
        gone = sum(left.values())
        return report.with_findings(findings, gone) if gone or findings != list(report.findings) else report

    def _why(self, finding: Finding) -> str:
        if finding.rule in self.skipped:
            return f"--skip-check {finding.rule}"
        if self.only and finding.rule not in self.only:
            return "not among --check"
        return "--soft-fail" if self.soft else ""

    def _may_pass(self, finding: Finding) -> bool:
        """Whether a finding that blocks may be let through: what no waiver excuses may not."""
        return finding.blocks and finding.waivable and finding.rule in self._waivable

    @cached_property
    def _waivable(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules if rule.waivable)

    def _written(self, reports: Sequence[Judged]) -> str:
        """The baseline's file as text: what blocks today and may be let through."""
        stacks: dict[str, list[dict[str, Any]]] = {}
        for report in reports:
            if isinstance(report, Report):
                found = [finding for finding in report.findings if self._may_pass(finding)]
                rows = [{"finding": f.message, "identity": [f.outcome.value, *f.identity]} for f in found]
                stacks[report.stack] = sorted(rows, key=lambda row: str(row["identity"]))
        return json.dumps({"schema": SCHEMA, "stacks": stacks}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def rules_named(words: Iterable[str], option: str, rules: Sequence[Rule]) -> frozenset[str]:
    """The rules that an option names, with commas or repeated. Raises `InputError` for an unknown one, and where
    `--skip-check` names one that nothing switches off."""
    named = [name.strip() for word in words for name in word.split(",") if name.strip()]
    known = {rule.id: rule for rule in rules}
    problems = []
    for name in named:
        if name not in known:
            problems.append(Problem(f"no rule is called {name!r}", one_of(name, known), option))
        elif option == "--skip-check" and not known[name].waivable:
            problems.append(Problem(f"{name} cannot be skipped, as it cannot be waived", "mend what it finds", option))
    if problems:
        raise InputError(*problems)
    return frozenset(named)


def _key(finding: Finding) -> str:
    """What identifies a finding in a baseline: one that gets worse is another."""
    return "\0".join((finding.outcome, *finding.identity))


def _read(path: Path) -> dict[str, Counter[str]]:
    """The known findings of a baseline by stack: what identifies each, and how often it is there.

    Raises `InputError` where it is none.
    """
    document = read_json(path, _LARGEST, _RIGHT)
    try:
        if document["schema"] != SCHEMA:
            raise KeyError
        return {
            str(stack): Counter("\0".join(map(str, row["identity"])) for row in rows)
            for stack, rows in document["stacks"].items()
        }
    except (KeyError, TypeError, AttributeError):
        raise InputError(Problem("this is no baseline", _RIGHT, "--baseline", file=str(path))) from None
