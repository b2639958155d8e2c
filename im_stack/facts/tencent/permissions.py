"""Permissions of the function of a keyring: to take its role, to list its bucket, to delete in it."""

from collections.abc import Iterator, Sequence
from typing import Final

from im_stack.facts.access.patterns import confined
from im_stack.facts.access.permissions import missing_permissions
from im_stack.facts.access.requests import ACTION, PRINCIPAL, Requests, among
from im_stack.facts.access.statements import Statement, is_granted, may_be_refused
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Resource
from im_stack.facts.tencent import access, cam, cos

_NEEDED: Final = tuple(
    f"cos:{act}" for act in ("HeadBucket", "GetBucket", "GetBucketVersioning", "GetBucketReplication", "DeleteObject")
)
"""What the function asks of COS before it ends a key, and to end it (`im_stack/purge/cos.py`)."""
_TAKEN: Final = "sts:AssumeRole"
_ROLES: Final = confined("qcs::cam::uin/*:roleName/*")


def missing(view: View, bucket: str, region: str) -> Iterator[str]:
    """Everything that keeps a function from ending the keys of a bucket, as far as the plan shows."""
    roles, doubts = view.links("role", {cam.ROLE})
    if doubts:
        yield f"its role: {doubts}"
        return
    role, graph = roles[0], view.graph
    of_role: Requests = access.of_today(among(PRINCIPAL, _ROLES))
    needed = {act: access.requests((act,), access.bucket(bucket, region), *of_role) for act in _NEEDED}
    beside = [s for each in graph.of_type(cos.BUCKET) if each.inputs.get("bucket") == bucket for s in _of(each, graph)]
    yield from missing_permissions(role, _taken(role), _granted(role, graph), beside, needed, bucket)


def _taken(role: Resource) -> bool:
    """Whether functions can take a role."""
    trusts = access.read_document(role.inputs.get("document"), "role") or ()
    asked = (among(PRINCIPAL, f"{access.SERVICES}{access.FUNCTIONS}"), among(ACTION, _TAKEN), *access.of_today())
    return bool(is_granted(trusts, asked)) and not may_be_refused(trusts, asked)


def _granted(role: Resource, graph: Graph) -> Sequence[Statement] | None:
    """The statements of all policies of a role; None where one of them cannot be read."""
    found: list[Statement] = []
    for attachment in graph.pointing_at(role, cam.ATTACHMENT, "roleId"):
        policies = graph.links(attachment, "policyId", {cam.POLICY}).found
        document = policies[0].inputs.get("document") if policies else None
        statements = access.read_document(document, "identity")
        if statements is None:
            return None
        found += statements
    return found


def _of(bucket: Resource, graph: Graph) -> Iterator[Statement]:
    """The statements of a bucket's own policies."""
    for policy in graph.pointing_at(bucket, cos.POLICY, "bucket"):
        yield from access.read_document(policy.inputs.get("policy")) or ()
