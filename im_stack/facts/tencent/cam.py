"""CAM: roles, who may assume them, and the permissions that policies grant."""

from collections.abc import Iterator

from im_stack.facts.access.trust import allows_everything
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import Facts, looked_up, reads, refers_to, resource
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Exposure, Fact
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


def _policy(argument: str) -> Facts:
    """A policy document may not allow every action on every resource, whatever its conditions."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        statements = access.read_document(view.get(argument), "identity")
        what = "everything that the policy allows," if statements is None else "every action on every resource"
        is_open = None if statements is None else allows_everything(statements, "*:*", "qcs::*:*:*:*")
        yield Exposure(view.urn, what, is_open, view.evidence(argument, _SOURCE))

    return facts


@reads("document")
def _role(view: View) -> Iterator[Fact]:
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
    """The reader of an attachment: policy and role must be of this stack, where their documents are read."""
    return resource(refers_to(policy, POLICY, POLICY_BY_NAME), refers_to(role, ROLE, ROLE_BY_NAME))


_NAMED = looked_up("name")  # attachments find their role and policy by it
READERS = {
    ROLE: resource(_role, _NAMED),
    ROLE_BY_NAME: resource(_role, _NAMED),
    POLICY: resource(_policy("document"), _NAMED),
    POLICY_BY_NAME: resource(_policy("document"), _NAMED),
    POLICY_VERSION: resource(_policy("policyDocument")),
    ATTACHMENT: _attachment("policyId", "roleId"),
    ATTACHMENT_BY_NAME: _attachment("policyName", "roleName"),
}
