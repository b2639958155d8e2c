"""The tables under tests/cases, read once: resources and a declaration in, expected outcomes of one rule out.

`expect` is the worst outcome for each subject. `finds` is one finding of the rule:
    outcome its outcome, where it is none of the expected ones
    at      the resource and argument that is its evidence: `bucket.acl`, `bucket` where there is no argument
    period  the sum of its hops as an ISO 8601 duration, or `never`, or `unknown`
    least   the least that this sum could be set to, as its provider's floors allow
    names   data that its message must contain: arguments, values, permissions, periods, names of copies; never prose
    fix     the same of its fix
    duties  obligations that it serves
`hops` are the subjects of all declared hops.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from im_stack.facts.mechanism.cloud import package_of
from im_stack.facts.model import Resource
from im_stack.policies import judge as judging
from im_stack.policies.bounds.bound import Path as Hops
from im_stack.policies.judge import Judgement, Verdict, judge
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.duties.resolve import Duties
from im_stack.terms.files.yaml_file import read_yaml
from im_stack.terms.period import PeriodError, format_period, read_period, spell_period
from tests.harness.world import HOMES, TODAY, duties, outcome, registrations

_CASES = Path(__file__).parent.parent / "cases"
Lift = Callable[[Iterable[Registration]], list[Resource]]


@dataclass(frozen=True, eq=False)
class Case:
    """One case of a table. `types` is every resource type in it, its provider included."""

    stem: str
    rule: str
    name: str
    registrations: list[Registration]
    duties: Duties
    expect: Mapping[str, str]
    finds: Mapping[str, Any]
    hops: frozenset[str] | None = None

    @property
    def types(self) -> frozenset[str]:
        return frozenset(r["type"] for r in self.registrations)

    def __str__(self) -> str:
        return f"{self.stem}: {self.name}"


@cache
def tables() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Tables by file name."""
    return tuple((path.stem, read_yaml(path)) for path in sorted(_CASES.rglob("*.yaml")))


@cache
def cases() -> tuple[Case, ...]:
    """Cases of all tables."""
    return tuple(case_of(stem, table, case) for stem, table in tables() for case in table["cases"])


def case_of(stem: str, table: dict[str, Any], case: dict[str, Any]) -> Case:
    """The case that a row of a table describes."""
    mine = {row["name"] for row in case["resources"]}
    rows = [row for row in table.get("given", []) if row["name"] not in mine] + case["resources"]
    place = HOMES[table.get("cloud", "tencent")]
    under = _duties(json.dumps(place | case.get("declaration", {})))
    made = registrations(rows, place["region"], package_of(place["cloud"]))
    hops = frozenset(case["hops"]) if "hops" in case else None
    return Case(stem, table["rule"], case["name"], made, under, case["expect"], case.get("finds", {}), hops)


@cache
def _duties(changes: str) -> Duties:
    return duties(**json.loads(changes))


def judged(case: Case, lift: Lift = to_resources) -> Judgement:
    """Judgement of a case; `lift` may change its resources first."""
    return judge(lift(case.registrations), case.duties, today=TODAY)


def found(case: Case, judgement: Judgement) -> dict[str, str]:
    """Outcome of the case's rule for every subject with an expectation."""
    return {subject: outcome(judgement, case.rule, subject) for subject in case.expect}


def finds(case: Case, judgement: Judgement) -> bool:
    """Whether one of the rule's findings is the one that the case describes, and the declared hops are its own."""
    if case.hops not in (None, {hop.subject.rpartition(" ")[2] for hop in judgement.declared_hops}):
        return False
    mine = (v for v in judgement.verdicts if v.rule == case.rule)
    return not case.finds or any(_is_found(case, verdict) for verdict in mine)


def _is_found(case: Case, verdict: Verdict) -> bool:
    wanted = case.finds
    outcomes = [wanted["outcome"]] if "outcome" in wanted else case.expect.values()
    return (
        verdict.outcome.value in outcomes
        and wanted.get("at") in (None, place_of(verdict))
        and set(wanted.get("duties", ())) <= {*verdict.duties}
        and wanted.get("period") in (None, period_of(verdict))
        and wanted.get("least") in (None, format_period(Hops("", "", verdict.hops).least))
        and all(whole(str(name)).search(verdict.message) for name in _names(wanted))
        and all(whole(str(name)).search(verdict.fix) for name in wanted.get("fix", ()))
    )


def place_of(verdict: Verdict) -> str:
    """The resource and argument that is a verdict's evidence; empty where it has none."""
    evidence = verdict.evidence
    return f"{evidence.resource.rsplit('::', 1)[-1]}.{evidence.argument}".rstrip(".") if evidence else ""


def period_of(verdict: Verdict) -> str:
    """The sum of a verdict's hops; empty where it has none."""
    if not verdict.hops:
        return ""
    path = Hops("", "", verdict.hops)
    return "unknown" if path.unknown else "never" if path.total is None else format_period(path.total)


def _names(wanted: Mapping[str, Any]) -> list[str]:
    """What the message must contain: what the row names, and the period where it is one."""
    period = wanted.get("period", "never")
    return [*wanted.get("names", ()), *([] if period in ("never", "unknown") else [period])]


@cache
def whole(name: str) -> re.Pattern[str]:
    """A name as a whole; a period as the product spells periods."""
    before = after = ""
    with suppress(PeriodError):
        name, before, after = spell_period(read_period(name)), r"(?<!\d [dh] )(?<!\d min )", r"(?! \d+ (h|min|s)\b)"
    return re.compile(rf"(?<![\w-]){before}{re.escape(name)}(?![\w-]){after}")


@contextmanager
def _only(case: Case) -> Iterator[None]:
    """Limit judgement to the case's rule, which saves two thirds of the time. A case with waivers needs all rules."""
    module = vars(judging)
    rules = module["RULES"]
    if not case.duties.declaration.waivers:
        module["RULES"] = tuple(other for other in rules if other.id == case.rule)
    try:
        yield
    finally:
        module["RULES"] = rules


def red(case: Case, lift: Lift = to_resources) -> bool:
    """Whether the case's outcomes differ from its expectations."""
    with _only(case):
        judgement = judged(case, lift)
    return found(case, judgement) != case.expect or not finds(case, judgement)
