"""IAM policy language: what the documents of AWS mean, for the evaluator in `im_stack.facts.access`.

Principals are words: the ARN of an identity as it is, `service:<domain>`, `federated:<provider>`, `canonical:<id>`, and
`anonymous`. Actions are in lower case, as AWS compares them without regard to case. Condition keys are, too.

Sources: IAM user guide, elements of a JSON policy (Principal, NotPrincipal, Resource: "a `*` that is the last character
of a segment can match beyond the colon"), condition operators, keys of several values; all read 2026-11-30.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from im_stack.facts.access import document
from im_stack.facts.access.conditions import Operators
from im_stack.facts.access.document import Dialect, Place, read_principals
from im_stack.facts.access.patterns import ANY, UNNAMED, confined, literal
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests, among, no
from im_stack.facts.access.statements import Principal, Statement, words_of
from im_stack.facts.access.trust import Way, Zones

ANONYMOUS: Final = "anonymous"
SERVICES: Final = "service:"
SECURE: Final = "aws:securetransport"
TLS: Final = "s3:tlsversion"
READS: Final = frozenset({"s3:getobject", "s3:listbucket"})
"""Actions that read what a bucket holds, and do no more."""
CREATES: Final = "s3:objectcreationoperation"
"""False in what starts an upload in parts and adds one (Amazon S3 user guide, enforcing conditional writes)."""
PRINCIPAL_ARN: Final = "aws:principalarn"
EVERYONE: Final = "*"
_ACCOUNT_KEY: Final = "aws:principalaccount"
_CALLER: Final = "kms:calleraccount"
_OWNER: Final = "aws:sourceowner"
"""Who asks, in the policy that SNS writes for a topic without one; the service's guide says no more of it."""
_SERVES: Final = "aws:principalisawsservice"
_SOURCE: Final = "aws:sourcearn"
_CONTEXTS: Final = {
    service: f"kms:encryptioncontext:aws:{service}:arn" for service in ("logs", "cloudtrail", "s3", "sns", "sqs")
}
"""Keys by which one service says of what resource it encrypts; any other caller can say the same."""
_LOG_WRITERS: Final = (
    "cloudtrail.amazonaws.com",
    "config.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "logdelivery.elasticloadbalancing.amazonaws.com",
)
"""Services that write what they log of an account to objects `AWSLogs/<its number>/` of a bucket."""
_HANDING_ON: Final = ("rolesanywhere.amazonaws.com", "credentials.iot.amazonaws.com")
"""Services that give a role's credentials to whoever has a certificate (IAM Roles Anywhere, AWS IoT)."""
_ON_BEHALF, _PROVIDED = "a service on behalf of any account", "an identity of a provider"
_PLAIN_HTTP: Final = among(SECURE, "false")


def narrow(account: str, way: Way) -> str:
    """What a statement needs so that a way of it is for a role of the stack, or for a service of this account."""
    # equivalent(builtin, negate, operand): the words of a fix
    if way.principal and any(word.endswith(".amazonaws.com") for word in way.principal.words):
        # equivalent(return): the words of a fix
        return f'add the condition `"StringEquals": {{"aws:SourceAccount": "{account}"}}`'
    # equivalent(return): the words of a fix
    return 'name roles of this stack in Principal, or add the condition `"ArnEquals": {"aws:PrincipalArn": ROLE}`'


