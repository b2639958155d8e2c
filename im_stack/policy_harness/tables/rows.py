"""Rows of a table as pydantic models, and their conversion to resources."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from im_stack.policy_harness.protocol.verdicts import EnforcementLevel, Outcome
from im_stack.policy_harness.protocol.wire import PROVIDER, Options, Resource, Stack
from im_stack.policy_harness.tables.line_map import Key
from im_stack.policy_harness.tables.notation import NotationFault, Values

STACK: Final = "$stack"
"""How an expectation names the stack itself."""
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class Row(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=to_camel, hide_input_in_errors=True
    )


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if not match:
            raise ValueError("is no time: a number of seconds, or 90s, 5m, 1h")
        return float(match.group(1)) * _SECONDS[match.group(2)]
    return value


def _token(value: str) -> str:
    if not re.fullmatch(r"[\w.-]+:[\w./-]*:[\w.:-]+", value):
        raise ValueError("is no resource type: package:module/type:Type")
    return value


def _as_rows(value: Any) -> Any:
    """`fail` and `{outcome: fail}` are short for a list of one."""
    rows = value if isinstance(value, list) else [value]
    return [{"outcome": row} if isinstance(row, str) else row for row in rows]


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]


class TimeoutsRow(Row):
    create: Seconds = 0
    update: Seconds = 0
    delete: Seconds = 0


class OptionsRow(Row):
    parent: str | None = None
    provider: str | None = None
    depends_on: list[str] = []
    protect: bool = False
    ignore_changes: list[str] = []
    delete_before_replace: bool | None = None
    additional_secret_outputs: list[str] = []
    aliases: list[str] = []
    custom_timeouts: TimeoutsRow = TimeoutsRow()


class ResourceRow(Row):
    name: str = Field(min_length=1)
    type: Annotated[str, AfterValidator(_token)]
    properties: dict[str, Any] = {}
    outputs: dict[str, Any] | None = None
    component: bool = False
    default: bool = Field(False, description="a default provider: of everything of its package that names none")
    options: OptionsRow = OptionsRow()


class StackRow(Row):
    project: str = "project"
    name: str = "test"
    organization: str = "organization"
    dry_run: bool = True
    config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    configured: bool = True

    def over(self, base: "StackRow") -> "StackRow":
        """This row with absent fields from another; configuration and tags merge by key."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        merged = {"config": base.config | self.config, "tags": base.tags | self.tags}
        return base.model_copy(update=own | merged)

    def stack(self) -> Stack:
        """The stack of this row; values become text as in `pulumi config`."""
        secrets = tuple(key for key, value in self.config.items() if is_secret(value))
        plain = {key: value["$secret"] if key in secrets else value for key, value in self.config.items()}
        config = {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}
        return Stack(**self.model_dump(exclude={"config"}), config=config, secrets=secrets)


def is_secret(value: Any) -> bool:
    """Whether a value of the configuration is `{$secret: ...}`."""
    return isinstance(value, dict) and set(value) == {"$secret"}


def _member(kind: type[StrEnum], what: str) -> BeforeValidator:
    """A text as a member of an enumeration; the fault names all of them."""

    def member(value: Any) -> Any:
        if value not in list(kind):
            raise ValueError(f"is no {what}, one of {', '.join(kind)}")
        return kind(value)

    return BeforeValidator(member)


class ExpectRow(Row):
    outcome: Annotated[Outcome, _member(Outcome, "outcome")]
    resource: str | None = None
    message: str | None = None
    level: Annotated[EnforcementLevel, _member(EnforcementLevel, "enforcement level")] | None = None
    remediated: dict[str, Any] | None = None


ExpectRows = Annotated[list[ExpectRow], BeforeValidator(_as_rows), Field(min_length=1)]


class CaseRow(Row):
    name: str = Field(min_length=1)
    stack: StackRow = StackRow()
    policy_config: dict[str, Any] | None = None
    resources: list[ResourceRow] = []
    expect: dict[str, ExpectRows] = Field(min_length=1)
    others: Literal["any", "pass"] = "any"


