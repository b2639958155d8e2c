"""CAM: roles, who may assume them, and the permissions that policies grant."""

import json
from collections.abc import Iterable, Iterator, Sequence

from im_stack.facts.access.patterns import ANY, confined, literal
from im_stack.facts.access.permissions import Document
from im_stack.facts.access.reading import may_read
from im_stack.facts.access.requests import PRINCIPAL, Requests, among
from im_stack.facts.access.trust import allows_everything
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import Facts, looked_up, reads, refers_to, resource, when_asked
from im_stack.facts.mechanism.tables import managed_policies
from im_stack.facts.mechanism.view import View, as_flag
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact, ReadAccess, Resource, Unresolved, Value
from im_stack.facts.tencent.identity import access
from im_stack.facts.tencent.identity.documents import trusts

ROLE = "tencentcloud:Cam/role:Role"
ROLE_BY_NAME = "tencentcloud:Cam/roleByName:RoleByName"
POLICY = "tencentcloud:Cam/policy:Policy"
POLICY_BY_NAME = "tencentcloud:Cam/policyByName:PolicyByName"
POLICY_VERSION = "tencentcloud:Cam/policyVersion:PolicyVersion"
BOUNDARY = "tencentcloud:Cam/rolePermissionBoundaryAttachment:RolePermissionBoundaryAttachment"
ATTACHMENT = "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT_BY_NAME = "tencentcloud:Cam/rolePolicyAttachmentByName:RolePolicyAttachmentByName"
ROLES, _POLICIES = frozenset({ROLE, ROLE_BY_NAME}), frozenset({POLICY, POLICY_BY_NAME})
_SOURCE = "CAM policy syntax, documents 598/10603 and 598/10604"


def requests_of(role: Resource) -> Requests:
    """What holds of any request of a role, of whatever account; of every role where its name is not known."""
    name = role.inputs.get("name", ABSENT)
    word = literal(name) if isinstance(name, str) else ANY
    return access.of_today(among(PRINCIPAL, confined(f"qcs::cam::uin/*:roleName/{word}")))


def _policy(argument: str) -> Facts:
    """A policy document may not allow every action on every resource, whatever its conditions."""

    # equivalent(return): run when the module is loaded, before any case
    return reads(argument)(lambda view: [_everything(view, view.get(argument), argument)])


def _everything(view: View, text: Value, argument: str) -> Exposure:
    statements = access.read_document(text, "identity")
    what = "everything that the policy allows," if statements is None else "every action on every resource"
    is_open = None if statements is None else allows_everything(statements, "*:*", "qcs::*:*:*:*")
    how = "list the actions and the resources that its users need, each by name"
    return Exposure(view.urn, what, is_open, view.evidence(argument, _SOURCE), how=how)


def _attached(argument: str) -> Facts:
    """A policy of this stack, where its document is read, or one that the provider writes and that is in the table."""
    own = refers_to(argument, POLICY, POLICY_BY_NAME)

    @reads(argument)
    def facts(view: View) -> Iterable[Fact]:
        # equivalent(operand): no policy has nothing for a name
        actions = managed_policies("tencent").policies.get(view.text(argument) or "")
        return own(view) if actions is None else [_everything(view, _managed(actions), argument)]

    return facts


def _managed(actions: Sequence[str]) -> str:
    statement = {"effect": "allow", "action": list(actions), "resource": "*"}
    return json.dumps({"version": "2.0", "statement": [statement]})


def _attachment(policy: str, role: str) -> Reader:
    """The reader of an attachment: the policy is known, and the role of this stack."""
    return resource(_attached(policy), refers_to(role, ROLE, ROLE_BY_NAME))


def policies_of(role: Resource, graph: Graph) -> list[Document]:
    """Every policy of a role, attached by id or by name."""
    ends = ((ATTACHMENT, "roleId", "policyId"), (ATTACHMENT_BY_NAME, "roleName", "policyName"))
    return [document for end in ends for document in _documents(role, graph, *end)]


def boundaries_of(role: Resource, graph: Graph) -> list[Document]:
    """The policies that limit what a role may do."""
    found = {
        d.evidence: d for end in ("roleId", "roleName") for d in _documents(role, graph, BOUNDARY, end, "policyId")
    }
    return list(found.values())


def _documents(role: Resource, graph: Graph, type_: str, to: str, argument: str) -> Iterator[Document]:
    for attachment, certain in graph.touching(role, type_, to, ROLES):
        found, doubts = graph.links(attachment, argument, _POLICIES)
        text = attachment.inputs.get(argument, ABSENT)
        actions = managed_policies("tencent").policies.get(text) if isinstance(text, str) else None
        at = Evidence(attachment.urn, to if found else argument)
        if actions is not None and certain:
            yield Document(at, access.read_document(_managed(actions), "identity"))
            continue
        if doubts or not certain:
            # equivalent(operand): only in words
            yield Document(at, None, doubts or f"{attachment.name} may be about it")
            continue
        policy = found[0]
        versions = [v for v, _ in graph.touching(policy, POLICY_VERSION, "policyId", _POLICIES) if _counts(v)]
        written = Evidence(versions[0].urn if versions else policy.urn, "policyDocument" if versions else "document")
        statements = None if versions else access.read_document(policy.inputs.get("document"), "identity")
        why = f"a version of {policy.name} may count instead of it" if versions else "it is no policy that can be read"
        yield Document(written, statements, "" if statements is not None else why)


def _counts(version: Resource) -> bool:
    """Whether a version of a policy may be the one that counts."""
    return as_flag(version.inputs.get("setAsDefault", ABSENT)) is not False


@reads("name")
def _credentials(view: View) -> Iterable[Fact]:
    """Whether a role may read credentials: with those it signs in to the stores that they open."""
    role, graph = view.resource, view.graph
    asked = access.requests(("ssm:GetSecretValue",), "qcs::ssm:*:*:*", *access.of_today())
    may = may_read(policies_of(role, graph), boundaries_of(role, graph), (), asked)
    return [] if may is False else [ReadAccess(role.urn, "", None, view.evidence(""))]


@reads("roleId", "roleName")
def _limited(view: View) -> Iterable[Fact]:
    """A boundary names the role that it limits."""
    if all(view.get(argument) in (ABSENT, "") for argument in ("roleId", "roleName")):
        yield Unresolved(view.urn, "which role it limits is not set", "link")


_NAMED = looked_up("name")  # attachments find their role and policy by it
READERS = {
    ROLE: resource(trusts("the role", "document"), when_asked(ReadAccess, _credentials)),
    ROLE_BY_NAME: resource(trusts("the role", "document"), when_asked(ReadAccess, _credentials)),
    POLICY: resource(_policy("document"), _NAMED),
    POLICY_BY_NAME: resource(_policy("document"), _NAMED),
    POLICY_VERSION: resource(_policy("policyDocument"), looked_up("policyId", "setAsDefault")),
    BOUNDARY: resource(_limited, looked_up("policyId")),
    ATTACHMENT: _attachment("policyId", "roleId"),
    ATTACHMENT_BY_NAME: _attachment("policyName", "roleName"),
}