NO_PLAIN_HTTP: Final = "a policy that denies every action where `aws:SecureTransport` is false"
NO_OLD_TLS: Final = "a policy that denies every action where `s3:TlsVersion` is less than 1.2"
_HTTPS: Final = among(SECURE, "true")
_ACCOUNT: Final = re.compile(r"(\d{12})|arn:[^:*?]+:iam::(\d{12}):root")
_IDENTITY: Final = re.compile(r"arn:[^:*?]+:(?:iam|sts)::(\d{12}):[^*?]+")
NUMBER: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_KINDS: Final = {"service": SERVICES, "federated": "federated:", "canonicaluser": "canonical:"}
_COMPARED: Final = {
    "String{}Equals": "equals",
    "String{}EqualsIgnoreCase": "folded",
    "String{}Like": "like",
    "Arn{}Equals": "arn",
    "Arn{}Like": "arn",
    "Numeric{}Equals": "number =",
    "Date{}Equals": "date =",
}
_NAMED: Final = {
    **{name.format(no): (kind, bool(no)) for name, kind in _COMPARED.items() for no in ("", "Not")},
    **{
        f"{family}{name}": (f"{kind} {relation}", False)
        for family, kind in (("Numeric", "number"), ("Date", "date"))
        for name, relation in (
            ("LessThan", "<"),
            ("LessThanEquals", "<="),
            ("GreaterThan", ">"),
            ("GreaterThanEquals", ">="),
        )
    },
    "IpAddress": ("address =", False),
    "NotIpAddress": ("address =", True),
    "Bool": ("flag", False),
    "BinaryEquals": ("equals", False),
    "Null": ("null", False),
}


_CONTENT: Final = tuple(
    f"{service}:{act}".lower()
    for service, acts in {
        "s3": ("GetObject*", "PutObject*", "DeleteObject*", "RestoreObject", "ReplicateObject", "ReplicateDelete"),
        "kms": (
            *("Decrypt", "Encrypt", "GenerateDataKey*", "ReEncrypt*", "CreateGrant"),
            *("Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret"),
        ),
        "secretsmanager": ("GetSecretValue", "BatchGetSecretValue", "PutSecretValue", "UpdateSecret"),
        "sqs": ("ReceiveMessage", "SendMessage", "DeleteMessage", "PurgeQueue", "StartMessageMoveTask"),
        "sns": ("Publish", "Subscribe"),
        "kafka-cluster": ("ReadData", "WriteData*"),
        "logs": (
            *("GetLogEvents", "GetLogRecord", "FilterLogEvents", "StartQuery", "StartLiveTail", "Unmask"),
            *("PutLogEvents", "PutSubscriptionFilter", "CreateExportTask"),
        ),
        "lambda": ("InvokeFunction", "InvokeFunctionUrl", "InvokeAsync", "GetFunction", "UpdateFunctionCode"),
        "sts": ("AssumeRole*",),
        "backup": ("StartRestoreJob", "StartCopyJob", "CopyFromBackupVault"),
    }.items()
    for act in acts
)
"""Actions that read or write content, send it on, use a key, or take a role or its place (service authorization
reference)."""


def _principals(value: Any) -> tuple[Principal, ...]:
    if value == EVERYONE:
        return (Principal("AWS", EVERYONE, frozenset({ANY})),)
    return read_principals(value, _principal)


def _principal(kind: str, name: str) -> Principal:
    if kind.lower() != "aws":
        known = None if ANY in name else _KINDS.get(kind.lower())  # what a pattern stands for is in no document
        return Principal(kind, name, frozenset({f"{known}{name}" if known else ANY}), exact=known is not None)
    if name == EVERYONE:
        return Principal(kind, name, frozenset({ANY}))
    if whole := _ACCOUNT.fullmatch(name):
        number = whole.group(1) or whole.group(2)
        return Principal(kind, name, frozenset(confined(f"arn:*:{service}::{number}:*") for service in ("iam", "sts")))
    if ANY in name or "?" in name:
        return Principal(kind, name, frozenset({name}), exact=False)
    itself = (among(PRINCIPAL_ARN, literal(name)),) if ":iam::" in name else ()  # of a session it is its role's
    return Principal(kind, name, frozenset({literal(name)}), also=itself)


def _action(pattern: str) -> tuple[str, str]:
    lower = pattern.lower()
    return (lower, lower) if lower == ANY or ":" in lower else ("", ANY)


def _resource(pattern: str) -> tuple[str, str]:
    return confined(pattern), pattern


