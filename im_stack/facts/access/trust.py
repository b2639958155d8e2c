"""The zone of trust of a resource: whom its policy lets in from outside.

In: the statements of a policy, and the zones around the resource as sets of requests, each with a name (`a service on
behalf of any account`). Out: every way in, by the principal, the action and the statement that open it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from im_stack.facts.access.patterns import ANY, spelled
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests
from im_stack.facts.access.statements import Principal, Statement, is_granted, may_pass

Zones = Mapping[str, Requests]


@dataclass(frozen=True, slots=True)
class Way:
    """How requests of a zone come in. `certain` is False where a statement is not understood well enough."""

    zone: str
    principal: Principal | None
    action: str
    statement: str
    certain: bool

    @property
    def who(self) -> str:
        return self.zone if self.principal is None or ANY in self.principal.words else self.principal.name


def ways_in(statements: Sequence[Statement], zones: Zones) -> Iterator[Way]:
    """Every way into a resource from some zones; what is refused in the same policy is no way in."""
    refusing = [s for s in statements if s.denies and not s.allows]
    for statement in (s for s in statements if s.allows):
        for principal in statement.principals or (None,):
            named = (Constraint(PRINCIPAL, principal.words),) if principal else ()
            for zone, requests in zones.items():
                found = may_pass([statement, *refusing], (*requests, *named))
                if found is not False:
                    yield Way(zone, principal, _action(statement), statement.label, found is True)
                    break  # one way in for each principal that a statement names


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
    return any(
        s.allows and all(_whole(s, *each) for each in ((ACTION, action), (RESOURCE, resource))) for s in statements
    )


def _whole(statement: Statement, key: str, pattern: str) -> bool:
    said = [c for c in statement.may if c.key == key]
    whole = Statement("", True, False, tuple(said), ())
    return any(c.inverted for c in said) or is_granted([whole], (Constraint(key, frozenset({pattern})),)) is not False
