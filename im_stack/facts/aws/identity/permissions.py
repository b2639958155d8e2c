"""Permissions of the function of a keyring: to take its role, to list and delete in its bucket, to use a key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from im_stack.facts.access.permissions import Document, Rights, missing_permissions
from im_stack.facts.access.requests import Constraint, Requests, among, no
from im_stack.facts.access.statements import is_granted
from im_stack.facts.aws.identity import access, iam, kms
from im_stack.facts.aws.identity.documents import with_policy
from im_stack.facts.aws.location import account_of, partition
from im_stack.facts.aws.stores import s3
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.requirements import Obstacle
from im_stack.facts.mechanism.view import View, as_items, member
from im_stack.facts.model import ABSENT, Evidence, Resource

FUNCTIONS: Final = "lambda.amazonaws.com"
_OF_BUCKET: Final = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
_OF_OBJECTS: Final = ("s3:DeleteObject",)
_MAKES: Final = ("s3:PutObject",)
_OF_KEY: Final = ("kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKey")
"""What the function asks of the services before it ends a key, and to end and make one; the bucket asks the last of
whoever writes to it."""
_INTERFACES: Final = tuple(
    f"ec2:{act}"
    for act in (
        *("CreateNetworkInterface", "DeleteNetworkInterface"),
        *("AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"),
    )
)
_LOOKS: Final = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
"""What the service does with the role of a function in a network, before it runs, all of which the role must allow, and
to look on every resource (Lambda developer guide, functions and a VPC, read 2026-11-30)."""
_ALIASES: Final = "kms:resourcealiases"
_PUT: Final = (
    among("s3:objectcreationoperation", "true"),
    *(no(f"s3:x-amz-server-side-encryption{end}") for end in ("", "-aws-kms-key-id", "-customer-algorithm")),
)
"""What the request that makes a key says besides: it is whole, and leaves encryption to the bucket."""


@dataclass(frozen=True)
class Use:
    """What a function does with its role: requests to its bucket and its key, by the action of each."""

    bucket: str
    region: str
    key: Resource | None

    def requests(self, role: Resource, view: View) -> dict[str, Requests]:
        """The requests of each action, by a role."""
        graph, part = view.graph, partition(self.region)
        account, of_role = _of(role, part, view)
        caller = access.caller(account)
        places = {
            _OF_BUCKET: (f"arn:{part}:s3:::{self.bucket}", ()),
            _OF_OBJECTS: (f"arn:{part}:s3:::{self.bucket}/*", ()),
            _MAKES: (f"arn:{part}:s3:::{self.bucket}/*", _PUT),
            _OF_KEY: (f"arn:{part}:kms:{self.region}:{account or '*'}:key/*", (*caller, *called(self.key, graph))),
        }
        return {
            act: access.requests((act,), (place,), *of_role, *more)
            for acts, (place, more) in places.items()
            for act in acts
        }


def _of(role: Resource, part: str, view: View) -> tuple[str | None, Requests]:
    """The account of a function, and what holds of any request of its role."""
    account = account_of(view.resource, view.graph)
    return account, iam.requests_of(role, view.graph, account, part)


def _joining(role: Resource, region: str, view: View) -> dict[str, Requests]:
    """The requests by which the service joins a function to its network; none for a function without one."""
    if as_items(member(view.get("vpcConfig"), "subnetIds")) == ():
        return {}
    account, of_role = _of(role, partition(region), view)
    own = f"arn:{partition(region)}:ec2:{region}:{account or '*'}:*"
    places = {**dict.fromkeys(_INTERFACES, own), **dict.fromkeys(_LOOKS, "*")}
    return {act: access.requests((act,), (place,), *of_role) for act, place in places.items()}


def missing(view: View, use: Use) -> Iterator[Obstacle]:
    """Everything that keeps a function from ending the keys of a bucket, as far as policies show."""
    graph, key = view.graph, use.key
    roles, doubts = iam.role_of(view.resource, "role", view.get("role"), graph)
    if doubts:
        yield Obstacle(f"its role: {doubts}", view.evidence("role"))
        return
    role = roles[0]
    of_key = [policy_of(each) for each in with_policy(key, kms.POLICY, "keyId", graph)] if key else []
    beside = [*_of_buckets(use.bucket, graph), *of_key, *iam.organization_policies(graph)]
    needed, joining = use.requests(role, view), _joining(role, use.region, view)
    where = f"{use.bucket} and its network" if joining else use.bucket
    taken = iam.lets_take(role, FUNCTIONS)
    rights = Rights(role, taken, iam.policies_of(role, graph), iam.boundaries_of(role, graph), beside)
    yield from missing_permissions(rights, needed | joining, where, "assumeRolePolicy")
    for each in of_key:
        if not all(is_granted(each.statements or (), needed[act]) for act in _OF_KEY):
            name = key.name if key else ""
            why = f"the policy of {name} leaves nothing to the account's roles, so its role may not use the key"
            yield Obstacle(why, each.evidence)
    if view.get("kmsKeyArn") not in (ABSENT, ""):
        yield Obstacle(
            "its environment is encrypted under a key that its role must decrypt", view.evidence("kmsKeyArn")
        )


def called(key: Resource | None, graph: Graph) -> tuple[Constraint, ...]:
    """The aliases of a key, as a request to use it says them."""
    found = graph.pointing_at(key, kms.ALIAS, "targetKeyId") if key else []
    names = [name for alias in found if isinstance(name := alias.inputs.get("name"), str)]
    return tuple(Constraint(_ALIASES, frozenset({name}), many=True) for name in names)


def _of_buckets(name: str, graph: Graph) -> list[Document]:
    """The policies of every bucket of this name."""
    buckets = [bucket for bucket in graph.of_type(*sorted(s3.BUCKETS)) if bucket.inputs.get("bucket") == name]
    return [policy_of(each) for bucket in buckets for each in with_policy(bucket, s3.POLICY, "bucket", graph)]


def policy_of(resource: Resource) -> Document:
    """The policy that stands with a resource; none where it has none."""
    text = resource.inputs.get("policy", ABSENT)
    statements = () if text in (ABSENT, "") else access.read_document(text)
    return Document(Evidence(resource.urn, "policy"), statements, "it is no policy that can be read")