IAM: Final = Dialect(
    versions=("2008-10-17", "2012-10-17"),
    effects={"Allow": True, "Deny": False},
    members=frozenset(
        {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
    ),
    operators=Operators(
        named=_NAMED,
        if_exists="IfExists",
        any_value="ForAnyValue:",
        all_values="ForAllValues:",
        absent_negated=True,
        key=str.lower,
    ),
    principals=_principals,
    action=_action,
    resource=_resource,
)


def read_document(text: object, place: Place = "resource") -> tuple[Statement, ...] | None:
    """The statements of a policy document; None where the text is not one."""
    return document.read_document(text, IAM, place)


def requests(actions: tuple[str, ...], resources: tuple[str, ...], *more: Constraint) -> Requests:
    """Requests of these actions on these resources. Every request says whether it is HTTPS."""
    plain = frozenset(action.lower() for action in actions)
    whole = (
        Constraint(ACTION, plain),
        Constraint(RESOURCE, frozenset(map(confined, resources))),
        among(PRINCIPAL, ANY),
    )
    return (*whole, among(SECURE, "true", "false"), *more)


def by(*words: str) -> Constraint:
    """Requests of these principals."""
    return among(PRINCIPAL, *words)


def plaintext(service: str, *resources: str) -> Requests:
    """Every request to resources that is not HTTPS."""
    return requests((f"{service}:*",), resources, _PLAIN_HTTP)


def old_tls(*resources: str) -> Requests:
    """Every HTTPS request to resources of S3 below TLS 1.2."""
    return requests(("s3:*",), resources, _HTTPS, among(TLS, "1.0", "1.1"))


def in_parts(*objects: str) -> Requests:
    """Every start of an upload in parts."""
    return requests(("s3:PutObject",), objects, among(CREATES, "false"))


def of_today(*more: Constraint) -> Requests:
    """What holds of any request that a client of today makes."""
    return (_HTTPS, among(TLS, "1.2", "1.3", absent=True), *more)


_DIRECT: Final = (no(_SOURCE), no("aws:sourceaccount"), among(_SERVES, "false"))
"""What holds of a request that no service makes."""
_NO_IDENTITY: Final = tuple(f"{start}*" for start in _KINDS.values())


def of_role(name: str, account: str | None) -> Requests:
    """What holds of any request of a role (or of one of several, by a pattern) of an account, None for any."""
    ours = (among(_ACCOUNT_KEY, account),) if account else ()
    return of_today(by(name), among(PRINCIPAL_ARN, name), *ours, *_DIRECT)


def caller(account: str | None) -> Requests:
    """What a request to KMS says besides: the account that asks."""
    return (among(_CALLER, account),) if account else ()


def strangers(accounts: Iterable[str]) -> Zones:
    """Everyone outside some accounts: who does not sign in, identities of others, services on behalf of others. Which
    identities a canonical id means is not known, and so none of them is inside."""
    ours = sorted(accounts)
    own = [word for account in ours for word in _identities(account)]
    unsigned = [no(key) for key in (_ACCOUNT_KEY, PRINCIPAL_ARN, _CALLER, "aws:userid", "aws:principalorgid")]
    said = [no(key) for key in (_SOURCE, "aws:sourceaccount", "aws:sourceorgid")]
    direct = [*said, _if_there(_but(_OWNER, *ours))]
    signed = [_but(key, *ours) for key in (_ACCOUNT_KEY, _CALLER)]
    unsaid = [_if_there(each) for each in (*signed, _but(PRINCIPAL_ARN, *own))]
    return [
        ("anyone", (by(ANONYMOUS), *unsigned, *direct, among(_SERVES, "false"))),
        (
            "any account",
            (
                _but(PRINCIPAL, ANONYMOUS, *_NO_IDENTITY, *own),
                *signed,
                _but(PRINCIPAL_ARN, *own),
                *direct,
                among(_SERVES, "false"),
            ),
        ),
        *((_ON_BEHALF, each) for each in _services(ours)),
        (
            _PROVIDED,
            (by("federated:*"), _but(PRINCIPAL, *(f"federated:{each}" for each in own)), *unsaid, *direct),
        ),
        ("a canonical user", (by("canonical:*"), *unsaid, *direct)),
    ]


def takers(accounts: Iterable[str]) -> Zones:
    """Everyone outside some accounts who could take a role of theirs. A service takes one that an identity of the
    role's account passes to it (IAM user guide, iam:PassRole), and so for that account; but a few hand it on."""
    people = [zone for zone in strangers(accounts) if zone[0] not in (_ON_BEHALF, _PROVIDED)]
    return [
        *people,
        (_PROVIDED, (by("federated:*"),)),
        ("no service of the cloud", (by(f"{SERVICES}*"), _but(PRINCIPAL, f"{SERVICES}*.amazonaws.com"))),
        ("a service that hands it to machines outside", (by(*(f"{SERVICES}{each}" for each in _HANDING_ON)),)),
    ]


def _services(ours: Sequence[str]) -> Iterator[Requests]:
    """Requests of services on behalf of others than some accounts."""
    arns = [confined(f"arn:*:*:*:{account}:*") for account in ours]
    behalf = (
        *(_if_there(_but(key, *ours)) for key in ("aws:sourceaccount", _CALLER, _OWNER)),
        _if_there(_but(_SOURCE, *arns)),
        *(no(_ACCOUNT_KEY), no(PRINCIPAL_ARN), among(_SERVES, "true")),
    )
    saying = {service: f"{SERVICES}{service}.*" for service in _CONTEXTS}
    writers = [f"{SERVICES}{each}" for each in _LOG_WRITERS]
    yield (by(f"{SERVICES}*"), _but(PRINCIPAL, *saying.values(), *writers), *behalf)
    for service, words in saying.items():
        yield (by(words), _but(PRINCIPAL, *writers), *behalf, _if_there(_but(_CONTEXTS[service], *arns)))
    trail = _if_there(_but(_CONTEXTS["cloudtrail"], *arns))
    for elsewhere in (_but(ACTION, "s3:putobject"), _but(RESOURCE, *(f"*/AWSLogs/{account}/*" for account in ours))):
        yield (by(*writers[1:]), *behalf, elsewhere)
        yield (by(writers[0]), *behalf, trail, elsewhere)


def insiders(account: str, roles: Iterable[str]) -> Requests:
    """Requests for content, or for the use of what it is encrypted with, by identities of an account other than some
    roles and their sessions."""
    own, ours = _identities(account), sorted(map(literal, roles))
    sessions = [f"arn:*:sts::{account}:assumed-role/{role.rpartition('/')[2]}/*" for role in ours]
    return (
        by(*own, *(f"federated:{each}" for each in own)),
        _but(PRINCIPAL, *ours, *sessions),
        *(among(key, account) for key in (_ACCOUNT_KEY, _CALLER)),
        among(PRINCIPAL_ARN, *own),
        _but(PRINCIPAL_ARN, *ours),
        among(ACTION, *_CONTENT),
        *_DIRECT,
    )


def everyone(account: str) -> Sequence[Requests]:
    """Requests of a user and of a role of an account that no policy names."""
    names = [confined(f"arn:*:iam::{account}:{kind}/") + UNNAMED for kind in ("user", "role")]
    return [(by(name), among(PRINCIPAL_ARN, name)) for name in names]


def _identities(account: str) -> list[str]:
    """Every identity of an account, as patterns."""
    return [confined(f"arn:*:{service}::{account}:*") for service in ("iam", "sts")]


def _but(key: str, *patterns: str) -> Constraint:
    return Constraint(key, frozenset(patterns), inverted=True)


def _if_there(constraint: Constraint) -> Constraint:
    return replace(constraint, absent=True)


def roles_named(statements: Sequence[Statement]) -> list[str]:
    """The ARNs of single roles that statements name whole."""
    return sorted(filter(ROLE.fullmatch, words_of(statements)))


def but_roles(roles: Sequence[str]) -> Requests:
    """Requests of everyone but these roles."""
    return (_but(PRINCIPAL, *roles), _if_there(_but(PRINCIPAL_ARN, *roles))) if roles else ()


def only(role: str) -> Requests:
    """Requests of a role, whatever else they say."""
    return by(role), among(PRINCIPAL_ARN, role)


def name_of(role: str, account: str | None) -> str:
    """A role by its path and name, where it is of the account (None: of any), else by its ARN."""
    return role.partition(":role/")[2] if f":iam::{account or ''}" in role else role
