"""IAM: roles, who may assume them, and the permissions that their policies grant."""

import json
import re
from collections.abc import Iterator, Sequence

from im_stack.facts.access.requests import ACTION, among
from im_stack.facts.access.statements import Statement, is_granted, may_be_refused
from im_stack.facts.access.trust import allows_everything
from im_stack.facts.aws import access
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.documents import trusts
from im_stack.facts.mechanism.graph import Graph, Links
from im_stack.facts.mechanism.rows import looked_up, reads, resource, setting_of
from im_stack.facts.mechanism.tables import managed_policies
from im_stack.facts.mechanism.view import View, as_items, member
from im_stack.facts.model import ABSENT, Exposure, Fact, Resource, Unknown, Unresolved, Value

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_MANAGED = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/(.+)")
_TAKE = "sts:AssumeRole"
_SOURCE = "IAM user guide, elements of a JSON policy; iam.Role.assume_role_policy (pulumi-aws 7.51.1)"


def lets_take(role: Resource, service: str) -> bool:
    """Whether a role's trust policy lets a service take it, and refuses it nothing."""
    statements = access.read_document(role.inputs.get("assumeRolePolicy"), "role") or ()
    asked = access.of_today(access.by(f"{access.SERVICES}{service}"), among(ACTION, _TAKE.lower()))
    return bool(is_granted(statements, asked)) and not may_be_refused(statements, asked)


def role_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Links:
    """The role of this stack that a text in `argument` names: by its ARN or its name."""
    return named(resource, argument, value, {ROLE}, graph)


def granted(role: Resource, graph: Graph) -> Sequence[Statement] | None:
    """The statements of all policies of a role; None where one of them cannot be read, or a boundary takes away."""
    if any(as_items(role.inputs.get(name, ABSENT)) not in ((), ("",)) for name in _OTHERS):
        return None
    found: list[Statement] = []
    for text in _documents(role, graph):
        statements = access.read_document(text, "identity")
        if statements is None:
            return None
        found += statements
    return found


_OTHERS = ("permissionsBoundary", "managedPolicyArns")


def _documents(role: Resource, graph: Graph) -> Iterator[Value]:
    """The text of every policy of a role. Policies inside it end those beside it, so that both are there is unread."""
    inside = as_items(role.inputs.get("inlinePolicies", ABSENT))
    beside = graph.pointing_at(role, ROLE_POLICY, "role")
    if isinstance(inside, Unknown) or (inside and beside):
        # equivalent(yield): a role of no statements may do as little as one whose statements cannot be read
        yield Unknown("inlinePolicies")
        return  # equivalent(pass): whoever asks for them stops at the first that cannot be read
    yield from (member(block, "policy") for block in inside)
    yield from (each.inputs.get("policy", ABSENT) for each in beside)
    for attachment in graph.pointing_at(role, ATTACHMENT, "role"):
        attached, known = _attached(attachment, graph).found, managed(attachment.inputs.get("policyArn", ABSENT))
        yield known if known else attached[0].inputs.get("policy", ABSENT) if attached else ABSENT


def managed(arn: Value) -> str | None:
    """The document of a policy that the provider writes and that is in the table; None for any other name."""
    name = _MANAGED.fullmatch(arn) if isinstance(arn, str) else None
    actions = managed_policies("aws").policies.get(name[1]) if name else None
    statement = {"Effect": "Allow", "Action": list(actions or ()), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}) if actions else None


def _attached(attachment: Resource, graph: Graph) -> Links:
    return named(attachment, "policyArn", attachment.inputs.get("policyArn", ABSENT), {POLICY}, graph)


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


@reads("policy")
def _policy(view: View) -> Iterator[Fact]:
    yield _everything(view, view.get("policy"), "policy")


@reads("policyArn")
def _attachment(view: View) -> Iterator[Fact]:
    known = managed(view.get("policyArn"))
    if known is not None:
        yield _everything(view, known, "policyArn")
        return
    doubts = _attached(view.resource, view.graph).doubts
    yield from view.unresolved(doubts, "what it allows is not known")


def _everything(view: View, text: Value, argument: str) -> Exposure:
    """Whether a policy allows every action on every resource; what leaves actions or resources out may mean all."""
    statements = access.read_document(text, "identity")
    what = "everything that the policy allows," if statements is None else "every action on every resource"
    is_open = None if statements is None else allows_everything(statements, "*:*", "arn:*:*:*:*:*")
    return Exposure(view.urn, what, is_open, view.evidence(argument, _SOURCE), alone=True)


READERS = {
    ROLE: resource(trusts("the role", "assumeRolePolicy"), _role, looked_up("name", "path", "permissionsBoundary")),
    ROLE_POLICY: setting_of("role", {ROLE}, _policy, kept=True),
    POLICY: resource(_policy, looked_up("name")),
    ATTACHMENT: setting_of("role", {ROLE}, _attachment, kept=True),
}
