"""Access management: what roles may be taken by whom, and what policies allow."""

import json
from collections.abc import Iterable

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Door, Fact, Unread
from im_stack.facts.tencent import document

ROLE = "tencentcloud:Cam/role:Role"
ROLE_BY_NAME = "tencentcloud:Cam/roleByName:RoleByName"
POLICY = "tencentcloud:Cam/policy:Policy"
POLICY_BY_NAME = "tencentcloud:Cam/policyByName:PolicyByName"
POLICY_VERSION = "tencentcloud:Cam/policyVersion:PolicyVersion"
ATTACHMENT = "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT_BY_NAME = "tencentcloud:Cam/rolePolicyAttachmentByName:RolePolicyAttachmentByName"
FUNCTIONS = "scf.qcloud.com"
_EVERY_ACTION = {"*", "*:*", "name/*", "name/*:*"}
_EVERY_RESOURCE = {"*", "qcs::*", "qcs::*:*", "qcs::::*", "qcs:::::*", "qcs::*:::*"}
_SOURCE = "CAM policy syntax, documents 598/10603 and 598/10604"


def _policy(argument: str) -> Reader:
    """A reader of a policy document: it may not allow every action on every resource, whatever its conditions."""

    def read(view: View, graph: Graph) -> Iterable[Fact]:
        text = view.get(argument)
        statements = document.read_document(text) if isinstance(text, str) else None
        what = "everything that the policy allows," if statements is None else "every action on every resource"
        yield Door(view.urn, what, _allows_all(statements), view.evidence(argument, _SOURCE))

    return Reader(frozenset({argument}), read)


def _allows_all(statements: Iterable[document.Statement] | None) -> bool | None:
    """True where one statement allows all; what leaves actions or resources out is taken to mean all."""
    if statements is None:
        return None
    return any(
        s.allows
        and (not s.actions or bool(s.actions & _EVERY_ACTION))
        and (not s.resources or bool(s.resources & _EVERY_RESOURCE))
        for s in statements
    )


def _role(view: View, graph: Graph) -> Iterable[Fact]:
    text = view.get("document")
    trusted = _trusted(text) if isinstance(text, str) else None
    others = sorted(trusted - {FUNCTIONS}) if trusted is not None else []
    what = f"the role, to {', '.join(others[:3])}," if others else "the role, to anyone but functions,"
    yield Door(view.urn, what, None if trusted is None else bool(others), view.evidence("document", _SOURCE))


def _trusted(text: str) -> set[str] | None:
    """Everyone a trust policy names, services by their domain; None where it cannot be read or names nobody."""
    try:
        parsed = json.loads(text)
        statements = parsed["statement"]
        blocks = [statements] if isinstance(statements, dict) else list(statements)
        principals = [block["principal"] for block in blocks if str(block.get("effect", "allow")).lower() != "deny"]
        named = [name for who in principals for names in who.values() for name in _texts(names)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return set(named) or None


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return list(value)
    raise TypeError("a principal is a text or a list of texts")


def _attachment(policy: str, role: str) -> Reader:
    """A reader of what gives a role a policy: both must be of this stack, where their documents are read."""

    def read(view: View, graph: Graph) -> Iterable[Fact]:
        for argument, types in ((policy, (POLICY, POLICY_BY_NAME)), (role, (ROLE, ROLE_BY_NAME))):
            found = graph.link(view.resource, argument, types)
            if isinstance(found, NoLink):
                yield Unread(view.urn, found.why, "link")

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
