"""Secrets Manager: what holds the credentials of the stack.

A secret holds no class of data, unless one is declared in it: then it is kept until it is deleted, and for the recovery
window after that. What counts besides is that it rests under a key of the stack, and that its value is no plain text in
the plan and the state.
"""

from collections.abc import Iterator

from im_stack.facts.access.patterns import confined
from im_stack.facts.access.reading import may_read, read_by
from im_stack.facts.access.requests import PRINCIPAL, among
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.mechanism.rows import (
    chosen,
    copy,
    endless,
    reads,
    resource,
    setting_of,
    under_key,
    when_asked,
    with_rows,
)
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Copy, Fact, ReadAccess, Resource, Store
from im_stack.facts.tencent import access, cam
from im_stack.facts.tencent.kms import KEY

SECRET_TYPE = "tencentcloud:Ssm/secret:Secret"
VERSION = "tencentcloud:Ssm/secretVersion:SecretVersion"
_VALUES = ("secretString", "secretBinary")
_DEFAULT = "ssm_secret.kms_key_id; absent is a key of the service (provider v1.82.42)"

_STATE = "Pulumi keeps the states of a stack: every value that a program sets is in one, encrypted, without an end"
_READ = "ssm:GetSecretValue"


@reads("recoveryWindowInDays")
def _deleted(view: View) -> Iterator[Fact]:
    yield Store(view.urn, "ssm", presumed=False)
    window = chosen("recoveryWindowInDays", "ssm-recovery", "recovery window")(view)
    yield Copy(view.urn, "deleted secret", window)


@reads("secretName")
def _readers(view: View) -> Iterator[Fact]:
    """The roles of the stack that may read its value."""
    graph, name = view.graph, view.get("secretName")
    known = isinstance(name, str)

    def allowed(role: Resource) -> bool | None:
        called = role.inputs.get("name")
        of = confined(f"qcs::cam::uin/*:roleName/{called if isinstance(called, str) else '*'}")
        secret = f"qcs::ssm:*:*:secret/*/{name if known else '*'}"
        asked = access.requests((_READ,), secret, *access.of_today(among(PRINCIPAL, of)))
        return may_read(cam.policies_of(role, graph), cam.boundaries_of(role, graph), [], asked)

    yield from read_by(view, graph.of_type(*sorted(cam.ROLES)), allowed, known)


READERS = {
    SECRET_TYPE: resource(
        _deleted,
        when_asked(ReadAccess, _readers),
        under_key("the secret", "kmsKeyId", {KEY}, "KMS", _DEFAULT, absent="a key of the service"),
    ),
    VERSION: with_rows(
        setting_of(
            "secretName",
            {SECRET_TYPE},
            copy("value in the state", endless("states kept", "secretString", _STATE)),
            kept=True,
        ),
        credential("its value", *_VALUES),
    ),
}
