"""Policy documents of resources as rows: whom one lets in from outside the stack."""

from collections.abc import Iterator, Sequence
from functools import partial

from im_stack.facts.access import trust
from im_stack.facts.access.statements import Statement
from im_stack.facts.access.trust import Surroundings
from im_stack.facts.aws import access
from im_stack.facts.aws.iam import ROLE, arn_of
from im_stack.facts.aws.location import account_of
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact, Unresolved


def lets_in(what: str, argument: str = "policy", *, optional: bool = False) -> Facts:
    """Whom the document in `argument` lets in; of one that cannot be read before deployment that is not known. `what`
    it opens is in words, `{name}` the name of the resource that has the document. `optional`: the argument may be
    absent."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return
        subject, opens, evidence = view.subject.urn, what.format(name=view.resource.name), view.evidence(argument)
        statements = access.read_document(view.get(argument))
        if statements is None:
            yield Unresolved(view.urn, "the policy document cannot be read before deployment", "inputs")
            yield Exposure(subject, opens, None, evidence, alone=True)
        else:
            yield from doors(view, opens, statements, evidence)

    return facts


def doors(view: View, what: str, statements: Sequence[Statement], evidence: Evidence) -> Iterator[Fact]:
    """The ways into what a policy stands with."""
    roles = sorted({arn_of(role, view.graph) for role in view.graph.of_type(ROLE)} - {""})
    around = Surroundings(
        account=account_of(view.resource, view.graph),
        mentioned=mentioned(statements),
        strangers=access.strangers,
        insiders=partial(access.insiders, roles=roles),
        everyone=access.everyone,
        account_of=access.account_of_principal,
    )
    return trust.doors(view.subject.urn, what, statements, evidence, around)


def mentioned(statements: Sequence[Statement]) -> frozenset[str]:
    """The numbers of all accounts that statements mention."""
    return frozenset(n for s in statements for c in s.may for word in c.words for n in access.NUMBER.findall(word))
