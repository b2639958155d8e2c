"""Rows: a reader written as a list of what a resource type says about the data in it.

A row looks at named arguments of one resource (`View`) and yields facts about `view.subject`. `resource` and
`setting_of` make a `Reader` of rows; the arguments that a type is judged by are those of its rows, so neither can be
without the other. What is no row is plain Python beside them: a function of a `View` under `@reads`, which names the
arguments that it looks at. Periods (`fixed`, `chosen`, `endless`) are rows, too: they give amounts instead of facts.

A predicate takes the value of an argument, absent ones as the provider's default, and gives True, False or None (not
known before deployment).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from im_stack.facts.mechanism.cloud import Link, Reader, name_of
from im_stack.facts.mechanism.tables import Limit, limits
from im_stack.facts.mechanism.view import View, as_flag, member, show, test
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Evidence,
    Exposure,
    Fact,
    Grade,
    Key,
    Later,
    Located,
    ResidualData,
    Service,
    ServiceLog,
    Store,
    Value,
)

T_co = TypeVar("T_co", covariant=True)
Predicate = Callable[[Value], bool | None]


@dataclass(frozen=True)
class Row(Generic[T_co]):
    """What `read` makes of `arguments`; of `credentials`, which are among them, only whether each is a secret."""

    read: Callable[[View], T_co]
    arguments: frozenset[str] = frozenset()
    credentials: frozenset[str] = frozenset()

    def __call__(self, view: View) -> T_co:
        return self.read(view)


Facts = Row[Iterable[Fact]]
Amounts = Row[tuple[Amount, ...]]


def reads(*arguments: str, credentials: Iterable[str] = ()) -> Callable[[Callable[[View], T_co]], Row[T_co]]:
    """A plain function as a row that looks at these arguments. An empty argument stands for none."""
    secret = frozenset(credentials)
    return lambda read: Row(read, frozenset(arguments) - {""} | secret, secret)


def looked_up(*arguments: str) -> Facts:
    """Arguments that the readers of other resources look at."""
    return reads(*arguments)(lambda _: ())


def resource(*rows: Facts, part_of: Link | None = None) -> Reader:
    """The reader of a type by itself. `part_of`: the instance that it is a setting of, if it is one."""
    every = together(*rows)
    return Reader(every.arguments, every, every.credentials, part_of)


def setting_of(argument: str, types: Iterable[str], *rows: Facts, kept: bool = False) -> Reader:
    """The reader of a setting of the instance that `argument` names; facts are about that instance. A setting goes with
    its instance, except for one that is `kept`. Of one that is for no certain instance of this stack the doors are
    its own: they are open whoever owns what is behind them."""
    link, every = Link(argument, frozenset(types)), together(*rows)

    def read(view: View) -> Iterator[Fact]:
        found, doubts = view.links(argument, link.types)
        yield from view.unresolved(doubts)
        if doubts:
            yield from (fact for fact in every(view) if isinstance(fact, Exposure))
        for instance in () if doubts else found:
            yield from every(view.about(instance))

    return Reader(every.arguments | {argument}, read, every.credentials, None if kept else link)


def with_rows(reader: Reader, *rows: Facts) -> Reader:
    """A reader and more rows about the same resource."""
    before = Row(reader.read, reader.arguments, reader.credentials)
    return resource(before, *rows, part_of=reader.setting_of)


def unless(type_: str, argument: str, *rows: Facts) -> Facts:
    """Rows that count while no resource of a type points at this one by its `argument`."""
    every = together(*rows)
    return Row(lambda view: () if view.pointing(type_, argument) else every(view), every.arguments, every.credentials)


def together(*rows: Facts) -> Facts:
    """Several rows as one."""
    return Row(
        lambda view: [fact for row in rows for fact in row(view)],
        frozenset[str]().union(*(row.arguments for row in rows)),
        frozenset[str]().union(*(row.credentials for row in rows)),
    )


def when_asked(kind: type[Fact], row: Facts) -> Facts:
    """A row of facts of one kind that is read once a rule or a report asks for that kind."""
    # equivalent(return): run when the module is loaded, before any case
    return Row(lambda view: [Later(kind, partial(row, view))], row.arguments, row.credentials)


# Predicates


def always(value: Value) -> bool:
    return True


def never(value: Value) -> bool:
    return False


def equals(*values: Value) -> Predicate:
    """Whether an argument is one of these values."""
    return lambda value: test(value, lambda known: known in values)


def differs(*values: Value) -> Predicate:
    """Whether an argument is none of these values."""
    return lambda value: test(value, lambda known: known not in values)


is_on: Predicate = as_flag


def is_off(value: Value) -> bool | None:
    on = as_flag(value)
    return None if on is None else not on


# Periods


def limit_of(view: View, limit: str) -> Limit:
    """A row of `limits.yaml` of the cloud that a resource is made in."""
    return limits(name_of(view.resource.type))[limit]


def lag(view: View, limit: str, label: str = "slack of the expiry", argument: str = "", *, urn: str = "") -> Amount:
    """The time between the end of a period and the removal, which no contract bounds. `urn`: of the resource that sets
    the period, where it is another one."""
    row = limit_of(view, limit)
    return Amount(row.lag, label, Evidence(urn or view.urn, argument, Grade.ASSUMED, row.source, row.note))


def fixed(limit: str, label: str) -> Amounts:
    """A period of the service's own that no argument changes, and its lag."""

    @reads()
    def amounts(view: View) -> tuple[Amount, ...]:
        row = limit_of(view, limit)
        evidence = Evidence(view.urn, "", Grade.ASSUMED, row.source, row.note)
        return Amount(row.default, label, evidence, row.least), lag(view, limit)

    return amounts


