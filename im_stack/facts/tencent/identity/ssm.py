"""Secrets Manager: what holds the credentials of the stack.

A secret holds no class of data, unless one is declared in it: then it is kept until it is deleted, and for the recovery
window after that. What counts besides is that it rests under a key of the stack, and that its value is no plain text in
the plan and the state.
"""

from collections.abc import Iterator

from im_stack.facts.access.reading import may_read, read_by
from im_stack.facts.knowledge.credentials import credential, secret_store, value_in_states
from im_stack.facts.mechanism.rows import (
    reads,
    resource,
    setting_of,
    under_key,
    when_asked,
    with_rows,
)
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact, ReadAccess, Resource
from im_stack.facts.tencent.identity import access, cam
from im_stack.facts.tencent.identity.kms import KEY

SECRET_TYPE = "tencentcloud:Ssm/secret:Secret"
VERSION = "tencentcloud:Ssm/secretVersion:SecretVersion"
_VALUES = ("secretString", "secretBinary")
_DEFAULT = "ssm_secret.kms_key_id; absent is a key of the service (provider v1.82.42)"

_READ = "ssm:GetSecretValue"


@reads("secretName")
def _readers(view: View) -> Iterator[Fact]:
    """The roles of the stack that may read its value."""
    graph, name = view.graph, view.get("secretName")
    known = isinstance(name, str)

    def allowed(role: Resource) -> bool | None:
        secret = f"qcs::ssm:*:*:secret/*/{name if known else '*'}"
        asked = access.requests((_READ,), secret, *cam.requests_of(role))
        return may_read(cam.policies_of(role, graph), cam.boundaries_of(role, graph), [], asked)

    yield from read_by(view, graph.of_type(*sorted(cam.ROLES)), allowed, known)


READERS = {
    SECRET_TYPE: resource(
        secret_store("ssm", "recoveryWindowInDays", "ssm-recovery"),
        when_asked(ReadAccess, _readers),
        under_key("the secret", "kmsKeyId", {KEY}, "KMS", _DEFAULT, absent="a key of the service"),
    ),
    VERSION: with_rows(
        setting_of(
            "secretName",
            {SECRET_TYPE},
            value_in_states("secretString"),
            kept=True,
        ),
        credential("its value", *_VALUES),
    ),
}
