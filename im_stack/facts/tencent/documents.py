"""Policy documents of buckets: whom one lets in from outside the stack."""

from collections.abc import Iterator, Sequence
from functools import partial

from im_stack.facts.access import resource_policies, trust
from im_stack.facts.access.statements import Statement
from im_stack.facts.access.trust import Surroundings
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Evidence, Fact
from im_stack.facts.tencent import access, cam
from im_stack.facts.tencent.location import account_of


def doors(view: View, what: str, statements: Sequence[Statement], evidence: Evidence) -> Iterator[Fact]:
    """The ways into what a policy stands with."""
    account = account_of(view.resource, view.graph)
    names = (role.inputs.get("name") for role in view.graph.of_type(cam.ROLE, cam.ROLE_BY_NAME))
    named = {principal.name for statement in statements for principal in statement.principals}
    around = Surroundings(
        account=account,
        mentioned=frozenset(filter(None, map(access.account_of_principal, named))),
        strangers=access.strangers,
        insiders=partial(access.insiders, roles=sorted(name for name in names if isinstance(name, str))),
        everyone=lambda _: (),
        account_of=access.account_of_principal,
    )
    return trust.doors(view.subject.urn, what, statements, evidence, around)


lets_in = partial(resource_policies.lets_in, access.read_document, doors)