def chosen(argument: str, limit: str, label: str) -> Amounts:
    """A period that an argument sets, in the unit of the limit, and its lag; below the service's least it is that."""

    @reads(argument)
    def amounts(view: View) -> tuple[Amount, ...]:
        value = view.get(argument) if argument else ABSENT
        return view.amount(value, argument, limit_of(view, limit), label), lag(view, limit)

    return amounts


def endless(label: str, argument: str = "", source: str = "", *, unknown: bool = False) -> Amounts:
    """A period without end, or of which nothing is known."""
    return Row(lambda view: (Amount(None, label, view.evidence(argument, source), unknown=unknown),))


# Facts


NOTHING: Final[Amounts] = Row(lambda _: ())


def store(service: str, expiry: Amounts = NOTHING, *, declared: str = "") -> Facts:
    """Data can rest here. `declared`: the kind of hop that must be declared for the expiry to hold."""

    @reads(*expiry.arguments)
    def facts(view: View) -> Iterator[Fact]:
        yield Store(view.subject.urn, service, expiry(view), word=declared)

    return facts


def service(name: str) -> Facts:
    """A service that stores nothing is there by this resource."""
    # equivalent(return): run when the module is loaded, before any case
    return Row(lambda view: [Service(view.subject.urn, name)])


def copy(kind: str, amounts: Amounts, **options: Any) -> Facts:
    """What a store leaves elsewhere, for how long. `options` as `Copy` has them."""
    return Row(lambda view: [Copy(view.subject.urn, kind, amounts(view), **options)], amounts.arguments)


def at_rest(what: str, encrypted: bool | None, how: str, source: str = "", *, offered: bool = True) -> Facts:
    """Encryption at rest that no argument decides. `offered`: False where the provider has none for this service."""
    # equivalent(return): run when the module is loaded, before any case
    return Row(lambda view: [AtRest(view.subject.urn, what, encrypted, how, view.evidence("", source), offered)])


def under_key(
    what: str,
    argument: str,
    types: Iterable[str],
    how: str,
    source: str = "",
    grade: Grade = Grade.CONFIGURED,
    note: str = "",
    *,
    absent: str = "",
) -> Facts:
    """Encryption at rest under the key that an argument must name, or may: `absent` says what encrypts without one.

    `how` and `note`: what encrypts, in words.
    """
    wanted = frozenset(types)

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        found, doubts = view.links(argument, wanted)
        evidence = view.evidence(argument, source, grade)
        if absent and view.get(argument) in (ABSENT, "") and not view.resource.links.get(argument):
            yield AtRest(view.subject.urn, what, True, absent, evidence)
        elif doubts:
            yield AtRest(view.subject.urn, what, None, f"{how}, but {doubts}", evidence)
        for key in () if doubts else found:
            yield AtRest(view.subject.urn, what, True, f"{how} under {key.name}{note}", evidence, key=key.urn)

    return facts


