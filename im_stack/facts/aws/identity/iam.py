"""IAM: roles, who may assume them, and the permissions that their policies grant."""

import json
import re
from collections.abc import Iterator, Sequence

from im_stack.facts.access.document import Place
from im_stack.facts.access.permissions import Document
from im_stack.facts.access.reading import may_read
from im_stack.facts.access.requests import ACTION, Requests, among
from im_stack.facts.access.statements import is_granted, may_be_refused, may_pass
from im_stack.facts.access.trust import allows_everything
from im_stack.facts.aws.arns import arn_of_role, named
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.documents import trusts
from im_stack.facts.aws.location import home_of, partition
from im_stack.facts.mechanism.graph import Graph, Links
from im_stack.facts.mechanism.rows import looked_up, reads, resource, setting_of, when_asked
from im_stack.facts.mechanism.tables import managed_policies
from im_stack.facts.mechanism.view import View, as_values, member, numbered
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact, ReadAccess, Resource, Unknown, Unresolved, Value

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ORGANIZATION_POLICY = "aws:organizations/policy:Policy"
_MANAGED = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/(.+)")
_TAKE = "sts:AssumeRole"
_SIGNING_IN = ("secretsmanager:GetSecretValue", "rds-db:connect", "kafka-cluster:ReadData")
_SOURCE = "IAM user guide, elements of a JSON policy; iam.Role.assume_role_policy (pulumi-aws 7.51.1)"


def requests_of(role: Resource, graph: Graph, account: str | None, partition: str = "*") -> Requests:
    """What holds of any request of a role of an account, None for any; of every role where its name is not known."""
    return access.of_role(arn_of_role(role, graph) or f"arn:{partition}:iam::{account or '*'}:role/*", account)


def lets_take(role: Resource, service: str) -> bool:
    """Whether a role's trust policy lets a service take it, and refuses it nothing."""
    statements = access.read_document(role.inputs.get("assumeRolePolicy"), "role") or ()
    asked = access.of_today(access.by(f"{access.SERVICES}{service}"), among(ACTION, _TAKE.lower()))
    return bool(is_granted(statements, asked)) and not may_be_refused(statements, asked)


def role_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Links:
    """The role of this stack that a text in `argument` names: by its ARN or its name."""
    return named(resource, argument, value, {ROLE}, graph)


def policies_of(role: Resource, graph: Graph) -> list[Document]:
    """Every policy of a role, however it is set. Policies inside it end those beside it, and of two of one name the
    later one counts, so where either may be the case none of them is read."""
    inside = numbered("inlinePolicies", role.inputs.get("inlinePolicies", ABSENT))
    beside = graph.pointing_at(role, ROLE_POLICY, "role")
    attached = graph.pointing_at(role, ATTACHMENT, "role")
    why = "policies inside a role end those beside it" if inside and beside else ""
    found = [_document(Evidence(role.urn, path), member(block, "policy"), why) for path, block in inside]
    same = _of_one_name(beside)
    for each in beside:
        again = "another policy of the role may have its name, and the later one counts" if each.urn in same else why
        found.append(_document(Evidence(each.urn, "policy"), each.inputs.get("policy", ABSENT), again))
    found += (_named(each, "policyArn", each.inputs.get("policyArn", ABSENT), graph) for each in attached)
    listed = as_values(role.inputs.get("managedPolicyArns", ABSENT))
    lost = "the policies that a role lists end those attached to it" if attached else ""
    found += (_named(role, "managedPolicyArns", arn, graph, lost) for arn in listed)
    return found


def boundaries_of(role: Resource, graph: Graph) -> list[Document]:
    """The policy that limits what a role may do, if it has one."""
    value = role.inputs.get("permissionsBoundary", ABSENT)
    return [] if value in (ABSENT, "") else [_named(role, "permissionsBoundary", value, graph)]


def lets_in(resource: Resource, argument: str, account: str | None) -> Document:
    """What a policy of something else lets roles of an account do that it names. What leaves it to the account as a
    whole lets in no role by itself: a policy of its own has to, too."""
    place: Place = "role" if resource.type == ROLE else "resource"
    statements = access.read_document(resource.inputs.get(argument, ABSENT), place)
    unnamed = access.everyone(account)[1] if account else None
    named_ = statements and [s for s in statements if not unnamed or not may_pass([s], unnamed)]
    return Document(Evidence(resource.urn, argument), named_, "it is no policy that can be read")


