"""Policy documents of buckets: whom one lets in from outside the stack."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from im_stack.facts.access import resource_policies, trust
from im_stack.facts.access.statements import Statement, words_of
from im_stack.facts.access.trust import Surroundings
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Evidence, Fact
from im_stack.facts.tencent.identity import access
from im_stack.facts.tencent.location import account_of

_ROLES = ("tencentcloud:Cam/role:Role", "tencentcloud:Cam/roleByName:RoleByName")  # types
_NAMED = re.compile(r"qcs::cam::uin/\d+:roleName/([^/]+)")


def doors(view: View, what: str, statements: Sequence[Statement], evidence: Evidence, *, role: bool) -> Iterator[Fact]:
    """The ways into what a policy stands with. `role`: it is the trust policy of a role."""
    account = account_of(view.resource, view.graph)
    named = sorted({found[1] for found in map(_NAMED.fullmatch, words_of(statements)) if found})
    own = [name for name in named if view.graph.named(name, _ROLES)]
    around = Surroundings(
        account=account,
        mentioned=frozenset(n for s in statements for p in s.principals for n in access.NUMBER.findall(p.name)),
        strangers=access.takers if role else access.strangers,
        insiders=lambda number, more: access.insiders(number, {*own, *more}),
        named=named,
        everyone=lambda _: (),
        numbers=access.NUMBER.findall,
        roles=_NAMED.findall,
        narrow=access.narrow,
        reads=access.READS,
    )
    return trust.doors(view.subject.urn, what, statements, evidence, around)


lets_in = partial(resource_policies.lets_in, access.read_document, partial(doors, role=False))
trusts = partial(resource_policies.lets_in, partial(access.read_document, place="role"), partial(doors, role=True))
"""Who may take a role, by its trust policy."""
