"""Secrets Manager: what holds the credentials of the stack.

A secret is no `Store`: it holds no class of personal data, so no period, copy or erasure duty is about it. What
counts is that it rests under a key of the stack, and that its value is no plain text in the plan and the state.
"""

from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.mechanism.rows import resource, under_key
from im_stack.facts.tencent.kms import KEY

SECRET_TYPE = "tencentcloud:Ssm/secret:Secret"
VERSION = "tencentcloud:Ssm/secretVersion:SecretVersion"
_VALUES = ("secretString", "secretBinary")
_DEFAULT = "ssm_secret.kms_key_id; absent is a key of the service (provider v1.82.42)"

READERS = {
    SECRET_TYPE: resource(under_key("the secret", "kmsKeyId", {KEY}, "KMS", _DEFAULT, absent="a key of the service")),
    VERSION: resource(credential("its value", *_VALUES)),
}
