"""Mutants of the stored credentials."""

from tests.harness.mutate import REMOVED, add, lose, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_SECRETS = ("mysql-root-password", "mongodb-password", "redis-password", "producer-password", "consumer-password")
_ANYBODY = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue"}}'
_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"


def _of(short: str) -> list[Mutant]:
    secret, value = f"Secret im-secrets-{short}", f"SecretVersion im-secrets-{short}-value"
    return [
        m(f"{short}: a replica", "copies-stay-home", put(secret, "replicas", [{"region": "ap-southeast-1"}])),
        m(f"{short}: in another region", "home-region", put(secret, "region", "ap-southeast-1")),
        m(f"{short}: its value in another region", "home-region", put(value, "region", "ap-southeast-1")),
        m(f"{short}: in clear", "encrypted-at-rest", put(value, "secretString", "hunter2")),
        m(f"{short}: in clear beside it", "encrypted-at-rest", put(value, "secretStringWo", "hunter2")),
        m(f"{short}: a value not known", "encrypted-at-rest?", put(value, "secretString", UNKNOWN)),
        m(f"{short}: somebody else's key", "encrypted-at-rest?", put(secret, "kmsKeyId", "some-key")),
        m(f"{short}: a policy for anybody", "no-public-door", put(secret, "policy", _ANYBODY)),
        m(f"{short}: a policy beside it", "no-public-door", add(_POLICY, "p", {"policy": _ANYBODY}, secretArn=secret)),
        m(
            f"{short}: turned over by somebody else's function",
            "known-types?",
            add(_ROTATION, "r", {"rotationLambdaArn": "arn:aws:lambda:ap-southeast-3:1:function:f"}, secretId=secret),
        ),
        m(f"{short}: a value of no secret of the stack", "known-types?", lose(secret)),
        m(f"{short}: its value ignored", "judged-arguments-count", option(value, ignore_changes=["secretString"])),
        m(f"{short}: by no declared provider", "explicit-provider", option(secret, provider="")),
    ]


MUTANTS = [row for short in _SECRETS for row in _of(short)]
EQUIVALENT = [
    # A key of the service is as good for credentials: it is the same service that decides who may read them.
    m("mysql: a key of the service", "", put("Secret im-secrets-mysql-root-password", "kmsKeyId", REMOVED)),
    # A secret that can be brought back for a month holds no class of personal data.
    m("mysql: kept after its deletion", "", put("Secret im-secrets-mysql-root-password", "recoveryWindowInDays", 30.0)),
]
MAY_BE_LEFT_OUT = {
    "secretsmanager/secretVersion": "a credential less, and whoever needs it does not start",
}
MAY_BE_UNKNOWN = {"secretsmanager/secret name": "a credential is found by what it is made from"}
