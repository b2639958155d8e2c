"""Access management: what roles may be taken by whom, and what policies allow."""

from collections.abc import Iterable

from im_stack.facts.access.trust import allows_everything
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Exposure, Fact, Unresolved
from im_stack.facts.tencent import access

ROLE = "tencentcloud:Cam/role:Role"
ROLE_BY_NAME = "tencentcloud:Cam/roleByName:RoleByName"
POLICY = "tencentcloud:Cam/policy:Policy"
POLICY_BY_NAME = "tencentcloud:Cam/policyByName:PolicyByName"
POLICY_VERSION = "tencentcloud:Cam/policyVersion:PolicyVersion"
ATTACHMENT = "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT_BY_NAME = "tencentcloud:Cam/rolePolicyAttachmentByName:RolePolicyAttachmentByName"
FUNCTIONS = "scf.qcloud.com"
_SOURCE = "CAM policy syntax, documents 598/10603 and 598/10604"


def _policy(argument: str) -> Reader:
    """A reader of a policy document: it may not allow every action on every resource, whatever its conditions."""

    def read(view: View, graph: Graph) -> Iterable[Fact]:
        statements = access.read_document(view.get(argument), "identity")
        what = "everything that the policy allows," if statements is None else "every action on every resource"
        is_open = None if statements is None else allows_everything(statements, "*:*", "qcs::*:*:*:*")
        yield Exposure(view.urn, what, is_open, view.evidence(argument, _SOURCE))

    return Reader(frozenset({argument}), read)


def _role(view: View, graph: Graph) -> Iterable[Fact]:
    trusted = _trusted(view.get("document"))
    others = sorted(trusted - {FUNCTIONS}) if trusted is not None else []
    what = f"the role, to {', '.join(others[:3])}," if others else "the role, to anyone but functions,"
    yield Exposure(view.urn, what, None if trusted is None else bool(others), view.evidence("document", _SOURCE))


def _trusted(text: object) -> set[str] | None:
    """Everyone a trust policy names, services by their domain; None where it cannot be read or names nobody."""
    statements = access.read_document(text, "role") or ()
    found = {principal for s in statements if s.allows for principal in s.principals or (None,)}
    names = {principal.name for principal in found if principal and principal.kind}
    return names if found and len(names) == len(found) else None


def _attachment(policy: str, role: str) -> Reader:
    """A reader of what gives a role a policy: both must be of this stack, where their documents are read."""

    def read(view: View, graph: Graph) -> Iterable[Fact]:
        for argument, types in ((policy, (POLICY, POLICY_BY_NAME)), (role, (ROLE, ROLE_BY_NAME))):
            found = graph.link(view.resource, argument, types)
            if isinstance(found, NoLink):
                yield Unresolved(view.urn, found.why, "link")

    return Reader(frozenset({policy, role}), read)


_NAMED = frozenset({"name"})  # attachments find their role and policy by it
READERS = {
    ROLE: Reader(_NAMED | {"document"}, _role),
    ROLE_BY_NAME: Reader(_NAMED | {"document"}, _role),
    POLICY: Reader(_NAMED | {"document"}, _policy("document").read),
    POLICY_BY_NAME: Reader(_NAMED | {"document"}, _policy("document").read),
    POLICY_VERSION: _policy("policyDocument"),
    ATTACHMENT: _attachment("policyId", "roleId"),
    ATTACHMENT_BY_NAME: _attachment("policyName", "roleName"),
}
