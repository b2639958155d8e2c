"""Whether the function of a keyring may do what it is told: take its role, list its bucket, delete in it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from im_stack.facts.knowledge.permissions import Powers
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Resource
from im_stack.facts.tencent import cam, cos, document

_NEEDED: Final = tuple(
    f"name/cos:{act}"
    for act in ("HeadBucket", "GetBucket", "GetBucketVersioning", "GetBucketReplication", "DeleteObject")
)
"""What the function asks of COS before it ends a key, and to end it (`im_stack/purge/cos.py`)."""
_TAKEN: Final = "name/sts:AssumeRole"


def powerless(view: View, graph: Graph, target: document.Target) -> Iterator[str]:
    """Everything that keeps a function from ending the keys of a bucket, as far as the plan shows."""
    powers = Powers(
        takes=_takes,
        granted=lambda role: _granted(role, graph),
        lacks=lambda granted: _acts(act for act in _NEEDED if not document.allows(granted, target, act)),
        refused=lambda granted: _refused(graph, target, granted),
    )
    return powers.powerless(graph.link(view.resource, "role", {cam.ROLE}), target.bucket)


def _takes(role: Resource) -> bool:
    trust = role.inputs.get("document")
    return isinstance(trust, str) and document.lets_take(trust, cam.FUNCTIONS, _TAKEN)


def _granted(role: Resource, graph: Graph) -> Sequence[document.Statement] | None:
    """The statements of all policies of a role; None where one of them cannot be read."""
    found: list[document.Statement] = []
    for attachment in graph.pointing_at(role, cam.ATTACHMENT, "roleId"):
        policy = graph.link(attachment, "policyId", {cam.POLICY})
        text = None if isinstance(policy, NoLink) else policy.inputs.get("document")
        statements = document.read_document(text) if isinstance(text, str) else None
        if statements is None:
            return None
        found += statements
    return found


def _refused(graph: Graph, target: document.Target, granted: Sequence[document.Statement]) -> list[str]:
    """Refusals win over what is allowed: those of the role's own policies, and those of the bucket's."""
    own = list(granted)
    for bucket in graph.of_type(cos.BUCKET):
        if bucket.inputs.get("bucket") != target.bucket:
            continue
        for policy in graph.pointing_at(bucket, cos.POLICY, "bucket"):
            text = policy.inputs.get("policy")
            statements = document.read_document(text) if isinstance(text, str) else None
            own += [s for s in statements or () if s.touches_roles]
    return _acts(sorted(act for act in _NEEDED if any(document.may_refuse(s, act) for s in own)))


def _acts(actions: Iterable[str]) -> list[str]:
    return [action.removeprefix("name/") for action in actions]
