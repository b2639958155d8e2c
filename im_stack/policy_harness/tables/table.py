"""Table: a YAML file of cases, each a deployment with expected verdicts (docs/extending/policy-harness.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from im_stack.policy_harness.errors import Problem, TableError
from im_stack.policy_harness.protocol.verdicts import EnforcementLevel, Outcome
from im_stack.policy_harness.protocol.wire import Resource, Stack, plain, struct, walk
from im_stack.policy_harness.tables.line_map import Key, LineMap, read_with_lines
from im_stack.policy_harness.tables.notation import NotationFault
from im_stack.policy_harness.tables.rows import CaseRow, ExpectRow, Named, ResourceRow, StackRow, TableRow, is_secret

T = TypeVar("T")


@dataclass(frozen=True)
class Expected:
    """Expected verdict of a policy on one resource, or on all of them where `urn` is None."""

    policy: str
    outcome: Outcome
    urn: str | None
    resource: str
    message: str | None
    level: EnforcementLevel | None
    remediated: Mapping[str, Any] | None = field(repr=False)
    line: int | None


@dataclass(frozen=True)
class Case:
    """One deployment with its expectations."""

    name: str
    file: str
    line: int | None
    stack: Stack
    policy_config: Mapping[str, Any]
    policy_config_line: int | None
    resources: Sequence[Resource]
    expected: Sequence[Expected]
    others_pass: bool

    def __str__(self) -> str:
        return self.name

    def problem(self, what: str, line: int | None = None, key: str = "") -> TableError:
        """A fault of this case that is found only with the pack."""
        return TableError([Problem(self.file, line or self.line, key or self.name, what)])


@dataclass(frozen=True)
class Table:
    file: str
    cases: Sequence[Case]


def read_table(path: Path) -> Table:
    """Table from its file. Raises `TableError` with all problems: file, line, key and what is wrong."""
    document, line_map = read_with_lines(path)
    row = _parsed(TypeAdapter(TableRow), document, line_map)
    problems: list[Problem] = []
    cases: list[Case] = []
    names: set[str] = set()
    for index, case in enumerate(row.cases):
        at: Key = ("cases", index)
        if case.name in names:
            problems.append(line_map.problem((*at, "name"), f"there is another case {case.name!r}"))
        names.add(case.name)
        try:
            cases.append(_case(row, case, at, line_map))
        except NotationFault as fault:
            problems.append(line_map.problem(fault.key, fault.what))
    if problems:
        raise TableError(list(dict.fromkeys(problems)))
    return Table(str(path), cases)


def resources(rows: Sequence[Mapping[str, Any]], stack: Stack | None = None) -> list[Resource]:
    """Resources from rows in a table's notation, for tests in Python. Raises `TableError`."""
    line_map = LineMap("resources")
    parsed = _parsed(TypeAdapter(list[ResourceRow]), list(rows), line_map)
    try:
        return Named([(row, (index,)) for index, row in enumerate(parsed)], stack or Stack()).resources()
    except NotationFault as fault:
        raise TableError([line_map.problem(fault.key, fault.what)]) from None


def _parsed(model: TypeAdapter[T], document: Any, line_map: LineMap) -> T:
    try:
        return model.validate_python(document)
    except ValidationError as error:
        raise TableError(
            [line_map.problem(tuple(e["loc"]), _said(e)) for e in error.errors(include_input=False)]
        ) from None


def _said(error: Any) -> str:
    """pydantic's error in the words of a table."""
    known = {
        "extra_forbidden": "is no key here",
        "missing": "is missing",
        "too_short": "is empty: a case that expects nothing proves nothing",
    }
    text: str = error["msg"]
    return known.get(error["type"], text.removeprefix("Value error, "))


def _case(table: TableRow, case: CaseRow, at: Key, line_map: LineMap) -> Case:
    stack = _stack(case.stack.over(table.stack), at, line_map)
    named = Named(list(_rows(table, case, at)), stack)
    config = table.policy_config if case.policy_config is None else case.policy_config
    config_at: Key = ("policyConfig",) if case.policy_config is None else (*at, "policyConfig")
    return Case(
        name=case.name,
        file=line_map.file,
        line=line_map.problem((*at, "name"), "").line,
        stack=stack,
        policy_config=config,
        policy_config_line=line_map.problem(config_at, "").line,
        resources=named.resources(),
        expected=[e for policy, rows in case.expect.items() for e in _expected(policy, rows, named, at, line_map)],
        others_pass=case.others == "pass",
    )


def _stack(row: StackRow, at: Key, line_map: LineMap) -> Stack:
    for key, value in row.config.items():
        own: Key = (*at, "stack", "config", key)
        where: Key = own if own in line_map.lines else ("stack", "config", key)
        if ":" not in key:
            raise NotationFault(where, f"has no namespace: {row.project}:{key}")
        if _has_notation(value["$secret"] if is_secret(value) else value):
            raise NotationFault(where, "is a plain value, or as a whole {$secret: value}")
    return row.stack()


def _has_notation(value: Any) -> bool:
    return any(key.startswith("$") for inner in walk(value) if isinstance(inner, dict) for key in inner)


def _rows(table: TableRow, case: CaseRow, at: Key) -> Iterator[tuple[ResourceRow, Key]]:
    """Rows of the table and of the case; a case's row replaces the table's row of the same name."""
    shared = {row.name for row in table.resources}
    own = {row.name: (row, (*at, "resources", i)) for i, row in enumerate(case.resources) if row.name in shared}
    for index, row in enumerate(table.resources):
        yield own.get(row.name, (row, ("resources", index)))
    for index, row in enumerate(case.resources):
        place: Key = (*at, "resources", index)
        if row.name not in shared or own[row.name][1] != place:
            yield row, place


def _expected(policy: str, rows: Sequence[ExpectRow], named: Named, at: Key, line_map: LineMap) -> Iterator[Expected]:
    several = (*at, "expect", policy, 0) in line_map.lines
    for index, row in enumerate(rows):
        where: Key = (*at, "expect", policy, index) if several else (*at, "expect", policy)
        remediated = None
        if row.remediated is not None:
            wire = named.wire(row.remediated, (*where, "remediated"))[0]
            remediated = plain(struct(wire, internal=True))
        yield Expected(
            policy=policy,
            outcome=row.outcome,
            urn=None if row.resource is None else named.subject(row.resource, (*where, "resource")),
            resource=row.resource or "",
            message=row.message,
            level=row.level,
            remediated=remediated,
            line=line_map.problem(where, "").line,
        )
