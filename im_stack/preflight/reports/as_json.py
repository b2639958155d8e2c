"""JSON report: its model, version 1, from which `to_json` writes, `preflight diff` reads, and the JSON schema derives.

A field is never renamed or removed within one version. In Python a period is a `timedelta`, in JSON it is ISO 8601
text; null is no bound at all. The same judgement gives the same bytes. Rows are read from the attributes of what they
mirror; where the two have different names, a field says so.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
    model_serializer,
)
from pydantic.alias_generators import to_camel

from im_stack.facts.mechanism.tables import recovery
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import format_period, read_period
from im_stack.terms.problem import InputError


def _read(value: Any) -> Any:
    return read_period(value) if isinstance(value, str) else value


Limit = Annotated[timedelta, BeforeValidator(_read), PlainSerializer(format_period), WithJsonSchema({"type": "string"})]
Period = Limit | None
Outcome = Literal["fail", "unproven", "pass", "not applicable"]
Grade = Literal["enforced", "configured", "assumed", "declared"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, validate_by_name=True, alias_generator=to_camel)


def _of(name: str, attribute: str) -> Any:
    """A field called `name` in JSON, read from another attribute of what it mirrors."""
    return Field(validation_alias=AliasChoices(name, attribute), serialization_alias=name)


def _may_lack(schema: dict[str, Any]) -> None:
    """A field that a report of an older version lacks: text where it is there, never null."""
    schema.pop("default")
    if schema.pop("anyOf", None):
        schema["type"] = "string"


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
    earliest: Period = _of("earliestEnd", "earliest")
    if_sweeps_fail: Period = _of("latestEndIfSweepsFail", "if_sweeps_fail")
    paths: list[Path]


class Chosen(_Row):
    """Declaration of a class: `period` is how long it is kept at most, stored or in passing."""

    data_class: str = _of("class", "data_class")
    store: bool
    period: Period
    clock: str
    backups: str
    erasure: Period


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
    waived: bool
    hops: list[Hop] = _of("path", "hops")
    source: str

    @property
    def blocks(self) -> bool:
        return self.outcome in ("fail", "unproven") and not self.waived


class DeclaredHop(_Row):
    subject: str
    who: str
    must: str


class Assumption(_Row):
    """An assumption of every proof that no contract guarantees; `most` where there is a number."""

    id: str
    statement: str
    most: str | None = Field(None, json_schema_extra=_may_lack)
    source: str
    as_of: str = Field(alias="as_of")

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: Any) -> dict[str, Any]:
        return {key: value for key, value in serialize(self).items() if value is not None}


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


class Waiver(_Row):
    """`fault` says why a waiver excuses nothing."""

    rule: str
    resource: str
    reason: str
    owner: str
    evidence: str
    expires: Annotated[str, BeforeValidator(str)]
    position: int
    holds: bool
    fault: str
    waives: list[Excused]


class Report(_Row):
    """One judged stack."""

    schema_: Literal["im-preflight-report/1"] = Field(alias="schema")
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
    declared_hops: list[DeclaredHop]
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


def to_json(results: Sequence[tuple[str, Checked]], every: bool) -> str:
    """The reports on stacks as JSON text: a list of them, in order, or the first alone where not `every` was asked."""
    rows = [
        _problems(name, checked) if isinstance(checked, InputError) else report(checked) for name, checked in results
    ]
    documents = [row.model_dump(mode="json", by_alias=True) for row in rows]
    return json.dumps(documents if every else documents[0], indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON schema of what `to_json` writes."""
    return TypeAdapter(AnyReport | list[AnyReport]).json_schema()


def _problems(stack: str, error: InputError) -> Problems:
    return Problems.model_validate({"schema": "im-preflight-problems/1", "stack": stack, "problems": error.problems})


def report(check: Check) -> Report:
    """The whole judgement of a stack."""
    judgement, duties = check.judgement, check.duties
    home, declaration = duties.home, duties.declaration
    return Report.model_validate(
        {
            "schema": "im-preflight-report/1",
            "stack": check.stack.stack,
            "cloud": home.cloud,
            "region": home.id,
            "jurisdiction": home.jurisdiction,
            "instruments": sorted(declaration.instruments),
            "classes": [
                {
                    "class": name,
                    "store": choice.store,
                    "period": choice.period or choice.transient,
                    "clock": choice.clock or "birth",
                    "backups": choice.backups,
                    "erasure": choice.erasure.within if choice.erasure else None,
                }
                for name, choice in sorted(declaration.classes.items())
            ],
            "outcome": judgement.outcome,
            "headline": judgement.headline,
            "resources": judgement.resources,
            "bounds": [_With(bound, limit=limit) for bound, limit in judgement.bounds],
            "stores": [_With(row, recovery=recovery(home.cloud).get(row.service)) for row in judgement.retention],
            "verdicts": [
                _With(verdict, waived=verdict.waived is not None, source=check.source_of(verdict))
                for verdict in judgement.verdicts
            ],
            "declaredHops": judgement.declared_hops,
            "assumptions": duties.assumptions,
            "assumedHops": judgement.assumptions,
            "provider": check.accepted,
            "waivers": [
                _With(
                    row.waiver,
                    position=row.position,
                    holds=not row.fault,
                    fault=row.fault or row.idle,
                    waives=row.waives,
                )
                for row in judgement.waivers
            ],
            "size": declaration.size,
            "settled": check.settled,
        }
    )


class _With:
    """An object with further attributes, or others."""

    def __init__(self, base: object, **more: Any) -> None:
        self._base = base
        self.__dict__ |= more

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)
