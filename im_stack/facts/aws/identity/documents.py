"""Policy documents of resources as rows: whom one lets in from outside the stack."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from im_stack.facts.access import resource_policies, trust
from im_stack.facts.access.patterns import ANY
from im_stack.facts.access.statements import Statement, words_of
from im_stack.facts.access.trust import Surroundings
from im_stack.facts.aws.arns import arn_of_role, named
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.location import account_of
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact, Resource

_ROLE = "aws:iam/role:Role"  # a type
_NAMED = re.compile(r"arn:[^:]+:(?:iam|sts)::\d{12}:(?:role/(?:.+/)?([^/]+)|assumed-role/([^/]+)/.+)")


def with_policy(thing: Resource, type_: str, argument: str, graph: Graph) -> list[Resource]:
    """Every resource that sets a policy of a thing: itself, and those of a type beside it. Which of several is the last
    is not known."""
    beside = graph.pointing_at(thing, type_, argument)
    return [each for each in (thing, *beside) if each.inputs.get("policy", ABSENT) not in (ABSENT, "")]


def doors(
    view: View, what: str, statements: Sequence[Statement], evidence: Evidence, *, role: bool = False
) -> Iterator[Fact]:
    """The ways into what a policy stands with. `role`: it is the trust policy of a role."""
    graph = view.graph
    names = {found[1] or found[2] for found in map(_NAMED.fullmatch, words_of(statements)) if found}
    roles = {arn_of_role(each, graph) for name in names for each in graph.named(name, {_ROLE})} - {""}
    account = account_of(view.resource, graph)
    around = Surroundings(
        account=account,
        mentioned=mentioned(statements),
        strangers=access.takers if role else access.strangers,
        insiders=lambda number, named: access.insiders(number, {*roles, *named}),
        named=access.roles_named(statements),
        everyone=(lambda _: ()) if role else access.everyone,
        numbers=access.NUMBER.findall,
        roles=lambda word: [access.name_of(word, account)] if access.ROLE.fullmatch(word) else [],
        reads=access.READS,
        # equivalent(connective, operand): the words of a fix
        narrow=partial(access.narrow, account or "the account's number"),
    )
    return trust.doors(view.subject.urn, what, statements, evidence, around)


def admits(
    view: View, what: str, argument: str, actions: str | Sequence[str], condition: Mapping[str, Any] | None = None
) -> Iterator[Fact]:
    """The ways into what a resource makes one statement about: whom `argument` names may do some actions, under a
    condition. A role of the stack may be named before its ARN is known."""
    who, evidence = view.get(argument), view.evidence(argument)
    if not named(view.resource, argument, who, {_ROLE}, view.graph).doubts:
        yield Exposure(view.subject.urn, f"{what}, to a role of the stack,", False, evidence, alone=True)
        return
    form = "Service" if str(who).endswith(".amazonaws.com") else "AWS"
    statement = {"Effect": "Allow", "Principal": {form: who or []}, "Action": actions, "Condition": condition or {}}
    text = json.dumps({"Statement": statement | {"Resource": ANY}}) if isinstance(who, str) else None
    statements = access.read_document(text)
    if statements is None:
        unknown, how = f"{what}, to a principal that is not known,", "a role of this stack, or its ARN as a text"
        yield Exposure(view.subject.urn, unknown, None, evidence, alone=True, how=how)
    else:
        yield from doors(view, what, statements, evidence)


def mentioned(statements: Sequence[Statement]) -> frozenset[str]:
    """The numbers of all accounts that statements mention."""
    return frozenset(n for s in statements for c in s.may for word in c.words for n in access.NUMBER.findall(word))


lets_in = partial(resource_policies.lets_in, access.read_document, doors)
trusts = partial(resource_policies.lets_in, partial(access.read_document, place="role"), partial(doors, role=True))
"""Who may take a role, by its trust policy."""
