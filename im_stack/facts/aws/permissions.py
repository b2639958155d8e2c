"""Permissions of the function of a keyring: to take its role, to list and delete in its bucket, to use a key."""

from collections.abc import Iterator, Sequence
from typing import Final

from im_stack.facts.access.permissions import missing_permissions
from im_stack.facts.access.requests import Constraint, Requests
from im_stack.facts.access.statements import Statement, is_granted
from im_stack.facts.aws import access, iam, kms, s3
from im_stack.facts.aws.arns import arn_of_role
from im_stack.facts.aws.location import account_of, partition
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Resource

FUNCTIONS: Final = "lambda.amazonaws.com"
_OF_BUCKET: Final = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
_OF_OBJECTS: Final = ("s3:DeleteObject",)
_OF_KEY: Final = ("kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKey")
"""What the function asks of the services before it ends a key, and to end and make one; the bucket asks the last of
whoever writes to it."""
_ALIASES: Final = "kms:resourcealiases"


def missing(view: View, bucket: str, region: str, key: Resource | None) -> Iterator[str]:
    """Everything that keeps a function from ending the keys of a bucket, as far as the plan shows."""
    graph = view.graph
    roles, doubts = iam.role_of(view.resource, "role", view.get("role"), graph)
    if doubts:
        yield f"its role: {doubts}"
        return
    role = roles[0]
    account, part = account_of(view.resource, graph), partition(region)
    name = arn_of_role(role, graph) or f"arn:{part}:iam::{account or '*'}:role/*"
    of_role = access.of_role(name, account)
    places = {
        _OF_BUCKET: (f"arn:{part}:s3:::{bucket}", ()),
        _OF_OBJECTS: (f"arn:{part}:s3:::{bucket}/*", ()),
        _OF_KEY: (f"arn:{part}:kms:{region}:{account or '*'}:key/*", (*access.caller(account), *_called(key, graph))),
    }
    needed: dict[str, Requests] = {
        act: access.requests((act,), (place,), *of_role, *more)
        for acts, (place, more) in places.items()
        for act in acts
    }
    policies = [_statements(resource) for resource in _policies(key, graph)] if key else []
    beside = [*_of_buckets(bucket, graph), *(s for each in policies for s in each)]
    granted = iam.granted(role, graph)
    yield from missing_permissions(role, iam.lets_take(role, FUNCTIONS), granted, beside, needed, bucket)
    left = all(is_granted(each, needed[act]) for each in policies for act in _OF_KEY)
    # equivalent(operand): without a key there is no policy that leaves nothing
    if key and not left:
        yield f"the policy of {key.name} leaves nothing to the account's roles, so its role may not use the key"


def _called(key: Resource | None, graph: Graph) -> tuple[Constraint, ...]:
    """The aliases of a key, as a request to use it says them."""
    found = graph.pointing_at(key, kms.ALIAS, "targetKeyId") if key else []
    names = [name for alias in found if isinstance(name := alias.inputs.get("name"), str)]
    return tuple(Constraint(_ALIASES, frozenset({name}), many=True) for name in names)


def _of_buckets(name: str, graph: Graph) -> list[Statement]:
    """The statements of the policies of every bucket of this name."""
    buckets = [bucket for bucket in graph.of_type(*sorted(s3.BUCKETS)) if bucket.inputs.get("bucket") == name]
    found = [each for bucket in buckets for each in (bucket, *graph.pointing_at(bucket, s3.POLICY, "bucket"))]
    return [statement for resource in found for statement in _statements(resource)]


def _policies(key: Resource, graph: Graph) -> list[Resource]:
    """Every resource that says who may use a key; where none does, its account decides."""
    said = [key, *graph.pointing_at(key, kms.POLICY, "keyId")]
    return [resource for resource in said if resource.inputs.get("policy", ABSENT) not in (ABSENT, "")]


def _statements(resource: Resource) -> Sequence[Statement]:
    return access.read_document(resource.inputs.get("policy")) or ()
