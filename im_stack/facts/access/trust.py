"""The zone of trust of a resource: whom its policy lets in from outside.

In: the statements of a policy, and the zones around the resource as sets of requests, each with a name (`a service on
behalf of any account`). Out: every way in, by the principal, the action and the statement that open it, as doors.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from im_stack.facts.access.patterns import ANY, Work, spelled
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests
from im_stack.facts.access.statements import Principal, Statement, is_granted, let_in, refusals
from im_stack.facts.model import Declared, Evidence, Exposure

Zones = Sequence[tuple[str, Requests]]
_INSIDE = "an identity of the account that is not the stack's"


@dataclass(frozen=True, slots=True)
class Way:
    """How requests of a zone come in. `certain` is False where a statement is not understood well enough."""

    zone: str
    principal: Principal | None
    action: str
    statement: str
    certain: bool

    @property
    def named(self) -> str:
        """The principal that is let in, where the statement names one and no more than that."""
        single = self.principal is not None and self.principal.exact and ANY not in self.principal.words
        return self.principal.name if self.principal and single else ""

    @property
    def who(self) -> str:
        """Who is let in, in words."""
        return " ".join(filter(None, (self.principal.name if self.principal else "", f"({self.zone})")))


def ways_in(statements: Sequence[Statement], zones: Zones) -> Iterator[Way]:
    """Every way into a resource from some zones, the first of them for each principal that a statement names. What is
    refused in the same policy is no way in."""
    work = Work()  # shared, so that a policy of many principals and many refusals does not take their product
    refused = refusals(statements)
    for statement in (s for s in statements if s.allows):
        for principal in statement.principals or (None,):
            named = (Constraint(PRINCIPAL, principal.words), *principal.also) if principal else ()
            for zone, requests in zones:
                found = let_in(statement, refused, (*requests, *named), work)
                if found is not False:
                    yield Way(zone, principal, _action(statement), statement.label, found is True)
                    break


@dataclass(frozen=True)
class Surroundings:
    """What lies around a resource. `account` is its own, None where that may be another one.

    `mentioned` are the numbers of accounts that the policy mentions, `strangers` everyone outside some accounts,
    `insiders` requests for content by identities of an account that are not the stack's. Whoever lets every one of the
    sets in `everyone` of an account in lets in the account as a whole; nothing does where there are none. `account_of`
    says of which account a named principal is.
    """

    account: str | None
    mentioned: frozenset[str]
    strangers: Callable[[Iterable[str]], Zones]
    insiders: Callable[[str], Requests]
    everyone: Callable[[str], Sequence[Requests]]
    account_of: Callable[[str], str | None]


def doors(
    subject: str, what: str, statements: Sequence[Statement], evidence: Evidence, around: Surroundings
) -> Iterator[Exposure | Declared]:
    """A door for every way in from outside the account, and for its identities that are not the stack's; or one that
    is closed. What lets in the account as a whole leaves it to the account, which is a declared hop."""
    ways = list(ways_in(statements, around.strangers([around.account] if around.account else around.mentioned)))
    if around.account is None:  # one of those that are mentioned may be the account, and any other may be, too
        maybe = [replace(way, certain=False) for way in ways_in(statements, around.strangers([]))]
        ways += [way for way in maybe if not _leads(way, ways)]
    found = [_door(subject, what, way, evidence, around.account_of(way.named) or "") for way in ways]
    left = False
    if around.account:
        inside, probes = around.insiders(around.account), around.everyone(around.account)
        whole = [set(ways_in(statements, [(_INSIDE, (*inside, *probe))])) for probe in probes]
        for way in ways_in(statements, [(_INSIDE, inside)]):
            if _leads(way, ways):
                continue
            if probes and all(_leads(way, each) for each in whole):
                left = True
            else:
                found.append(replace(_door(subject, what, way, evidence), alone=False, insider=True))
    yield from found or [Exposure(subject, what, False, evidence, alone=True)]
    if left:
        yield left_to_account(subject)


def left_to_account(subject: str) -> Declared:
    """The declared hop of what a policy leaves to its account as a whole: what the account's other identities
    may do with it."""
    must = "let no identity of its account that is not this stack's read its content or use it"
    return Declared(subject, "left to the account", "the operator", must, subject)


def _leads(way: Way, ways: Iterable[Way]) -> bool:
    """Whether the same statement lets the same principal in by one of some ways."""
    return any((way.statement, way.principal) == (each.statement, each.principal) for each in ways)


def _door(subject: str, what: str, way: Way, evidence: Evidence, account: str = "") -> Exposure:
    through = f"{what} ({way.statement}: {way.action}, for {way.who})"
    return Exposure(subject, through, True if way.certain else None, evidence, alone=True, account=account)


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
        any(c.inverted for c in said)
        or is_granted([whole], (Constraint(key, frozenset({pattern})),), work) is not False
    )
