"""Secrets Manager: secrets, their values, who may read them, and the function that rotates them.

A secret holds credentials of the stack and no class of data, unless one is declared in it: then it is kept until it is
deleted, and for the recovery window after that.
"""

from collections.abc import Iterator, Sequence

from im_stack.facts.access.permissions import Document
from im_stack.facts.access.reading import may_read, read_by
from im_stack.facts.aws.compute.lambda_targets import call_of
from im_stack.facts.aws.identity import access, iam
from im_stack.facts.aws.identity.documents import lets_in, with_policy
from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import account_of, arns
from im_stack.facts.knowledge.credentials import credential, secret_store, value_in_states
from im_stack.facts.mechanism.rows import looked_up, reads, resource, setting_of, when_asked
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, ReadAccess, Resource

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


@reads("name")
def _readers(view: View) -> Iterator[Fact]:
    """The roles of the stack that may read its value."""
    graph, account, name = view.graph, account_of(view.resource, view.graph), view.get("name")
    named = f"{name}-*" if isinstance(name, str) else "*"
    secret = (f"arn:*:secretsmanager:*:{account or '*'}:secret:{named}",)
    own = [iam.lets_in(each, "policy", account) for each in with_policy(view.resource, POLICY, "secretArn", graph)]

    def allowed(role: Resource, own: Sequence[Document] = own) -> bool | None:
        asked = access.requests(_READS, secret, *iam.requests_of(role, graph, account))
        return may_read(iam.policies_of(role, graph), iam.boundaries_of(role, graph), own, asked)

    roles = graph.of_type(iam.ROLE)
    yield from read_by(view, roles, allowed, isinstance(name, str))
    for role in roles if own else ():  # what its own policies let a role read, it says of itself
        # equivalent(operand): what the role's own policies let it read is said of the role, with the same outcome
        if allowed(role, ()) is False and allowed(role) is not False:
            yield ReadAccess(role.urn, "", None, view.evidence("policy"))


_READS = ("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue")
READERS = {
    SECRET_TYPE: resource(
        secret_store("secretsmanager", "recoveryWindowInDays", "secret-recovery"),
        when_asked(ReadAccess, _readers),
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
        value_in_states("secretString"),
        kept=True,
    ),
    POLICY: setting_of("secretArn", {SECRET_TYPE}, lets_in("the policy of {name}")),
    ROTATION: setting_of("secretId", {SECRET_TYPE}, _rotation, arns(_ROTATES)),
}
