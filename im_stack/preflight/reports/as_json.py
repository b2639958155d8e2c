"""JSON report: its rows, version 1, from which `to_json` writes, `preflight diff` reads, and the JSON schema derives.

A field is never renamed or removed within one version. In Python a period is a `timedelta`, in JSON it is ISO 8601
text; null is no bound at all. The same judgement gives the same bytes. Rows are read from the attributes of the report
(`model`); where a field has another name there, it says so.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from im_stack.preflight.reports.model.report import Judged, Unjudged
from im_stack.terms.period import format_period, read_period


def _read(value: Any) -> Any:
    return read_period(value) if isinstance(value, str) else value


Limit = Annotated[timedelta, BeforeValidator(_read), PlainSerializer(format_period), WithJsonSchema({"type": "string"})]
Period = Limit | None
Outcome = Literal["fail", "unproven", "pass", "not applicable"]
Grade = Literal["enforced", "configured", "assumed", "declared"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, validate_by_name=True, alias_generator=to_camel)


def _of(name: str, *attributes: str) -> Any:
    """A field called `name` in JSON, read from another attribute of the report, or one of an attribute."""
    return Field(validation_alias=AliasChoices(AliasPath(*attributes), name), serialization_alias=name)


def _may_lack(schema: dict[str, Any]) -> None:
    """A field that a report of an older version lacks: text where it is there, never null."""
    schema.pop("default")
    if schema.pop("anyOf", None):
        schema["type"] = "string"


def _may_be_null(schema: dict[str, Any]) -> None:
    """A field that a report of an older version lacks."""
    schema.pop("default")


class Evidence(_Row):
    resource: str
    argument: str
    grade: Grade
    source: str
    note: str


class Hop(_Row):
    """Something that keeps data alive, and the least it could be set to. Not `known`: no plan shows the period."""

    label: str
    period: Period
    least: Period
    known: bool
    evidence: Evidence


class Path(_Row):
    place: str
    what: str
    end: Period = _of("end", "total")
    hops: list[Hop]


class Bound(_Row):
    """The interval in which a datum of a class ends, and every path it can take, worst first."""

    data_class: str = _of("class", "data_class")
    limit: Limit
    latest: Period = _of("latestEnd", "latest")
    known: bool
    since: str = Field("", json_schema_extra=_may_lack, description="the events it counts from; empty: from its clock")
    earliest: Period = _of("earliestEnd", "earliest")
    if_sweeps_fail: Period = _of("latestEndIfSweepsFail", "if_sweeps_fail")
    paths: list[Path]


class Chosen(_Row):
    """Declaration of a class: `period` is how long it is kept at most, stored or in passing."""

    data_class: str = _of("class", "name")
    store: bool = _of("store", "choice", "store")
    period: Period
    clock: str
    backups: str = _of("backups", "choice", "backups")
    form: str = Field("", json_schema_extra=_may_lack, description="what ends a sealed record, or empty")
    erasure: Period
    migration: Period = Field(
        None,
        validation_alias=AliasChoices(AliasPath("choice", "migration"), "migration"),
        description="in which a shorter period applies to what is already written; null: it keeps its old one",
        json_schema_extra=_may_be_null,
    )


class Objective(_Row):
    rpo: str
    rto: str


class Recovery(_Row):
    service: str
    zone: Objective
    mistake: Objective
    source: str


class Store(_Row):
    """Retention of one holding: its live copy, and how far back its longest copy reaches after that."""

    store: str = _of("store", "place")
    service: str
    holding: str
    data_class: str = _of("class", "data_class")
    sealed: bool
    live: Period
    copies_reach: Period = _of("copiesReach", "reach")
    recovery: Recovery | None


class Verdict(_Row):
    """`subject` is a URN, a class, or empty for the stack; `source` is file and line, as the program's run saw them."""

    rule: str
    title: str
    subject: str
    name: str
    outcome: Outcome
    message: str
    fix: str
    duties: list[str]
    text_derived: bool
    evidence: Evidence | None
    waived: Annotated[bool, BeforeValidator(bool)]
    let_through: str = Field("", json_schema_extra=_may_lack, description="the option that lets it through, or empty")
    hops: list[Hop] = _of("path", "hops")
    source: str

    @property
    def blocks(self) -> bool:
        return self.outcome in ("fail", "unproven") and not self.waived


class Fulfilled(_Row):
    """Evidence of the owner's file for a declared hop."""

    who: str
    when: Annotated[str, BeforeValidator(str)]
    evidence: str
    signature: str


