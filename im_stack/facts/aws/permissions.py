"""Whether the function of a keyring may do what it is told: take its role, list and delete in its bucket, use a key."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from im_stack.facts.aws import iam, kms, policy, s3
from im_stack.facts.aws.location import account_of, partition
from im_stack.facts.knowledge.permissions import Powers
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Resource

FUNCTIONS: Final = "lambda.amazonaws.com"
_OF_BUCKET: Final = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
_OF_OBJECTS: Final = ("s3:DeleteObject",)
_OF_KEY: Final = ("kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKey")
"""What the function asks of the services before it ends a key, and to end and make one; the bucket asks the last of
whoever writes to it."""
_ALIASES: Final = "kms:ResourceAliases"


def powerless(view: View, graph: Graph, target: policy.Target, region: str, key: Resource | NoLink) -> Iterator[str]:
    """Everything that keeps a function from ending the keys of a bucket, as far as the plan shows."""
    role = iam.role_of(view.resource, "role", view.get("role"), graph)
    name = iam.arn_of(role, graph) if isinstance(role, Resource) else ""
    account = account_of(view.resource, graph)

    def lacks(granted: Sequence[policy.Statement]) -> list[str]:
        reach = _reaches(key, graph, region, account)
        return [
            *(act for act in _OF_BUCKET if not policy.allows(granted, act, policy.unconditionally(target, "bucket"))),
            *(act for act in _OF_OBJECTS if not policy.allows(granted, act, policy.unconditionally(target, "objects"))),
            *(act for act in _OF_KEY if not policy.allows(granted, act, reach)),
        ]

    def refused(granted: Sequence[policy.Statement]) -> list[str]:
        own = [*granted, *_of_buckets(target, graph), *_of_keys(key, graph)]
        needed = (*_OF_BUCKET, *_OF_OBJECTS, *_OF_KEY)
        return sorted(act for act in needed if any(policy.may_refuse(s, act, name) for s in own))

    powers = Powers(
        takes=lambda taken: iam.lets_take(taken, FUNCTIONS),
        granted=lambda given: iam.granted(given, graph),
        lacks=lacks,
        refused=refused,
    )
    yield from powers.powerless(role, target.bucket)
    if not isinstance(key, NoLink) and not _delegated(key, graph):
        yield f"the policy of {key.name} leaves nothing to the account's roles, so its role may not use the key"


def _reaches(key: Resource | NoLink, graph: Graph, region: str, account: str | None) -> Any:
    """Whether a statement reaches the master key: every key of the account in the region, or those with its alias."""
    aliases = set() if isinstance(key, NoLink) else _aliases(key, graph)

    def reach(statement: policy.Statement) -> bool:
        every = any(_every_key(resource, region, account) for resource in statement.resources)
        named = policy.only(statement.condition, "ForAnyValue:StringEquals", _ALIASES)
        return every and (not statement.condition or bool(named and aliases & {str(name) for name in named}))

    return reach


def _every_key(resource: str, region: str, account: str | None) -> bool:
    return resource == "*" or resource.split(":") == ["arn", partition(region), "kms", region, account, "key/*"]


def _aliases(key: Resource, graph: Graph) -> set[str]:
    found = graph.pointing_at(key, kms.ALIAS, "targetKeyId")
    return {name for alias in found if isinstance(name := alias.inputs.get("name"), str)}


def _of_buckets(target: policy.Target, graph: Graph) -> list[policy.Statement]:
    found: list[policy.Statement] = []
    for bucket in graph.of_type(*sorted(s3.BUCKETS)):
        if bucket.inputs.get("bucket") == target.bucket:
            beside = graph.pointing_at(bucket, s3.POLICY, "bucket")
            found += [s for resource in (bucket, *beside) for s in _statements(resource)]
    return found


def _of_keys(key: Resource | NoLink, graph: Graph) -> list[policy.Statement]:
    return [] if isinstance(key, NoLink) else [s for resource in _policies(key, graph) for s in _statements(resource)]


def _policies(key: Resource, graph: Graph) -> list[Resource]:
    return [key, *graph.pointing_at(key, kms.POLICY, "keyId")]


def _statements(resource: Resource) -> Sequence[policy.Statement]:
    text = resource.inputs.get("policy")
    return (policy.read_document(text) if isinstance(text, str) else None) or ()


def _delegated(key: Resource, graph: Graph) -> bool:
    """Whether the account decides who may use a key: it does unless a policy of the key says otherwise."""
    said = [r for r in _policies(key, graph) if r.inputs.get("policy", ABSENT) not in (ABSENT, "")]
    account = account_of(key, graph)
    return all(any(_to_account(s, account) for s in _statements(resource)) for resource in said)


def _to_account(statement: policy.Statement, account: str | None) -> bool:
    """Whether a statement leaves a key to its account, whole and under no condition."""
    ours = any(who in ("*", account) or who.endswith(f":iam::{account}:root") for who in statement.principals)
    plain = statement.allows and statement.plain and not statement.condition
    return plain and ours and bool(statement.actions & {"kms:*", "*"})