def switched(what: str, argument: str, under: Facts, source: str = "", *, on: Predicate = as_flag) -> Facts:
    """Encryption at rest that an argument switches on; `under` reads the key."""

    @reads(argument, *under.arguments)
    def facts(view: View) -> Iterable[Fact]:
        encrypted = on(view.get(argument))
        if encrypted:
            return under(view)
        how = f"{argument} is not known" if encrypted is None else f"{argument} is {show(view.get(argument))}"
        return [AtRest(view.subject.urn, what, encrypted, how, view.evidence(argument, source))]

    return facts


def key(argument: str, usable: Predicate, source: str = "") -> Facts:
    """A master key, and whether it is switched on."""
    # equivalent(return): run when the module is loaded, before any case
    return _finding(lambda urn, _, *found: Key(urn, *found), "", argument, usable, source)


def channel(what: str, argument: str, encrypted: Predicate, source: str = "", **options: str) -> Facts:
    """A way by which data travels. `options` as `Channel` has them."""
    return _finding(Channel, what, argument, encrypted, source, **options)


def exposure(what: str, argument: str, opened: Predicate, source: str = "", *, how: str, alone: bool = False) -> Facts:
    """A way in from outside the network or account, and `how` it is closed. `alone`: no other resource can close it."""
    return _finding(Exposure, what, argument, opened, source, alone=alone, how=how)


def residual(what: str, argument: str, remains: Predicate, source: str = "") -> Facts:
    """Whether something outlives the deletion of the resource."""
    return _finding(ResidualData, what, argument, remains, source)


def _finding(
    kind: Callable[..., Fact], what: str, argument: str, predicate: Predicate, source: str, **more: Any
) -> Facts:
    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        value = view.get(argument) if argument else ABSENT
        yield kind(view.subject.urn, what, predicate(value), view.evidence(argument, source), **more)

    return facts


def in_region(argument: str, what: str, *, crosses: bool = True, optional: bool = False) -> Facts:
    """The region that an argument names: data or keys are sent there, or (`crosses` False) the resource is there."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if not optional or view.get(argument) not in (ABSENT, ""):
            yield Located(view.urn, view.text(argument), what, view.evidence(argument), crosses=crosses)

    return facts


def zones(region_of: Callable[[Value], str | None], *arguments: str, key: str = "", optional: bool = True) -> Facts:
    """The region of each zone that arguments name, alone or in a list, or in a member `key` of its blocks. The service
    chooses an absent one inside the provider's region, and (`optional`) an empty one."""

    @reads(*arguments)
    def facts(view: View) -> Iterator[Fact]:
        for argument in arguments:
            for value in view.values(argument):
                zone = member(value, key) if key else value
                if not (optional and zone == ""):
                    yield Located(view.urn, region_of(zone), argument, view.evidence(argument))

    return facts


def refers_to(argument: str, *types: str, what: str = "", optional: bool = False) -> Facts:
    """A reference that must lead to a resource of this stack, where it is judged. `optional`: it may be absent."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return
        doubts = view.links(argument, types).doubts
        yield from view.unresolved(doubts, what)

    return facts


def writes(what: str, argument: str, types: Iterable[str], data_class: str, *, optional: bool = False) -> Facts:
    """Records that the service writes by itself into the store that an argument names, which must be of this stack.
    `optional`: it may be absent, and then no records are written."""
    wanted = frozenset(types)

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return
        found, doubts = view.links(argument, wanted)
        yield from view.unresolved(doubts, f"{what}")
        for target in () if doubts else found:
            yield ServiceLog(view.urn, target.urn, what, data_class, view.evidence(argument))

    return facts


def inside(
    argument: str,
    types: Iterable[str],
    source: str = "",
    *,
    each: bool = False,
    here: str = "the private network",
    elsewhere: str = "the way in from a network that is not the stack's",
) -> Facts:
    """Whether the resource stands in a network (or, with `each`, in the subnets and behind the security groups of a
    list) of this stack: who comes into any other is not judged here. `here` and `elsewhere`: what is exposed in words;
    without `here` nothing is said of a network of this stack."""
    wanted = frozenset(types)

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        doubts = view.links(argument, wanted, view.items(argument) if each else None).doubts
        if doubts or here:
            what = f"{elsewhere} ({doubts})" if doubts else here
            evidence, how = view.evidence(argument, source), "name one of this stack, or the id of one in it"
            yield Exposure(view.urn, what, None if doubts else False, evidence, how=how)

    return facts
