"""The shape of a JSON report, version 1: what `to_json` writes, `preflight diff` reads, and the JSON schema describes.

A field is never renamed or removed within one version. Periods are ISO 8601 text; null is no bound at all.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import AfterValidator
from typing_extensions import TypedDict  # pydantic reads these only from here before Python 3.12

from im_stack.terms.period import read_period


def _written(text: str) -> str:
    read_period(text)
    return text


Period = Annotated[str, AfterValidator(_written)] | None
Outcome = Literal["fail", "unproven", "pass", "not applicable"]


class Evidence(TypedDict):
    resource: str
    argument: str
    grade: Literal["enforced", "configured", "assumed", "declared"]
    source: str
    note: str


class Hop(TypedDict):
    """Something that keeps data alive, and the least it could be set to. Not `known`: no plan shows the period."""

    label: str
    period: Period
    least: Period
    known: bool
    evidence: Evidence


class Path(TypedDict):
    place: str
    what: str
    end: Period
    hops: list[Hop]


Bound = TypedDict(
    "Bound",
    {
        "class": str,
        "latestEnd": Period,
        "known": bool,
        "earliestEnd": Period,
        "latestEndIfSweepsFail": Period,
        "limit": str,
        "paths": list[Path],
    },
)
"""The interval in which a datum of a class ends, and every path it can take, worst first."""

Chosen = TypedDict(
    "Chosen",
    {"class": str, "store": bool, "period": Period, "clock": str, "backups": str, "erasure": Period},
)
"""What the stack's owner declared about a class: `period` is how long it is kept at most, stored or in passing."""


class Objective(TypedDict):
    rpo: str
    rto: str


class Recovery(TypedDict):
    service: str
    zone: Objective
    mistake: Objective
    source: str


Store = TypedDict(
    "Store",
    {
        "store": str,
        "service": str,
        "holding": str,
        "class": str,
        "sealed": bool,
        "live": Period,
        "copiesReach": Period,
        "recovery": Recovery | None,
    },
)
"""What one holding keeps: its live copy, and how far back its longest copy reaches after that."""


class Verdict(TypedDict):
    """`subject` is a URN, a class, or empty for the stack; `source` is file and line, as the program's run saw them."""

    rule: str
    title: str
    subject: str
    name: str
    outcome: Outcome
    message: str
    fix: str
    duties: list[str]
    textDerived: bool
    evidence: Evidence | None
    waived: bool
    path: list[Hop]
    source: str


class DeclaredHop(TypedDict):
    subject: str
    who: str
    must: str


class Assumption(TypedDict):
    """What every proof leans on and no contract bounds; `most` where there is a number."""

    id: str
    statement: str
    most: NotRequired[str]
    source: str
    as_of: str


class Provider(TypedDict):
    version: str
    asked: int


class Excused(TypedDict):
    subject: str
    name: str
    message: str


class Settled(TypedDict):
    """What an update leaves as it is: a `fixed` argument, or one that only `grows`."""

    resource: str
    argument: str
    value: str | int | float | bool | list[str | int | float | bool]
    how: Literal["fixed", "grows"]
    source: str


class Waiver(TypedDict):
    rule: str
    resource: str
    reason: str
    owner: str
    evidence: str
    expires: str
    position: int
    holds: bool
    fault: str
    waives: list[Excused]


class Report(TypedDict):
    """One judged stack."""

    schema: Literal["im-preflight-report/1"]
    stack: str
    cloud: str
    region: str
    jurisdiction: str
    instruments: list[str]
    classes: list[Chosen]
    outcome: Outcome
    headline: str
    resources: int
    bounds: list[Bound]
    stores: list[Store]
    verdicts: list[Verdict]
    declaredHops: list[DeclaredHop]
    assumptions: list[Assumption]
    assumedHops: list[Hop]
    provider: Provider | None
    waivers: list[Waiver]
    size: NotRequired[str]
    settled: NotRequired[list[Settled]]


class Problem(TypedDict):
    what: str
    right: str
    key: str
    obligation: str
    file: str
    line: int | None


class Problems(TypedDict):
    """What stands in a report's place where a stack could not be judged."""

    schema: Literal["im-preflight-problems/1"]
    stack: str
    problems: list[Problem]
