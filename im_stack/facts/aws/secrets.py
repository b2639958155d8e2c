"""Secrets Manager: secrets, their values, who may read them, and the function that rotates them.

A secret is no `Store`: it holds the credentials of the stack and no class of personal data, so no period, copy or
erasure duty is about it.
"""

from collections.abc import Iterator

from im_stack.facts.aws.documents import lets_in
from im_stack.facts.aws.kms import under_key
from im_stack.facts.aws.lambda_targets import call_of
from im_stack.facts.aws.location import arns
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.mechanism.rows import looked_up, reads, resource, setting_of
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact

SECRET_TYPE = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
_ROTATES = "rotationLambdaArn"


@reads(_ROTATES)
def _rotation(view: View) -> Iterator[Fact]:
    """The function that makes new values sees them, so it must be of this stack; absent is the service itself."""
    if view.get(_ROTATES) not in (ABSENT, ""):
        doubts = call_of(view.resource, _ROTATES, view.get(_ROTATES), view.graph).doubts
        yield from view.unresolved(doubts, "the function that makes its values")


READERS = {
    SECRET_TYPE: resource(
        under_key("the secret", "KMS", "kmsKeyId"),
        arns("kmsKeyId"),
        lets_in("the policy of {name}", optional=True),
        looked_up("name"),
    ),
    # A value that the provider does not store (`Wo`) is an input all the same, and the engine stores inputs.
    VERSION: setting_of(
        "secretId",
        {SECRET_TYPE},
        credential("its value", "secretString", "secretBinary", "secretStringWo"),
        kept=True,
    ),
    POLICY: setting_of("secretArn", {SECRET_TYPE}, lets_in("the policy of {name}")),
    ROTATION: setting_of("secretId", {SECRET_TYPE}, _rotation, arns(_ROTATES)),
}