class DeclaredHop(_Row):
    subject: str
    who: str
    must: str
    fulfilled: Fulfilled | None = Field(None, json_schema_extra=_may_be_null)


class Shown(_Row):
    """A rule, and the names of what it was judged on."""

    rule: str
    on: list[str]


class Paper(_Row):
    """Evidence of the owner's file for what no plan shows."""

    owner: str
    evidence: str


class Obligation(_Row):
    """An adopted obligation and how it stands. `hops` are those that it leans on, by their position in `declaredHops`
    from 1; `waived` the rules that are waived, `rest` what of it no plan shows, `why` why it is not judged."""

    id: str = _of("id", "obligation", "id")
    instrument: str
    summary: str = _of("summary", "obligation", "summary")
    kind: str = _of("kind", "obligation", "kind")
    standing: Literal["fail", "unproven", "conditional", "proven", "paper", "not judged"]
    shown: list[Shown]
    hops: list[int]
    waived: list[str]
    rest: str
    why: str
    paper: Paper | None


class Assumption(_Row):
    """An assumption of every proof that no contract guarantees; `most` where there is a number."""

    id: str
    statement: str
    most: str | None = Field(None, json_schema_extra=_may_lack, exclude_if=lambda value: value is None)
    source: str
    as_of: str = Field(alias="as_of")


class Provider(_Row):
    version: str
    asked: int


class Excused(_Row):
    subject: str
    name: str
    message: str


Value = str | int | float | bool


class Settled(_Row):
    """An argument that no update changes (`fixed`), or only makes larger (`grows`)."""

    resource: str
    argument: str
    value: Value | list[Value]
    how: Literal["fixed", "grows"]
    source: str


class Provenance(_Row):
    """The version that judged, and SHA-256 of the declaration with its defaults and of the adopted texts."""

    version: str
    declaration: str
    terms: str


class Waiver(_Row):
    """`fault` says why a waiver excuses nothing."""

    rule: str = _of("rule", "waiver", "rule")
    resource: str = _of("resource", "waiver", "resource")
    reason: str = _of("reason", "waiver", "reason")
    owner: str = _of("owner", "waiver", "owner")
    evidence: str = _of("evidence", "waiver", "evidence")
    expires: Annotated[str, BeforeValidator(str)] = _of("expires", "waiver", "expires")
    hold: str = Field(
        "",
        validation_alias=AliasChoices(AliasPath("waiver", "hold"), "hold"),
        json_schema_extra=_may_lack,
        description="ground, law and first day, where an adopted text demands it in words",
    )
    position: int
    holds: bool
    fault: str = _of("fault", "idle_because")
    waives: list[Excused]


class Report(_Row):
    """One judged stack."""

    schema_: Literal["im-preflight-report/1"] = Field(alias="schema")
    stack: str
    cloud: str = _of("cloud", "home", "cloud")
    region: str = _of("region", "home", "id")
    jurisdiction: str = _of("jurisdiction", "home", "jurisdiction")
    instruments: list[str]
    classes: list[Chosen]
    outcome: Outcome
    headline: str
    resources: int
    bounds: list[Bound]
    stores: list[Store]
    verdicts: list[Verdict] = _of("verdicts", "findings")
    declared_hops: list[DeclaredHop]
    obligations: list[Obligation] = Field([], json_schema_extra=_may_lack)
    provenance: Provenance | None = Field(None, json_schema_extra=_may_be_null)
    assumptions: list[Assumption]
    assumed_hops: list[Hop]
    provider: Provider | None
    waivers: list[Waiver]
    size: str | None = Field(None, json_schema_extra=_may_lack)
    settled: list[Settled] = Field([], json_schema_extra=_may_lack)


class Problem(_Row):
    what: str
    right: str
    key: str
    obligation: str
    file: str
    line: int | None


class Problems(_Row):
    """In place of a report, the reasons why a stack could not be judged."""

    schema_: Literal["im-preflight-problems/1"] = Field(alias="schema")
    stack: str
    problems: list[Problem]


AnyReport = Report | Problems


def to_json(reports: Sequence[Judged], every: bool) -> str:
    """The reports on stacks as JSON text: a list of them, in order, or the first alone where not `every` was asked."""
    documents = [row(report).model_dump(mode="json", by_alias=True) for report in reports]
    return json.dumps(documents if every else documents[0], indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON schema of what `to_json` writes."""
    return TypeAdapter(AnyReport | list[AnyReport]).json_schema(mode="serialization")


def row(report: Judged) -> AnyReport:
    """What JSON has of a report."""
    return (Problems if isinstance(report, Unjudged) else Report).model_validate(report)
