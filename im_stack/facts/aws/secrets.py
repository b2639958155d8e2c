"""Secrets Manager: what holds the credentials of the stack.

A secret is no `Store`: it holds no class of personal data, so no period, copy or erasure duty is about it. What
counts is that it rests under a key of the stack, that its value is no plain text in the plan and the state, that
nobody unnamed may read it, and that what turns it over is of the stack.
"""

from collections.abc import Iterable, Iterator

from im_stack.facts.aws import kms, policy
from im_stack.facts.aws.lambda_targets import function_in
from im_stack.facts.aws.location import arn_places
from im_stack.facts.aws.retention import belongs, setting
from im_stack.facts.knowledge.credentials import set_in_state
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Resource, Unread

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