def organization_policies(graph: Graph) -> list[Document]:
    """The policies of the organization in this stack. Whom they are attached to is not looked at."""
    made = graph.of_type(ORGANIZATION_POLICY)
    return [_document(Evidence(each.urn, "content"), each.inputs.get("content", ABSENT)) for each in made]


def managed(arn: Value) -> str | None:
    """The document of a policy that the provider writes and that is in the table; None for any other name."""
    name = _MANAGED.fullmatch(arn) if isinstance(arn, str) else None
    actions = managed_policies("aws").policies.get(name[1]) if name else None
    statement = {"Effect": "Allow", "Action": list(actions or ()), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}) if actions else None


def _document(evidence: Evidence, text: Value, why: str = "") -> Document:
    statements = None if why else access.read_document(text, "identity")
    # equivalent(connective, operand): only in words
    return Document(evidence, statements, why or "it is no policy that can be read")


def _named(resource: Resource, argument: str, arn: Value, graph: Graph, why: str = "") -> Document:
    """A policy of its own that an argument names: of this stack, or one of the provider's that is in the table."""
    if (text := managed(arn)) is not None:
        return _document(Evidence(resource.urn, argument), text, why)
    found, doubts = named(resource, argument, arn, {POLICY}, graph)
    if doubts:
        return Document(Evidence(resource.urn, argument), None, doubts)
    return _document(Evidence(found[0].urn, "policy"), found[0].inputs.get("policy", ABSENT), why)


def _of_one_name(policies: Sequence[Resource]) -> set[str]:
    """The policies of a role that may have the name of another one, known or not: one without a name gets its own."""
    names = {each.urn: each.inputs.get("name", ABSENT) for each in policies}
    set_ = {urn: name for urn, name in names.items() if name not in (ABSENT, "")}
    return {
        urn
        for urn, name in set_.items()
        for other, again in set_.items()
        if other != urn and (name == again or isinstance(again, Unknown))
    }


@reads("inlinePolicies", "managedPolicyArns")
def _role(view: View) -> Iterator[Fact]:
    for index, block in enumerate(view.values("inlinePolicies")):
        yield _everything(view, member(block, "policy"), f"inlinePolicies[{index}].policy")
    for arn in view.values("managedPolicyArns"):
        known = managed(arn)
        if known is not None:
            yield _everything(view, known, "managedPolicyArns")
            continue
        yield Unresolved(
            view.urn, "policies from outside the stack are attached, and what they allow is not in the plan", "link"
        )


@reads("name", "path", "permissionsBoundary")
def _credentials(view: View) -> Iterator[Fact]:
    """Whether a role may read credentials, or sign in to stores that ask IAM: it reads what these open."""
    role, graph = view.resource, view.graph
    asked = access.requests(_SIGNING_IN, ("arn:*:*:*:*:*",), *access.of_today())
    if may_read(policies_of(role, graph), boundaries_of(role, graph), (), asked) is not False:
        yield ReadAccess(role.urn, "", None, view.evidence(""))


@reads("policy")
def _policy(view: View) -> Iterator[Fact]:
    yield _everything(view, view.get("policy"), "policy")


@reads("policyArn")
def _attachment(view: View) -> Iterator[Fact]:
    known = managed(view.get("policyArn"))
    if known is not None:
        yield _everything(view, known, "policyArn")
        return
    doubts = named(view.resource, "policyArn", view.get("policyArn"), {POLICY}, view.graph).doubts
    yield from view.unresolved(doubts, "what it allows is not known")


def _everything(view: View, text: Value, argument: str) -> Exposure:
    """Whether a policy allows every action on every resource; what leaves actions or resources out may mean all."""
    statements = access.read_document(text, "identity")
    what = "everything that the policy allows," if statements is None else "every action on every resource"
    whole = f"arn:{partition(home_of(view.resource, view.graph) or '')}:*:*:*:*"
    is_open = None if statements is None else allows_everything(statements, "*:*", whole)
    how = "list the actions and the resources that its users need, each by name"
    return Exposure(view.urn, what, is_open, view.evidence(argument, _SOURCE), alone=True, how=how)


READERS = {
    ROLE: resource(trusts("the role", "assumeRolePolicy"), _role, when_asked(ReadAccess, _credentials)),
    ROLE_POLICY: setting_of("role", {ROLE}, _policy, looked_up("name"), kept=True),
    POLICY: resource(_policy, looked_up("name")),
    ATTACHMENT: setting_of("role", {ROLE}, _attachment, kept=True),
    ORGANIZATION_POLICY: resource(looked_up("content")),
}