class TableRow(Row):
    stack: StackRow = StackRow()
    policy_config: dict[str, Any] = {}
    resources: list[ResourceRow] = []
    cases: list[CaseRow] = Field(min_length=1)


class Named:
    """Rows of one deployment by name with their places, converted to resources with URNs.

    All methods raise `NotationFault`.
    """

    def __init__(self, rows: Sequence[tuple[ResourceRow, Key]], stack: Stack) -> None:
        self._stack = stack
        self._rows = {row.name: (row, at) for row, at in rows}
        self._defaults = {row.type: self.urn(row.name) for row, _ in rows if row.default}
        if len(self._rows) < len(rows):
            names = [row.name for row, _ in rows]
            name, at = next((row.name, at) for i, (row, at) in enumerate(rows) if row.name in names[:i])
            raise NotationFault((*at, "name"), f"there is another resource {name!r}")

    def urn(self, name: str) -> str:
        """URN of a resource, with the types of its parents. Raises `KeyError`."""
        chain: list[str] = []
        seen: list[str] = []
        at: str | None = name
        while at is not None:
            row, place = self._rows[at]
            if at in seen:
                raise NotationFault((*place, "options", "parent"), f"{at!r} is its own parent")
            seen.append(at)
            chain.insert(0, row.type)
            at = row.options.parent
        return self._stack.urn("$".join(chain), name)

    def resources(self) -> list[Resource]:
        """Resources of the rows, in order."""
        return [self._resource(row, at) for row, at in self._rows.values()]

    def _resource(self, row: ResourceRow, at: Key) -> Resource:
        options: Key = (*at, "options")
        inputs, links = self.wire(row.properties, (*at, "properties"))
        if row.default and (not row.type.startswith(PROVIDER) or row.options.parent):
            raise NotationFault((*at, "default"), "is for a provider without a parent")
        parent = None if row.default else self._look(row.options.parent, (*options, "parent"))
        return Resource(
            type=row.type,
            name=row.name,
            urn=self.urn(row.name),
            inputs=inputs,
            outputs=None if row.outputs is None else self.wire(row.outputs, (*at, "outputs"))[0],
            custom=not row.component,
            parent=parent,
            provider=self._provider(row, (*options, "provider")),
            dependencies=[self._look(name, (*options, "dependsOn")) for name in row.options.depends_on],
            property_dependencies=links,
            options=_options(row.options),
        )

    def wire(self, values: Mapping[str, Any], at: Key) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Properties in wire form, and the URNs that each depends on."""
        made: dict[str, Any] = {}
        links: dict[str, list[str]] = {}
        for key, value in values.items():
            turned = Values(self.urn, self._stack.dry_run)
            made[key] = turned.wire(value, (*at, key))
            if turned.links:
                links[key] = turned.links
        return made, links

    def _look(self, name: str | None, at: Key) -> str:
        if name is None:
            return ""
        if name not in self._rows:
            near = get_close_matches(name, self._rows, 1)
            raise NotationFault(at, f"there is no resource {name!r}" + (f"; is it {near[0]!r}?" if near else ""))
        return self.urn(name)

    def _provider(self, row: ResourceRow, at: Key) -> str:
        name = row.options.provider
        urn = self._look(name, at)
        package = row.type.split(":", 1)[0]
        if name is None:
            return self._defaults.get(f"{PROVIDER}{package}", "")
        if row.component or row.type.startswith(PROVIDER):
            raise NotationFault(at, "no provider makes a component or a provider")
        if self._rows[name][0].type != f"{PROVIDER}{package}":
            raise NotationFault(at, f"{name!r} is no {PROVIDER}{package}")
        return urn

    def subject(self, name: str, at: Key) -> str:
        """URN of the resource that an expectation names."""
        return self._stack.root if name == STACK else self._look(name, at)


def _options(row: OptionsRow) -> Options:
    seen = {each.name for each in fields(Options)}
    timeouts = {f"{name}_timeout": seconds for name, seconds in row.custom_timeouts.model_dump().items()}
    return Options(**row.model_dump(include=seen), **timeouts)
