"""Buckets of an object store: after how long their lifecycles remove objects, old versions and unfinished uploads.

In: the rules of every lifecycle that something sets for a bucket, as days. A bucket has one lifecycle; where several
resources set it nothing says which one is left, so the longest period counts. Out: facts, periods as timedelta.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from im_stack.facts.mechanism.rows import lag, limit_of
from im_stack.facts.mechanism.view import View, all_of, any_of, as_flag, as_number, as_period, as_values, member, test
from im_stack.facts.model import ABSENT, Amount, Copy, Evidence, Fact, Guard, Store, Unknown, Value


@dataclass(frozen=True)
class Rule:
    """A rule of a lifecycle: the days after which it removes each kind of data, ABSENT where it never does.

    `on` is None where the plan does not say; `whole` is that it certainly covers every object. `some` are the days
    after which it removes any object at all. `waits` is whether it moves objects to where they are read after a wait.
    """

    on: bool | None
    whole: bool
    objects: Value
    some: Value
    old_versions: Value
    uploads: Value
    waits: bool | None = False


@dataclass(frozen=True)
class Lifecycle:
    """The rules in an argument of a resource, None where they are not known."""

    rules: Sequence[Rule] | None
    resource: str
    argument: str


@dataclass(frozen=True)
class Kind:
    """A kind of data in a bucket, by the field of a rule: where its days are set, and the limit that they are under."""

    field: str
    path: str
    limit: str
    label: str


def expiration(block: Value, marker: str) -> tuple[Value, Value]:
    """The days after which a block removes all objects that a rule covers, and those after which it removes any.

    Which of a date, a delete marker (the member `marker`) and days counts is in no document.
    """
    days, dated = member(block, "days"), member(block, "date") not in (ABSENT, "")
    more = dated or as_flag(member(block, marker)) is not False
    unknown = Unknown("expiration")
    return unknown if more and days is not ABSENT else days, unknown if dated else days


def waits(moves: Value, archives: Collection[str]) -> bool | None:
    """Whether one of a rule's moves is to a storage class of which an object has to be restored before it is read."""
    classes = (member(move, "storageClass") for move in as_values(moves))
    return any_of(*(test(each, lambda name: name in archives) for each in classes))


def _unread(view: View, lifecycle: Lifecycle) -> Iterator[Guard]:
    """The guard that a lifecycle breaks, or may break, by its moves: keys are read whenever something is opened."""
    evidence = Evidence(lifecycle.resource, f"{lifecycle.argument}.transitions")
    found = [all_of(rule.on, rule.waits) for rule in lifecycle.rules or ()]
    if any_of(*found) is not False:
        yield Guard(view.urn, "reading at once", None if any_of(*found) is None else False, evidence)


def end(view: View, lifecycles: Iterable[Lifecycle], kind: Kind) -> tuple[Amount, ...]:
    """The longest that any of this kind stays, and the lag of the lifecycle; nothing where some stay for ever."""
    longest = [_longest(view, lifecycle, kind) for lifecycle in lifecycles]
    if not longest or None in longest:
        return ()
    # equivalent(filter): None is not among them; this only tells the types
    worst = max((each for each in longest if each), key=_rank)
    at = worst.evidence
    return worst, lag(view, kind.limit, "lifecycle run", at.argument, urn=at.resource)


def _longest(view: View, lifecycle: Lifecycle, kind: Kind) -> Amount | None:
    """The longest period that a rule of the whole bucket sets; None where none sets one."""
    row = limit_of(view, kind.limit)
    evidence = Evidence(lifecycle.resource, f"{lifecycle.argument}.{kind.path}", source=row.source)
    unknown = Amount(None, f"{kind.label} (not known)", evidence, unknown=True)
    if lifecycle.rules is None:
        return unknown
    amounts: list[Amount] = []
    for rule in lifecycle.rules:
        days = getattr(rule, kind.field)
        number = as_number(days)
        if rule.on is False or not rule.whole or days is ABSENT:
            continue
        if number is None or rule.on is None:
            amounts.append(unknown)
        elif number >= 1:
            period = as_period(number, row.unit)
            view.must_be_taken(period, evidence.argument, row)
            amounts.append(Amount(period, kind.label, evidence, row.least))
    return max(amounts, key=_rank) if amounts else None


def _rank(amount: Amount) -> tuple[bool, bool, float]:
    seconds = amount.period.total_seconds() if amount.period is not None else 0
    return amount.period is None and not amount.unknown, amount.unknown, seconds


def _some(view: View, lifecycles: Iterable[Lifecycle], limit: str) -> Iterator[Amount]:
    """Every period after which some objects go, whatever part of the bucket it covers."""
    row, label = limit_of(view, limit), "some objects expire"
    for lifecycle in lifecycles:
        evidence = Evidence(lifecycle.resource, f"{lifecycle.argument}.expiration", source=row.source)
        unknown = Amount(None, f"{label} (when is not known)", evidence, unknown=True)
        for rule in lifecycle.rules or ():
            if rule.on is False:
                continue
            number = 0 if rule.some is ABSENT else as_number(rule.some)
            if number is None:
                yield unknown
            elif number > 0:
                yield Amount(as_period(number, row.unit), label, evidence)
        if lifecycle.rules is None:
            yield unknown


def objects_and_uploads(
    view: View,
    service: str,
    lifecycles: Sequence[Lifecycle],
    objects: Kind,
    uploads: Kind,
    ends_by: str,
    argument: str,
    whole: bool,
) -> Iterator[Fact]:
    """A bucket as a store, and the uploads in it that are never finished.

    `ends_by` is the argument of the bucket's lifecycle, `argument` is where nothing ends the uploads. `whole`: the
    bucket certainly refuses every upload in parts, so that none is left unfinished.
    """
    yield Store(
        view.urn,
        service,
        end(view, lifecycles, objects),
        known_as=view.text("bucket") or "",  # equivalent(operand): both are no name
        sooner=tuple(_some(view, lifecycles, objects.limit)),
        ends_by=ends_by,
    )
    for lifecycle in lifecycles:
        yield from _unread(view, lifecycle)
    if whole:
        return
    never = Amount(None, "unfinished uploads are never removed", view.evidence(argument))
    yield Copy(view.urn, "unfinished uploads", end(view, lifecycles, uploads) or (never,), after="write")


def old_versions(
    view: View, switches: Iterable[tuple[bool | None, bool | None, Evidence]], kept: tuple[Amount, ...]
) -> Iterator[Fact]:
    """Old versions and for how long they are `kept`, by switches: whether each is on, was ever on, and where it is."""
    for on, ever, evidence in switches:
        yield Guard(view.urn, "versioning switched off", None if ever is None else not ever, evidence, alone=True)
        if on is None:
            yield Copy(view.urn, "old versions", (Amount(None, "versioning is not known", evidence, unknown=True),))
        elif on:
            yield Copy(view.urn, "old versions", kept or (Amount(None, "old versions are never removed", evidence),))
