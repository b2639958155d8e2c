"""The zone of trust of a resource: whom its policy lets in from outside.

In: the statements of a policy, and the zones around the resource as sets of requests, each with a name (`a service on
behalf of any account`). Out: every way in, by the principal, the action and the statement that open it, as doors.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from im_stack.facts.access.patterns import ANY, Work, spelled
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests
from im_stack.facts.access.statements import Principal, Statement, is_granted, let_in, refusals
from im_stack.facts.declarations import Declared
from im_stack.facts.model import Evidence, Exposure

Zones = Sequence[tuple[str, Requests]]
Key = tuple[int, Principal | None]
_INSIDE = "an identity of the account that is not the stack's"


@dataclass(frozen=True, slots=True)
class Way:
    """How requests of a zone come in, by a statement (its place in the policy) and a principal that it names. `certain`
    is False where the statement is not understood well enough."""

    place: int
    zone: str
    principal: Principal | None
    action: str
    actions: frozenset[str]
    """What it lets do, by the words of the statement; none: all but some."""
    statement: str
    certain: bool
    said: tuple[frozenset[str], ...]
    """What says who is meant: the words of the principal, and those of all conditions of the statement."""

    @property
    def key(self) -> Key:
        return self.place, self.principal

    @property
    def who(self) -> str:
        """Who is let in, in words."""
        return " ".join(filter(None, (self.principal.name if self.principal else "", f"({self.zone})")))


def ways_in(statements: Sequence[Statement], zones: Zones) -> Iterator[Way]:
    """Every way into a resource from some zones, the first of them for each principal that a statement names. What is
    refused in the same policy is no way in."""
    work = Work()  # shared, so that a policy of many principals and many refusals does not take their product
    refused = refusals(statements)
    for place, statement in ((n, s) for n, s in enumerate(statements) if s.allows):
        acts, conditions = (_action(statement), _actions(statement)), _conditions(statement)
        for principal in statement.principals or (None,):
            named = (Constraint(PRINCIPAL, principal.words), *principal.also) if principal else ()
            for zone, requests in zones:
                found = let_in(statement, refused, (*requests, *named), work)
                if found is not False:
                    said = principal.words if principal else frozenset[str](), conditions
                    yield Way(place, zone, principal, *acts, statement.label, found is True, said)
                    break


@dataclass(frozen=True)
class Surroundings:
    """What lies around a resource. `account` is its own, None where that may be another one.

    `mentioned` are the numbers of accounts that the policy mentions; `strangers` everyone outside some accounts,
    `insiders` requests for content by identities of an account other than the stack's, and than some roles; `named` are
    those that the policy mentions. Whoever lets every one of the sets in `everyone` of an account in lets in the
    account as a whole; nothing does where there are none. `numbers` and `roles` are the accounts and the names of
    roles in a word. `narrow` is what a statement needs so that a way of it is for this stack alone, as its language
    says it;
    `reads` are the actions that read content, and do no more.
    """

    account: str | None
    mentioned: frozenset[str]
    strangers: Callable[[Iterable[str]], Zones]
    insiders: Callable[[str, Iterable[str]], Requests]
    named: Sequence[str]
    everyone: Callable[[str], Sequence[Requests]]
    numbers: Callable[[str], Iterable[str]]
    roles: Callable[[str], Iterable[str]]
    narrow: Callable[[Way], str]
    reads: frozenset[str]


def doors(
    subject: str, what: str, statements: Sequence[Statement], evidence: Evidence, around: Surroundings
) -> Iterator[Exposure | Declared]:
    """A door for every way in from outside the account, and for its identities that are not the stack's; or one that
    is closed. What lets in the account as a whole leaves it to the account, which is a declared hop."""
    known = frozenset({around.account} if around.account else ())
    ways = list(ways_in(statements, around.strangers(known or around.mentioned)))
    if around.account is None:  # one of those that are mentioned may be the account, and any other may be, too
        certain = _keys(ways)
        maybe = (replace(way, certain=False) for way in ways_in(statements, around.strangers([])))
        # equivalent(filter): of two findings the certain one is the worse
        ways += [way for way in maybe if way.key not in certain]
    rest = _keys(ways_in(statements, around.strangers(around.mentioned | known))) if ways else frozenset[Key]()
    door = partial(_door, subject, what, evidence, around)
    # other accounts, where a way is for no more than accounts that the policy mentions
    others = ((way, set() if way.key in rest else _said(way, around.numbers) - known) for way in ways)
    found = [door(way, tuple(sorted(parties))) for way, parties in others]
    left = False
    if around.account:
        # equivalent(constant): each way has its door
        firm = {way.key for way, door in zip(ways, found, strict=True) if not door.parties}
        inside, probes = around.insiders(around.account, ()), around.everyone(around.account)
        whole = [_keys(ways_in(statements, [(_INSIDE, (*inside, *probe))])) for probe in probes]
        coming = list(ways_in(statements, [(_INSIDE, inside)]))
        beyond = around.insiders(around.account, around.named) if coming else ()
        more = _keys(ways_in(statements, [(_INSIDE, beyond)])) if coming else frozenset[Key]()
        # equivalent(filter): of two findings the one that cannot be waived is the worse
        for way in (each for each in coming if each.key not in firm):
            if probes and all(way.key in each for each in whole):
                left = True
            else:
                roles = () if way.key in more else tuple(sorted(_said(way, around.roles)))
                found.append(replace(door(way), alone=False, insiders=roles or (way.who,)))
    yield from found or [Exposure(subject, what, False, evidence, alone=True)]
    if left:
        yield left_to_account(subject)


def left_to_account(subject: str) -> Declared:
    """The declared hop of what a policy leaves to its account as a whole: what the account's other identities
    may do with it."""
    must = "let no identity of its account that is not this stack's read its content or use it"
    return Declared(subject, "left to the account", "the operator", must, subject)


def _keys(ways: Iterable[Way]) -> frozenset[Key]:
    return frozenset(way.key for way in ways)


def _said(way: Way, names: Callable[[str], Iterable[str]]) -> set[str]:
    """Whom a way is for, by what names them: the principal, or else conditions."""
    mentioned = ({name for word in words for name in names(word)} for words in way.said)
    return next(filter(None, mentioned), set())


def _conditions(statement: Statement) -> frozenset[str]:
    return frozenset(word for c in statement.may if c.key not in (ACTION, RESOURCE) for word in c.words)


def _door(
    subject: str,
    what: str,
    evidence: Evidence,
    around: Surroundings,
    way: Way,
    parties: tuple[str, ...] = (),
) -> Exposure:
    through, how = f"{what} ({way.statement}: {way.action}, for {way.who})", f"in {way.statement}: {around.narrow(way)}"
    open_, reads = True if way.certain else None, bool(way.actions) and way.actions <= around.reads
    return Exposure(subject, through, open_, evidence, alone=True, parties=parties, how=how, reads=reads)


def _actions(statement: Statement) -> frozenset[str]:
    said = next((c for c in statement.may if c.key == ACTION), None)
    return said.words if said and not said.inverted else frozenset()


def _action(statement: Statement) -> str:
    """An action of a statement as a reader knows it again: one word of its list, or that it leaves some out."""
    said = next((c for c in statement.may if c.key == ACTION), None)
    if said is None:
        return "every action"
    first = spelled(min(said.words, default=ANY))
    return f"all but {first}" if said.inverted else first


def allows_everything(statements: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether one statement may allow every action on every resource, whatever its conditions; one that leaves some
    out (`NotAction`) is taken to. `action` and `resource` are the patterns of all of them."""
    work = Work()
    whole = ((ACTION, action), (RESOURCE, resource))
    return any(s.allows and all(_whole(s, *each, work) for each in whole) for s in statements)


def _whole(statement: Statement, key: str, pattern: str, work: Work) -> bool:
    said = [c for c in statement.may if c.key == key]
    whole = Statement("", True, False, tuple(said), ())
    return (
        # equivalent(builtin): a statement says one thing of each
        any(c.inverted for c in said)
        or is_granted([whole], (Constraint(key, frozenset({pattern})),), work) is not False
    )
