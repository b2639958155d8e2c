"""Permissions of the function of a keyring: to take its role, to list its bucket, to delete in it, to use a key."""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.access.patterns import ANY, confined
from im_stack.facts.access.permissions import Document, Rights, missing_permissions
from im_stack.facts.access.requests import ACTION, PRINCIPAL, Constraint, Requests, among
from im_stack.facts.access.statements import is_granted, may_be_refused
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.requirements import Obstacle
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Resource
from im_stack.facts.tencent.identity import access, cam
from im_stack.facts.tencent.stores import cos

_OF_BUCKET: Final = (
    *("cos:HeadBucket", "cos:GetBucket", "cos:GetBucketVersioning", "cos:GetBucketReplication"),
    *("cos:DeleteObject", "cos:PutObject"),
)
"""What the function asks of COS before it ends a key, and to end and make one (`im_stack/purge/cos.py`)."""
_OF_KEY: Final = "kms:GenerateDataKey"
_TAKEN: Final = "sts:AssumeRole"
_ROLES: Final = confined("qcs::cam::uin/*:roleName/*")
_TAGS: Final = "qcs:resource_tag"


def missing(view: View, bucket: str, region: str, key: Resource | None) -> Iterator[Obstacle]:
    """Everything that keeps a function from ending the keys of a bucket, as far as policies show."""
    roles, doubts = view.links("role", cam.ROLES)
    if doubts:
        yield Obstacle(f"its role: {doubts}", view.evidence("role"))
        return
    role, graph = roles[0], view.graph
    of_role: Requests = access.of_today(among(PRINCIPAL, _ROLES))
    needed = {act: access.requests((act,), access.bucket(bucket, region), *of_role) for act in _OF_BUCKET}
    needed[_OF_KEY] = access.requests((_OF_KEY,), f"qcs::kms:{region}:{ANY}:key/{ANY}", *of_role, *_tags(key))
    beside = [p for each in graph.of_type(cos.BUCKET) if each.inputs.get("bucket") == bucket for p in _of(each, graph)]
    rights = Rights(role, _taken(role), cam.policies_of(role, graph), cam.boundaries_of(role, graph), beside)
    yield from missing_permissions(rights, needed, bucket, "document")


def _tags(key: Resource | None) -> tuple[Constraint, ...]:
    """The tags of a key, as a request to use it says them: `name&value`."""
    tags = key.inputs.get("tags", ABSENT) if key else ABSENT
    known = tags.items() if isinstance(tags, dict) else ()
    return tuple(Constraint(_TAGS, frozenset({f"{name}&{value}"}), many=True) for name, value in known)


def _taken(role: Resource) -> bool:
    """Whether functions can take a role."""
    trusts = access.read_document(role.inputs.get("document"), "role") or ()
    asked = (among(PRINCIPAL, f"{access.SERVICES}{access.FUNCTIONS}"), among(ACTION, _TAKEN), *access.of_today())
    return bool(is_granted(trusts, asked)) and not may_be_refused(trusts, asked)


def _of(bucket: Resource, graph: Graph) -> Iterator[Document]:
    """A bucket's own policies."""
    for policy in graph.pointing_at(bucket, cos.POLICY, "bucket"):
        statements = access.read_document(policy.inputs.get("policy"))
        yield Document(Evidence(policy.urn, "policy"), statements, "it is no policy that can be read")
