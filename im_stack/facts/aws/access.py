"""IAM policy language: what the documents of AWS mean, for the evaluator in `im_stack.facts.access`.

Principals are words: the ARN of an identity as it is, `service:<domain>`, `federated:<provider>`, `canonical:<id>`, and
`anonymous`. Actions are in lower case, as AWS compares them without regard to case. Condition keys are, too.

Sources: IAM user guide, elements of a JSON policy (Principal, NotPrincipal, Resource: "a `*` that is the last character
of a segment can match beyond the colon"), condition operators, keys of several values; all read 2026-11-30.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from im_stack.facts.access import document
from im_stack.facts.access.conditions import Operators
from im_stack.facts.access.document import Dialect, Place, read_principals
from im_stack.facts.access.patterns import ANY, confined, literal
from im_stack.facts.access.requests import ACTION, PRINCIPAL, RESOURCE, Constraint, Requests, among, no
from im_stack.facts.access.statements import Principal, Statement
from im_stack.facts.access.trust import Zones

ANONYMOUS: Final = "anonymous"
SERVICES: Final = "service:"
SECURE: Final = "aws:securetransport"
TLS: Final = "s3:tlsversion"
PRINCIPAL_ARN: Final = "aws:principalarn"
EVERYONE: Final = "*"
_ACCOUNT_KEY: Final = "aws:principalaccount"
_CALLER: Final = "kms:calleraccount"
_SERVES: Final = "aws:principalisawsservice"
_SOURCES: Final = (
    "aws:sourcearn",
    *(f"kms:encryptioncontext:aws:{service}:arn" for service in ("logs", "cloudtrail", "s3", "sns", "sqs")),
)
"""Keys that say for which resource a service acts, by its ARN."""
_PLAIN_HTTP: Final = among(SECURE, "false")
_HTTPS: Final = among(SECURE, "true")
_ACCOUNT: Final = re.compile(r"(\d{12})|arn:[^:*?]+:iam::(\d{12}):root")
_IDENTITY: Final = re.compile(r"arn:[^:*?]+:(?:iam|sts)::(\d{12}):[^*?]+")
NUMBER: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_KINDS: Final = {"service": SERVICES, "federated": "federated:", "canonicaluser": "canonical:"}
_COMPARED: Final = {
    "String{}Equals": "equals",
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
        "s3": ("GetObject*",),
        "kms": ("Decrypt", "Encrypt", "GenerateDataKey*", "ReEncrypt*", "CreateGrant"),
        "secretsmanager": ("GetSecretValue", "BatchGetSecretValue"),
        "sqs": ("ReceiveMessage",),
        "kafka-cluster": ("ReadData",),
        "logs": ("GetLogEvents", "FilterLogEvents", "StartQuery", "StartLiveTail", "Unmask"),
        "lambda": ("InvokeFunction", "InvokeFunctionUrl", "GetFunction"),
        "backup": ("StartRestoreJob", "CopyFromBackupVault"),
    }.items()
    for act in acts
)
"""Actions that read content, or use a key (service authorization reference)."""


def account_of_principal(name: str) -> str | None:
    """The number of the account that a principal is, or is of; None where the name says none."""
    found = _ACCOUNT.fullmatch(name) or _IDENTITY.fullmatch(name)
    return next(filter(None, found.groups()), None) if found else None


def is_identity(name: str) -> bool:
    """Whether a principal is one identity, and not its account."""
    return _IDENTITY.fullmatch(name) is not None and _ACCOUNT.fullmatch(name) is None


def _principals(value: Any) -> tuple[Principal, ...]:
    if value == EVERYONE:
        return (Principal("AWS", EVERYONE, frozenset({ANY})),)
    return read_principals(value, _principal)


def _principal(kind: str, name: str) -> Principal:
    if kind.lower() != "aws":
        known = _KINDS.get(kind.lower())
        words = frozenset({f"{known}{name}" if known else ANY})
        return Principal(kind, name, words, exact=known is not None and ANY not in name)
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
    return (lower if lower == ANY or ":" in lower else ""), lower


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


def of_today(*more: Constraint) -> Requests:
    """What holds of any request that a client of today makes."""
    return (_HTTPS, among(TLS, "1.2", "1.3", absent=True), *more)


_NO_IDENTITY: Final = tuple(f"{start}*" for start in _KINDS.values())


def strangers(accounts: Iterable[str]) -> Zones:
    """Everyone outside some accounts: who does not sign in, identities of others, services on behalf of others. Which
    identities a canonical id means is not known, and so none of them is inside."""
    ours = sorted(accounts)
    own = [confined(f"arn:*:{service}::{account}:*") for account in ours for service in ("iam", "sts")]
    unsigned = [no(key) for key in (_ACCOUNT_KEY, PRINCIPAL_ARN, _CALLER, "aws:userid", "aws:principalorgid")]
    direct = [no(key) for key in ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid")]
    behalf = [
        *(_if_there(_but(key, *ours)) for key in ("aws:sourceaccount", _CALLER)),
        no(_ACCOUNT_KEY),
        no(PRINCIPAL_ARN),
    ]
    named = [_if_there(_but(key, *(confined(f"arn:*:*:*:{a}:*") for a in ours))) for key in _SOURCES]
    logs = [_but(RESOURCE, *(f"*/AWSLogs/{a}/*" for a in ours))]  # where services write what they log of an account
    signed = [_but(key, *ours) for key in (_ACCOUNT_KEY, _CALLER)]
    unsaid = [_if_there(each) for each in signed]
    return {
        "anyone": (by(ANONYMOUS), *unsigned, *direct, among(_SERVES, "false")),
        "any account": (
            _but(PRINCIPAL, ANONYMOUS, *_NO_IDENTITY, *own),
            *signed,
            _but(PRINCIPAL_ARN, *own),
            *direct,
            among(_SERVES, "false"),
        ),
        "a service on behalf of any account": (by(f"{SERVICES}*"), *behalf, *named, *logs, among(_SERVES, "true")),
        "an identity of a provider": (
            by("federated:*"),
            _but(PRINCIPAL, *(f"federated:{each}" for each in own)),
            *unsaid,
        ),
        "a canonical user": (by("canonical:*"), *unsaid),
    }


def insiders(account: str) -> Requests:
    """Requests by identities of an account to read content, or to use what it is encrypted with."""
    own = [confined(f"arn:*:{service}::{account}:*") for service in ("iam", "sts")]
    signed = (among(key, account) for key in (_ACCOUNT_KEY, _CALLER))
    direct = (no("aws:sourcearn"), no("aws:sourceaccount"), among(_SERVES, "false"))
    return (by(*own), *signed, among(PRINCIPAL_ARN, *own), among(ACTION, *_CONTENT), *direct)


def _but(key: str, *patterns: str) -> Constraint:
    return Constraint(key, frozenset(patterns), inverted=True)


def _if_there(constraint: Constraint) -> Constraint:
    return replace(constraint, absent=True)


def but_roles(statements: Sequence[Statement]) -> Requests:
    """Requests of everyone but single roles: those that statements name whole."""
    said = {word for s in statements for c in s.may for word in c.words}
    roles = sorted(filter(_ROLE.fullmatch, said))
    return (_but(PRINCIPAL, *roles), _if_there(_but(PRINCIPAL_ARN, *roles))) if roles else ()
