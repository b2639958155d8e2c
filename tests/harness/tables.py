"""Test tables under tests/cases: reading them, judging a case, and comparing outcomes with its expectations."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from im_stack.facts.mechanism.cloud import package_of
from im_stack.facts.model import Resource
from im_stack.policies import judge as judging
from im_stack.policies.judge import Judgement, judge
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.resolve import Duties
from im_stack.terms.yaml_file import read_yaml
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
    says: str

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
    return Case(stem, table["rule"], case["name"], made, under, case["expect"], case.get("says", ""))


@cache
def _duties(changes: str) -> Duties:
    return duties(**json.loads(changes))


def judged(case: Case, lift: Lift = to_resources) -> Judgement:
    """Judgement of a case; `lift` may change its resources first."""
    return judge(lift(case.registrations), case.duties, today=TODAY)


def found(case: Case, judgement: Judgement) -> dict[str, str]:
    """Outcome of the case's rule for every subject with an expectation."""
    return {subject: outcome(judgement, case.rule, subject) for subject in case.expect}


def words(case: Case, judgement: Judgement) -> str:
    """All messages and fixes of the case's rule."""
    return "\n".join(f"{v.message} {v.fix}" for v in judgement.verdicts if v.rule == case.rule)


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
    return found(case, judgement) != case.expect or case.says not in words(case, judgement)
