"""CAM: roles, who may assume them, and the permissions that policies grant."""

from collections.abc import Iterator

from im_stack.facts.access.trust import allows_everything
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import Facts, looked_up, reads, refers_to, resource
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Exposure, Fact
from im_stack.facts.tencent import access
from im_stack.facts.tencent.documents import trusts

ROLE = "tencentcloud:Cam/role:Role"
ROLE_BY_NAME = "tencentcloud:Cam/roleByName:RoleByName"
POLICY = "tencentcloud:Cam/policy:Policy"
POLICY_BY_NAME = "tencentcloud:Cam/policyByName:PolicyByName"
POLICY_VERSION = "tencentcloud:Cam/policyVersion:PolicyVersion"
ATTACHMENT = "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT_BY_NAME = "tencentcloud:Cam/rolePolicyAttachmentByName:RolePolicyAttachmentByName"
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


def _attachment(policy: str, role: str) -> Reader:
    """The reader of an attachment: policy and role must be of this stack, where their documents are read."""
    return resource(refers_to(policy, POLICY, POLICY_BY_NAME), refers_to(role, ROLE, ROLE_BY_NAME))


_NAMED = looked_up("name")  # attachments find their role and policy by it
READERS = {
    ROLE: resource(trusts("the role", "document"), _NAMED),
    ROLE_BY_NAME: resource(trusts("the role", "document"), _NAMED),
    POLICY: resource(_policy("document"), _NAMED),
    POLICY_BY_NAME: resource(_policy("document"), _NAMED),
    POLICY_VERSION: resource(_policy("policyDocument")),
    ATTACHMENT: _attachment("policyId", "roleId"),
    ATTACHMENT_BY_NAME: _attachment("policyName", "roleName"),
}
