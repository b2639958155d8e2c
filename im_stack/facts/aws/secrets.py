"""Secrets Manager: what holds the credentials of the stack.

A secret is no `Store`: it holds no class of personal data, so no period, copy or erasure duty is about it. What
counts is that it rests under a key of the stack, that its value is no plain text in the plan and the state, that
nobody unnamed may read it, and that what turns it over is of the stack.
"""

from collections.abc import Iterable, Iterator

from facts.aws import kms, policy
from facts.aws.calls import function_in
from facts.aws.kept import belongs, setting
from facts.aws.place import arn_places
from facts.cloud import Reader
from facts.credentials import set_in_state
from facts.graph import Graph, NoLink
from facts.model import ABSENT, Fact, Resource, Unread
from facts.view import View

SECRET_TYPE = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
_VALUES = ("secretString", "secretBinary", "secretStringWo")
"""Where a value is set. One that the provider does not store is an input all the same, and the engine keeps inputs."""


def _secret(view: View, graph: Graph) -> Iterable[Fact]:
    key = view.get("kmsKeyId")
    yield kms.rests(view.urn, "the secret", "KMS", view.resource, "kmsKeyId", key, graph)
    yield from arn_places(view, "kmsKeyId")
    if view.get("policy") not in (ABSENT, ""):
        yield from _readers(view, view.resource)


def _version(view: View, secret: Resource, graph: Graph) -> Iterable[Fact]:
    return set_in_state(view, "its value", _VALUES)


def _policy(view: View, secret: Resource, graph: Graph) -> Iterable[Fact]:
    yield from _readers(view, secret)


def _readers(view: View, secret: Resource) -> Iterator[Fact]:
    """Whom a policy of the secret lets read it."""
    return policy.door(view, secret.urn, f"the policy of {view.resource.name}")


def _rotation(view: View, secret: Resource, graph: Graph) -> Iterable[Fact]:
    """What makes new values of a secret sees them: a function of this stack, or the service itself."""
    value = view.get("rotationLambdaArn")
    if value in (ABSENT, ""):
        return
    function = function_in(view.resource, "rotationLambdaArn", value, graph)
    if isinstance(function, NoLink):
        yield Unread(view.urn, f"the function that makes its values: {function.why}", "link")
    yield from arn_places(view, "rotationLambdaArn")


_OF = frozenset({SECRET_TYPE})
READERS = {
    SECRET_TYPE: Reader(frozenset({"name", "kmsKeyId", "policy"}), _secret),
    VERSION: Reader(
        frozenset({"secretId", *_VALUES}), belongs("secretId", _OF, _version), credentials=frozenset(_VALUES)
    ),
    POLICY: setting("secretArn", _OF, _policy, also={"policy"}),
    ROTATION: setting("secretId", _OF, _rotation, also={"rotationLambdaArn"}),
}
